"""The whole window without devices, model or a disk of the user's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.settings import Settings, load_settings, save_settings
from desktop.window import main_window
from desktop.window.main_window import MainWindow


@contextmanager
def open_window(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Iterator[MainWindow]:
    """A window that keeps sessions and settings in a folder, and is closed afterwards."""
    monkeypatch.setattr(main_window, "default_store", lambda: folder / "sessions.sqlite")
    monkeypatch.setattr(main_window, "save_settings", lambda s: save_settings(s, kept_in(folder)))
    window = MainWindow(settings)
    qtbot.addWidget(window)
    yield window
    window.close()


def kept(folder: Path) -> Settings:
    """The settings that a window has kept in a folder."""
    return load_settings(kept_in(folder))


def kept_in(folder: Path) -> Path:
    return folder / "settings.json"
