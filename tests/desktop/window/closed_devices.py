"""The whole window without devices, model or a disk of the user's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.settings import Settings, load_settings
from desktop.window.main_window import MainWindow


@contextmanager
def open_window(qtbot: QtBot, folder: Path, settings: Settings) -> Iterator[MainWindow]:
    """A window that keeps sessions and settings in a folder, and is closed afterwards."""
    window = MainWindow(settings, folder=folder)
    qtbot.addWidget(window)
    yield window
    window.close()


def kept(folder: Path) -> Settings:
    """The settings that a window has kept in a folder."""
    return load_settings(folder / "settings.json")
