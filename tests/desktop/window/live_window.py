"""What tests of the window that is live share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop.capture.rings import TimedFrame
from desktop.capture.state import DeviceState
from desktop.live.messages import Ready
from desktop.settings import Settings, load_settings
from desktop.window.badge import BadgeRow
from desktop.window.main_window import MainWindow

FACTS = {
    "model": "nano-0.3",
    "bundle": "/home/ann/bundle",
    "providers": "CPUExecutionProvider",
}


def words(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.text())


def badges(window: MainWindow) -> str:
    row = window.live.findChild(BadgeRow)
    assert row is not None
    return row.accessibleDescription()


def button(widget: QWidget, text: str) -> QPushButton:
    (found,) = [one for one in widget.findChildren(QPushButton) if one.text() == text]
    return found


def saved(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "settings.json")


def go_live(window: MainWindow) -> None:
    session = window.bridge.session
    session.tell(Ready(FACTS))
    session.tell_camera(DeviceState("live"))
    session.tell_microphone(DeviceState("live"))


def show(window: MainWindow, time_s: float, shade: int) -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, :, 1] = shade
    frame = TimedFrame(time_s, picture)
    window.bridge.session.frames.push(frame)
    window.bridge.session.history.add_frame(frame)
