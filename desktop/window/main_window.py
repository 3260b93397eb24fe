"""`MainWindow`: the pages, what is wrong at the top, and how the model is at the bottom."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMainWindow, QProgressBar, QTabWidget, QVBoxLayout, QWidget

from desktop.live.messages import Event, Failed, Gone, Ready, SettingUp
from desktop.settings import Settings, save_settings
from desktop.window.about import AboutDialog, ShortcutsDialog
from desktop.window.banner import BannerStack
from desktop.window.bridge import Bridge
from desktop.window.consent import NOTICE_VERSION, ConsentDialog
from desktop.window.files_page import FilesPage
from desktop.window.live_page import LivePage
from desktop.window.preview import Layers
from desktop.window.privacy_page import PrivacyPage

Source = int | str | None


class MainWindow(QMainWindow):
    """The window.

    Args:
        settings: of the last run.
        camera, microphone: sources to use instead of those last used.

    Signals:
        ready: the model is loaded.
    """

    ready = Signal()

    def __init__(
        self, settings: Settings, camera: Source = None, microphone: Source = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("R1-Omni")
        self.resize(1240, 860)
        self._settings, self._sources = settings, (camera, microphone)
        self.bridge = Bridge(settings.threads, self)
        self.banners = BannerStack()
        self.live = LivePage(self.bridge, settings, self.banners)
        self.files = FilesPage(self.bridge, settings)
        self.privacy = PrivacyPage()
        self.pages = QTabWidget()
        self.pages.addTab(self.live, self.tr("Live"))
        self.pages.addTab(self.files, self.tr("Files"))
        self.pages.addTab(self.privacy, self.tr("Privacy seal"))
        self._status, self._progress = QLabel(self.tr("Loading the model…")), QProgressBar()
        self._lay_out()
        self._make_menus()
        self.bridge.event.connect(self._on_event)
        self.live.settings_changed.connect(self._keep)
        self.files.busy_changed.connect(self.live.hold)
        self._show_layers()

    def start(self) -> None:
        """Load the model and, once everybody has been told, open the devices."""
        self.bridge.session.start()
        if self._settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self._settings.geometry.encode()))
        QTimer.singleShot(0, self._ask)  # after the first paint

    def closeEvent(self, event: QCloseEvent) -> None:
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self._keep(dataclasses.replace(self._settings, geometry=geometry))
        self.live.stop()
        self.bridge.session.stop()
        super().closeEvent(event)

    def _ask(self) -> None:
        if self._settings.consented >= NOTICE_VERSION:
            self.live.begin(*self._sources)
            return
        notice = ConsentDialog(self)
        notice.accepted.connect(self._consent)
        notice.open()

    def _consent(self) -> None:
        self._keep(dataclasses.replace(self._settings, consented=NOTICE_VERSION))
        self.live.begin(*self._sources)

    def _keep(self, settings: Settings) -> None:
        self._settings = settings
        try:
            save_settings(settings)
        except OSError as error:
            self.banners.show_banner(
                "settings", "warning", self.tr("Settings are not kept: {0}.").format(error)
            )

    # --- the model ---------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        match event:
            case SettingUp(stage, done, total):
                self._status.setText(self.tr("Setting up the model: {0}").format(stage))
                self._progress.setRange(0, total // 1024)
                self._progress.setValue(done // 1024)
            case Ready(facts):
                self._progress.hide()
                self._status.setText(
                    self.tr("{0} on {1}; nothing leaves this machine").format(
                        facts["model"], facts["providers"].split(",")[0]
                    )
                )
                self.privacy.show_facts(facts)
                self.ready.emit()
            case Failed(sentence, None):
                self.banners.show_banner("model", "problem", sentence)
            case Gone(code):
                self._progress.hide()
                self._status.setText(self.tr("The model is not running"))
                self.banners.show_banner(
                    "worker", "problem",
                    self.tr(
                        "The model stopped (exit code {0}); close the window and open it again."
                    ).format(code),
                )  # fmt: skip

    # --- menus -------------------------------------------------------------------------------

    def _make_menus(self) -> None:
        file = self.menuBar().addMenu(self.tr("&File"))
        quit_action = QAction(self.tr("Quit"), self)
        quit_action.setShortcut(QKeySequence.StandardKey.Quit)
        quit_action.triggered.connect(self.close)
        file.addAction(quit_action)
        view = self.menuBar().addMenu(self.tr("&View"))
        for name, text, key in (
            ("box", self.tr("Face box"), "1"),
            ("landmarks", self.tr("Landmarks"), "2"),
            ("cues", self.tr("Cue highlights"), "3"),
            ("mirrored", self.tr("Mirror the picture"), "4"),
        ):
            action = QAction(text, self, checkable=True)
            action.setShortcut(key)
            action.setChecked(getattr(self._settings, name))
            action.toggled.connect(lambda on, name=name: self._set_layer(name, on))
            view.addAction(action)
        help_menu = self.menuBar().addMenu(self.tr("&Help"))
        for text, key, dialog in (
            (self.tr("Keyboard shortcuts"), "F1", ShortcutsDialog),
            (self.tr("About R1-Omni"), "", AboutDialog),
        ):
            action = QAction(text, self)
            action.setShortcut(key)
            action.triggered.connect(lambda _, dialog=dialog: dialog(self).open())
            help_menu.addAction(action)

    def _set_layer(self, name: str, on: bool) -> None:
        self._keep(dataclasses.replace(self._settings, **{name: on}))  # type: ignore[arg-type]
        self._show_layers()

    def _show_layers(self) -> None:
        preview, settings = self.live.pane.preview, self._settings
        preview.layers = Layers(settings.box, settings.landmarks, settings.cues)
        preview.mirrored = settings.mirrored

    def _lay_out(self) -> None:
        self._progress.setMaximumWidth(220)
        self._progress.setRange(0, 0)
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().addPermanentWidget(self._progress)
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.addWidget(self.banners)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(inside)
