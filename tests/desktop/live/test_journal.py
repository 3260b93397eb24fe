"""What is logged of a live session: failures, not findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.capture.state import DeviceState
from desktop.live.journal import note_device, note_event
from desktop.live.messages import Explained, Failed, FileDone, Gone, NotLoaded, Ready
from tests.desktop.scene import analysis


def test_failures_are_logged_and_findings_are_not(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    film = Path("/media/films/Ann Smith.mp4")
    note_event(Ready({"model": "nano", "providers": "CPU"}))
    note_event(Explained(analysis()))
    note_event(Failed(f"{film} holds no film.", film))
    note_event(FileDone(film, cancelled=True))
    note_event(Failed("Nobody was seen."))
    note_event(NotLoaded("No bundle."))
    note_event(Gone(-9))
    assert caplog.messages == [
        "ready: nano on CPU",
        "….mp4 holds no film.",
        "….mp4 cancelled",
        "Nobody was seen.",
        "No bundle.",
        "gone with exit code -9",
    ]


def test_a_device_is_logged_without_its_name(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    note_device("microphone", DeviceState("absent", "There is no microphone 'Ann's phone'."))
    assert caplog.messages == ["microphone: absent"]
    assert caplog.records[0].levelname == "WARNING"
