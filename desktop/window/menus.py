"""`Menus`: the window's menu bar."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from desktop.settings import Settings
from desktop.window.about import AboutDialog, ShortcutsDialog


class Menus(QObject):
    """Fills the menu bar of a window.

    Attributes:
        view: the menu of what is shown.

    Signals:
        files_wanted: recordings are to be added.
        settings_wanted: the dialog is to be opened.
        layer_toggled: the name of a setting of the overlay, and whether it is on.
    """

    files_wanted = Signal()
    settings_wanted = Signal()
    layer_toggled = Signal(str, bool)

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        file = window.menuBar().addMenu(self.tr("&File"))
        opening = QAction(self.tr("Add files…"), self)
        opening.setShortcut(QKeySequence.StandardKey.Open)
        opening.triggered.connect(lambda: self.files_wanted.emit())
        settings = QAction(self.tr("Settings…"), self)
        settings.setShortcut("Ctrl+,")
        settings.triggered.connect(lambda: self.settings_wanted.emit())
        quitting = QAction(self.tr("Quit"), self)
        quitting.setShortcut(QKeySequence.StandardKey.Quit)
        quitting.triggered.connect(window.close)
        file.addActions([opening, settings, quitting])
        self.view = window.menuBar().addMenu(self.tr("&View"))
        self._layers = {name: self._layer(name, *words) for name, words in self._words().items()}
        self.view.addActions(list(self._layers.values()))
        self._add_help()

    def show_layers(self, settings: Settings) -> None:
        """Tick what the settings show."""
        for name, action in self._layers.items():
            action.setChecked(getattr(settings, name))

    def _words(self) -> dict[str, tuple[str, str]]:
        """Text and key of every layer, by the name of its setting."""
        return {
            "box": (self.tr("Face box"), "1"),
            "landmarks": (self.tr("Landmarks"), "2"),
            "cues": (self.tr("Cue highlights"), "3"),
            "mirrored": (self.tr("Mirror the picture"), "4"),
        }

    def _layer(self, name: str, text: str, key: str) -> QAction:
        action = QAction(text, self, checkable=True)
        action.setShortcut(key)
        action.toggled.connect(lambda on: self.layer_toggled.emit(name, on))
        return action

    def _add_help(self) -> None:
        menu = self._window.menuBar().addMenu(self.tr("&Help"))
        for text, key, dialog in (
            (self.tr("Keyboard shortcuts"), "F1", ShortcutsDialog),
            (self.tr("About R1-Omni"), "", AboutDialog),
        ):
            action = QAction(text, self)
            action.setShortcut(key)
            action.triggered.connect(lambda _, dialog=dialog: dialog(self._window).open())
            menu.addAction(action)
