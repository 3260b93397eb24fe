from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from threading import Event
from typing import Any

import cv2
import numpy as np
import pytest

from desktop.capture import life_cycle, webcam
from desktop.capture.state import SourceFailure, denied
from desktop.capture.webcam import check_node, to_rgb

from .media import COLOURS, picture
from .waiting import OpenCamera, States, wait_until


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_number_without_a_camera_is_absent(open_camera: OpenCamera, states: States) -> None:
    open_camera(97)
    state = states.wait_for("absent")
    assert state.message == "There is no camera at /dev/video97; plug one in or choose another."


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        (errno.EBUSY, "busy", "in use by another program"),
        (errno.EACCES, "denied", "video"),
        (errno.ENODEV, "absent", "no camera at"),
        (errno.EIO, "absent", "cannot be opened"),
    ],
)
def test_linux_tells_why_a_camera_does_not_open(
    code: int, status: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SourceFailure, match=words) as failure:
        check_node(Path("/dev/video0"))
    assert failure.value.state.status == status
    assert not failure.value.final


@pytest.mark.parametrize(
    ("platform", "page"),
    [
        ("darwin", "Privacy & Security > Camera"),
        ("win32", "Privacy & security > Camera"),
        ("linux", "usermod -aG video"),
    ],
)
def test_a_denied_camera_names_the_page_of_settings(platform: str, page: str) -> None:
    assert page in denied("camera", platform).message


class FakeCapture:
    """`cv2.VideoCapture` of a camera that works, is taken, is unplugged, or hangs."""

    def __init__(self) -> None:
        self.opens = True
        self.plugged_in = True
        self.hanging: Event | None = None
        self.released = 0

    def __call__(self, index: int, backend: int) -> FakeCapture:
        return self

    def isOpened(self) -> bool:
        return self.opens

    def read(self) -> tuple[bool, Any]:
        if self.hanging is not None:
            self.hanging.wait()
        Event().wait(0.01)
        return self.plugged_in, picture(COLOURS[0])[:, :, ::-1] if self.plugged_in else None

    def release(self) -> None:
        self.released += 1


@pytest.fixture
def capture(monkeypatch: pytest.MonkeyPatch) -> FakeCapture:
    fake = FakeCapture()
    monkeypatch.setattr(cv2, "VideoCapture", fake)
    monkeypatch.setattr(webcam, "check_node", lambda _: None)
    monkeypatch.setattr(life_cycle, "RETRY_S", 0.01)
    return fake


def test_a_camera_that_is_unplugged_comes_back(
    open_camera: OpenCamera, capture: FakeCapture, states: States
) -> None:
    _, ring = open_camera(0)
    states.wait_for("live")
    capture.plugged_in = False
    states.wait_for("lost")
    capture.opens = False
    wait_until(lambda: capture.released > 3)
    assert states.statuses == ["opening", "live", "lost"]
    capture.plugged_in = capture.opens = True
    states.wait_for("live")
    frame = ring.latest()
    assert frame is not None
    assert tuple(frame.picture[0, 0]) == COLOURS[0]


def test_a_camera_that_does_not_start_is_opened_until_it_does(
    open_camera: OpenCamera, capture: FakeCapture, states: States
) -> None:
    capture.opens = False
    open_camera(0)
    wait_until(lambda: len(states) > 1)
    assert states[-1].status in ("busy", "absent")
    assert "other program" in states[-1].message
    capture.opens = True
    states.wait_for("live")


def test_stop_returns_while_a_driver_hangs(
    open_camera: OpenCamera, capture: FakeCapture, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life_cycle, "_LONGEST_STOP_S", 0.05)
    capture.hanging = Event()
    camera, ring = open_camera(0)
    camera.stop()
    assert states.statuses == ["opening", "closed"]
    capture.hanging.set()
    wait_until(lambda: capture.released)
    assert ring.latest() is None
    assert states.statuses == ["opening", "closed"]


@pytest.mark.parametrize("shape", [(31, 47), (31, 47, 1), (31, 47, 3), (31, 47, 4)])
def test_grey_and_odd_pictures_become_rgb(shape: tuple[int, ...]) -> None:
    rgb = to_rgb(np.full(shape, 90, np.uint8))
    assert rgb.shape == (31, 47, 3)
    assert rgb.dtype == np.uint8
    assert (rgb == 90).all()


def test_large_pictures_are_scaled_down_like_those_of_files() -> None:
    assert to_rgb(np.zeros((1080, 1920, 3), np.uint8)).shape == (720, 1280, 3)
    assert to_rgb(np.zeros((1920, 1080, 3), np.uint8)).shape == (1280, 720, 3)
