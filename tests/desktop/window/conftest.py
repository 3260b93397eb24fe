"""Widgets are tested without a screen; a test that leaves a timer or Qt thread behind fails."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"

pytest.importorskip("PySide6")

from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.capture.devices import CameraDevice, MicrophoneDevice
from desktop.capture.portaudio import Samples
from desktop.capture.speaker import Speaker
from desktop.settings import Settings
from desktop.window import bridge as bridge_module
from desktop.window import device_choice
from desktop.window.bridge import Bridge
from desktop.window.consent import NOTICE_VERSION, ConsentDialog
from desktop.window.device_choice import NO_SOURCES, Sources
from desktop.window.main_window import NOTHING, MainWindow
from tests.desktop.scene import LABELS
from tests.desktop.window.fake_session import FakeSession

OpenWindow = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def _nothing_of_qt_left_running(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.processEvents()
    gc.collect()
    left = [thing for thing in gc.get_objects() if issubclass(type(thing), (QThread, QTimer))]
    assert not [thing for thing in left if isinstance(thing, QThread) and thing.isRunning()]
    assert not [thing for thing in left if isinstance(thing, QTimer) and thing.isActive()]


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> Bridge:
    """A bridge to a session without a worker and without devices."""
    monkeypatch.setattr(bridge_module, "LiveSession", FakeSession)
    return Bridge()


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Samples]:
    """Every sound that was to be heard; none is."""
    played: list[Samples] = []
    monkeypatch.setattr(Speaker, "play", lambda _, samples: played.append(samples))
    return played


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cameras and one microphone, wherever the tests run."""
    cameras = [CameraDevice("Front", 0), CameraDevice("Back", 2)]
    microphones = [MicrophoneDevice("Headset", "headset")]
    monkeypatch.setattr(device_choice, "list_cameras", lambda: list(cameras))
    monkeypatch.setattr(device_choice, "list_microphones", lambda: list(microphones))


@pytest.fixture
def open_window(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, devices: None, tmp_path: Path
) -> OpenWindow:
    """Open a window without a worker whose settings and sessions are in `tmp_path`."""
    monkeypatch.setattr(bridge_module, "LiveSession", FakeSession)

    def open_window(
        sources: Sources = NO_SOURCES,
        overrides: Mapping[str, str | int] = NOTHING,
        **settings: object,
    ) -> MainWindow:
        usual = {"consented": NOTICE_VERSION, "label_set": ",".join(LABELS)}
        chosen = Settings(**usual | settings)
        window = MainWindow(chosen, sources, tmp_path, overrides)
        qtbot.addWidget(window, before_close_func=MainWindow.end)
        window.show()
        window.start()
        qtbot.waitUntil(
            lambda: bool(window.bridge.session.opened or window.findChild(ConsentDialog))
        )
        return window

    return open_window
