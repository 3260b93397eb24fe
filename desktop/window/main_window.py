"""`MainWindow`: the pages, what is wrong at the top, and how the model is at the bottom."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QMessageBox,
    QProgressBar,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.capture.state import DeviceState
from desktop.live.messages import BaselineIs, Event, Failed, Gone, Ready, SettingUp
from desktop.sessions.film import FilmWriter
from desktop.sessions.store import SessionStore, default_store, films_of
from desktop.setting_kinds import shown_fields
from desktop.settings import Settings, keep_changes, settings_path
from desktop.view.file_queue import FileItem
from desktop.window.annotator import Annotator
from desktop.window.arrangement import (
    bring_to_front,
    dividers,
    page_in_front,
    place_dividers,
    read,
    written,
)
from desktop.window.banner import Banners
from desktop.window.bridge import Bridge
from desktop.window.consent import NOTICE_VERSION, ConsentDialog, ConsentWatch
from desktop.window.device_choice import NO_SOURCES, Sources
from desktop.window.file_dialogs import FileDialogs
from desktop.window.files_page import FilesPage
from desktop.window.live_page import LivePage
from desktop.window.menus import Menus
from desktop.window.playback import Playback
from desktop.window.preview import Layers
from desktop.window.privacy_page import PrivacyPage
from desktop.window.recorder import Recorder
from desktop.window.revival import Revival
from desktop.window.screen import fit
from desktop.window.sessions_page import SessionsPage
from desktop.window.settings_dialog import SettingsDialog
from desktop.window.told import told
from model import __version__
from model.analysis import AnalysisOptions
from model.errors import StoreError

NOTHING: Mapping[str, str | int] = {}
_SIZE = QSize(1400, 940)


class MainWindow(QMainWindow):
    """The window.

    Args:
        settings: of the last run.
        sources: to use instead of the devices last used.
        folder: where settings and sessions are kept instead of the user's own folders.
        overrides: settings by name that hold for this run and are not kept.

    Signals:
        ready: the model is loaded.

    Attributes:
        model_facts: as `r1-omni info` prints them, once the model is loaded.
    """

    ready = Signal()

    def __init__(
        self,
        settings: Settings,
        sources: Sources = NO_SOURCES,
        folder: Path | None = None,
        overrides: Mapping[str, str | int] = NOTHING,
    ) -> None:
        super().__init__()
        self._kept, self._overrides = settings, dict(overrides)
        settings = self._settings
        self.setWindowTitle("R1-Omni")
        fit(self, _SIZE)
        self.setAcceptDrops(True)
        self._sources = sources
        self._settings_file = folder / settings_path().name if folder else settings_path()
        store = folder / default_store().name if folder else default_store()
        self.model_facts: dict[str, str] = {}
        self._calibrated = self._ended = self._may_end = False
        self.bridge = Bridge(settings.threads, self)
        self.banners = Banners()
        self.playback = Playback(self.banners, self)
        self.live = LivePage(self.bridge, settings, self.banners, self.playback)
        dialogs = FileDialogs(settings.folder, self._settings_file.parent, self)
        self.files = FilesPage(self.bridge, settings, self.playback, dialogs)
        self._store, self._films = SessionStore(store), films_of(store)
        self.sessions = SessionsPage(self._store, settings, self.banners, self.playback, dialogs)
        now_s = self.bridge.session.clock.now_s
        self.recorder = Recorder(self._store, self.facts, now_s, self._film_of, self)
        self.privacy = PrivacyPage(self._settings_file, store, self._films)
        self.pages = QTabWidget()
        self._add_page("live", self.live, self.tr("Live"))
        self._add_page("files", self.files, self.tr("Files"))
        self._add_page("sessions", self.sessions, self.tr("Sessions"))
        self._add_page("privacy", self.privacy, self.tr("Privacy seal"))
        self._status, self._progress = QLabel(), QProgressBar()
        self._in_use, self._used = QLabel(), {"camera": False, "microphone": False}
        self._lay_out()
        self._menus = Menus(self)
        self._menus.files_wanted.connect(self._ask_files)
        self._menus.settings_wanted.connect(self._ask_settings)
        self.view_menu = self._menus.view
        self.bridge.told.connect(self._on_event)
        revival = Revival(self.bridge, self.banners, self)
        revival.begun.connect(self._say_loading)
        revival.given_up.connect(self._rest)
        self.statusBar().addPermanentWidget(revival.again)
        self.bridge.camera.connect(lambda state: self._say_in_use("camera", state))
        self.bridge.microphone.connect(lambda state: self._say_in_use("microphone", state))
        self.live.device_chosen.connect(self._set)
        dialogs.folder_changed.connect(lambda folder: self._set("folder", folder))
        self.live.consent_wanted.connect(self._ask)
        self._consent_watch = ConsentWatch(self._settings_file, self)
        self._consent_watch.gone.connect(self._lose_consent)
        self.files.busy_changed.connect(self.live.hold)
        self.files.keep_wanted.connect(self._keep_results)
        self._connect_recorder()
        self._show_layers()
        self._menus.layer_toggled.connect(self._set)

    def start(self) -> None:
        """Load the model and, once everybody has been told, open the devices."""
        self.bridge.session.start()
        if self._settings.geometry:
            self.restoreGeometry(read(self._settings.geometry))
        place_dividers(self.pages, self._settings.dividers)
        bring_to_front(self.pages, self._settings.page)
        QTimer.singleShot(0, self._ask)  # after the first paint

    def settle(self) -> None:
        """Make whole what is being recorded: the program may be ended at any moment.

        The window stays, since who logs out may yet think better of it.
        """
        self._may_end = True  # a question would hold the logging out up
        if self.recorder.recording:
            self.recorder.close()
            self.banners.say(
                "recording", "warning",
                self.tr(
                    "The recording has ended, as you were about to be logged out; it is kept, and "
                    "another one can be begun."
                ),
            )  # fmt: skip

    def end(self) -> None:
        """Close, and ask nobody: that was done, or whoever ends the program cannot be asked."""
        self._may_end = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.files.queue.unfinished and not self._may_end:
            event.ignore()
            self._ask_end()
            return
        super().closeEvent(event)
        if self._ended:  # to quit closes every window once more
            return
        self._ended = True
        self._keep(
            dataclasses.replace(
                self._kept,
                geometry=written(self.saveGeometry()),
                page=page_in_front(self.pages),
                dividers=dividers(self.pages),
            )
        )
        self.hide()  # the model may need seconds to end, in which nothing would answer
        self.recorder.close()
        self._store.close()
        self.live.stop()
        self.files.stop()
        self.sessions.stop()
        self.playback.stop()
        self.bridge.session.stop()

    def _ask_end(self) -> None:
        kinds = QMessageBox.StandardButton
        question = self.tr(
            "Files are still to be analysed. Quit all the same? What you have not kept of their "
            "results is lost."
        )
        box = QMessageBox(
            QMessageBox.Icon.Question, self.tr("Quit"), question, kinds.Yes | kinds.No, self
        )
        box.setDefaultButton(kinds.No)  # as where sessions are erased
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.accepted.connect(self.end)
        box.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.files.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.pages.setCurrentWidget(self.files)
        self.files.dropEvent(event)

    def _ask_files(self) -> None:
        self.pages.setCurrentWidget(self.files)
        self.files.ask()

    def _ask(self) -> None:
        if self._settings.consented >= NOTICE_VERSION:
            self.live.begin(self._sources)
            return
        notice = ConsentDialog(self)
        notice.accepted.connect(self._consent)
        notice.open()

    def _consent(self) -> None:
        self.banners.dismiss("consent")
        self._keep(dataclasses.replace(self._kept, consented=NOTICE_VERSION))
        self.live.begin(self._sources)

    def _withdraw_consent(self) -> None:
        self._keep(dataclasses.replace(self._kept, consented=0))
        self._close_devices()

    def _lose_consent(self) -> None:
        """It was withdrawn in another window, and holds here neither."""
        if self._kept.consented:
            self._kept = dataclasses.replace(self._kept, consented=0)
            self._close_devices()

    def _close_devices(self) -> None:
        self.recorder.record(False)
        self.live.end()
        self.banners.say(
            "consent", "information",
            self.tr(
                "Camera and microphone are closed, and the person is forgotten; you are asked "
                "again before they are opened."
            ),
        )  # fmt: skip

    @property
    def _settings(self) -> Settings:
        """What holds in this run."""
        return dataclasses.replace(self._kept, **self._overrides)  # type: ignore[arg-type]

    def _keep(self, settings: Settings) -> None:
        before, self._kept = self._kept, settings
        try:
            keep_changes(before, settings, self._settings_file)
        except OSError as error:
            self.banners.say(
                "settings", "warning", self.tr("Settings are not kept: {0}.").format(error)
            )
        self._consent_watch.look()

    def _say_in_use(self, device: str, state: DeviceState) -> None:
        """On every page, the sign that the notice promises."""
        self._used[device] = state.status in ("opening", "live")
        names = {"camera": self.tr("camera"), "microphone": self.tr("microphone")}
        used = ", ".join(name for device, name in names.items() if self._used[device])
        self._in_use.setText(self.tr("● in use: {0}").format(used) if used else "")

    def _connect_recorder(self) -> None:
        self.live.devices.record_toggled.connect(self.recorder.record)
        self.live.analyzed.connect(self.recorder.add)
        Annotator(self.live.results.timeline, self.recorder, self)
        self.live.devices.film_toggled.connect(self._want_film)
        self.recorder.recording_changed.connect(
            lambda on: self.live.show_recording(on, self.recorder.filming)
        )
        self.recorder.failed.connect(
            lambda sentence: self.banners.say("store", "problem", sentence)
        )

    def _want_film(self, on: bool) -> None:
        self.recorder.with_film = on

    def _film_of(
        self, number: int, begun_s: float, on_end: Callable[[str], None]
    ) -> tuple[Path, FilmWriter]:
        path, session = self._films / f"session-{number}.mkv", self.bridge.session
        return path, FilmWriter(path, session.frames, session.sound, begun_s, on_end)

    def facts(self) -> dict[str, str]:
        """What recorded results depend on."""
        return {
            **self._judged_by(self._settings.options),
            "labels": self._settings.label_set,
            "baseline": "neutral" if self._calibrated else self._settings.options.baseline,
            "consent": f"notice {self._settings.consented}",
        }

    def _judged_by(self, options: AnalysisOptions) -> dict[str, str]:
        return {
            "version": __version__,  # a later one may write the report
            # The hashes name the model; where it lies would name the user in every report.
            **{name: fact for name, fact in self.model_facts.items() if name != "bundle"},
            "labels": ",".join(options.labels),
            "baseline": options.baseline,
            "window": f"{options.window_s:g} s",
        }

    def _keep_results(self, item: FileItem) -> None:
        """Make a session of what was found in a file."""
        facts = {**self._judged_by(item.options), "analysed": item.extent}
        now = datetime.now().astimezone()
        try:
            self._store.keep_file(item.path, item.analyses, facts, now)
        except StoreError as error:
            self.banners.say("store", "problem", told(error.sentence))
            return
        self.banners.say(
            "kept", "information",
            self.tr("Kept among the sessions: {0}").format(item.path.name),
        )  # fmt: skip

    # --- the model ---------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        match event:
            case SettingUp(stage, done, total):
                self._status.setText(self.tr("Setting up the model: {0}").format(told(stage)))
                self._progress.setRange(0, total // 1024)
                self._progress.setValue(done // 1024)
            case Ready(facts):
                self._progress.hide()
                self._status.setText(
                    self.tr("{0} on {1}; nothing leaves this machine").format(
                        facts["model"],
                        facts["providers"].split(",")[0].removesuffix("ExecutionProvider"),
                    )
                )
                self.model_facts = facts
                self.privacy.show_facts(facts)
                self.ready.emit()
            case BaselineIs(kind):
                if self._calibrated != (kind == "neutral"):
                    self._calibrated = kind == "neutral"
                    self._end_session()
            case Failed(sentence, None):
                self.banners.say("model", "problem", told(sentence))
            case Gone():
                self._progress.hide()
                self._status.setText(self.tr("The model is not running"))

    def _say_loading(self) -> None:
        self._status.setText(self.tr("Loading the model…"))
        self._progress.setRange(0, 0)
        self._progress.show()

    def _rest(self) -> None:
        """Nothing is judged any more: neither open devices nor a recording serve anybody."""
        self.live.rest()
        self._end_recording(
            self.tr(
                "The recording has ended, as the model is not running; it is kept, and another "
                "one can be begun."
            )
        )

    def _end_session(self) -> None:
        """A session has one baseline and one set of labels: it ends where another holds."""
        self._end_recording(
            self.tr(
                "The recording has ended, as other emotions or another comparison hold from "
                "now on; it is kept, and another one can be begun."
            )
        )

    def _end_recording(self, why: str) -> None:
        if self.recorder.recording:
            self.recorder.record(False)
            self.banners.say("recording", "warning", why)

    # --- settings ----------------------------------------------------------------------------

    def _ask_settings(self) -> None:
        dialog = SettingsDialog(self._kept, self)
        dialog.changed.connect(self.apply)
        dialog.consent_withdrawn.connect(self._withdraw_consent)
        dialog.open()

    def apply(self, settings: Settings) -> None:
        """Use other settings, as far as that can be done without a new start.

        Of them only what the dialog shows: consent may have gone while it was open.
        """
        shown = {name: getattr(settings, name) for name in shown_fields(Settings)}
        settings, before = dataclasses.replace(self._kept, **shown), self._settings
        for name in list(self._overrides):  # what is chosen now outdoes the command line
            if getattr(settings, name) != getattr(self._kept, name):
                del self._overrides[name]
        self._keep(settings)
        self._show_layers()
        self.live.save_power(self._settings.saving)
        now = self._settings
        renamed = before.label_set != now.label_set  # sets of other names may hold the same labels
        if renamed or before.options != now.options:
            self._end_session()
            self.live.apply(now)
        if renamed or before.file_options != now.file_options:
            self.files.apply(now)

    def _set(self, name: str, value: str | bool) -> None:
        self._keep(dataclasses.replace(self._kept, **{name: value}))  # type: ignore[arg-type]
        self._show_layers()

    def _show_layers(self) -> None:
        preview, settings = self.live.pane.preview, self._settings
        self._menus.show_layers(settings)
        preview.layers = Layers(settings.box, settings.landmarks, settings.cues)
        preview.mirrored = settings.mirrored

    def _add_page(self, name: str, page: QWidget, title: str) -> None:
        page.setObjectName(name)
        self.pages.addTab(page, title)

    def _lay_out(self) -> None:
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._progress.setMaximumWidth(220)
        self.statusBar().setContentsMargins(8, 0, 8, 0)
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().addPermanentWidget(self._progress)
        self.statusBar().addPermanentWidget(self._in_use)
        self._say_loading()
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.addWidget(self.banners)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(inside)
