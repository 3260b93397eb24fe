from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.capture import portaudio, pulse
from desktop.capture.devices import (
    CameraDevice,
    MicrophoneDevice,
    list_cameras,
    list_microphones,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux's description")


def describe(nodes: Path, node: str, name: str) -> None:
    (nodes / node).mkdir(parents=True)
    (nodes / node / "name").write_text(name + "\n")


def answer(capabilities: int) -> bytes:
    return bytes(88) + capabilities.to_bytes(4, sys.byteorder) + bytes(12)


def test_cameras_are_listed_in_order_with_their_names(tmp_path: Path) -> None:
    describe(tmp_path, "video10", "USB camera")
    describe(tmp_path, "video2", "Built-in camera")
    assert list_cameras(tmp_path, tmp_path / "dev") == [
        CameraDevice("Built-in camera", 2),
        CameraDevice("USB camera", 10),
    ]


def test_devices_of_one_name_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for node in ("video0", "video2", "video4"):
        describe(tmp_path, node, "Other" if node == "video2" else "Webcam")
    assert list_cameras(tmp_path, tmp_path / "dev") == [
        CameraDevice("Webcam", 0),
        CameraDevice("Other", 2),
        CameraDevice("Webcam (2)", 4),
    ]
    monkeypatch.setattr(portaudio, "microphones", lambda: ["pulse"])
    sources = {"usb.1": "Headset (2)", "usb.2": "Headset", "usb.3": "Headset", "usb.4": "Headset"}
    monkeypatch.setattr(pulse, "sources", lambda: sources)
    assert list_microphones()[1:] == [
        MicrophoneDevice("Headset (2)", "usb.1"),
        MicrophoneDevice("Headset", "usb.2"),
        MicrophoneDevice("Headset (3)", "usb.3"),
        MicrophoneDevice("Headset (4)", "usb.4"),
    ]


@pytest.mark.parametrize(
    ("capabilities", "listed"),
    [(0x04200001, True), (0x04201000, True), (0x04A00000, False), (0x04208000, False)],
    ids=["capture", "multi-planar", "metadata", "codec"],
)
def test_only_nodes_that_deliver_pictures_are_listed(
    capabilities: int, listed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ioctl(_: int, request: int, buffer: bytearray) -> None:
        assert request == 0x80685600
        buffer[:] = answer(capabilities)

    monkeypatch.setattr("fcntl.ioctl", ioctl)
    describe(tmp_path / "sys", "video0", "Camera")
    (tmp_path / "video0").touch()
    assert bool(list_cameras(tmp_path / "sys", tmp_path)) == listed


def test_a_camera_that_is_pulled_out_while_it_is_listed_is_left_out(tmp_path: Path) -> None:
    describe(tmp_path, "video0", "Camera")
    (tmp_path / "video1").mkdir()
    (tmp_path / "video0" / "name").write_bytes(b"Cam\xe9ra\n")
    assert list_cameras(tmp_path, tmp_path / "dev") == [CameraDevice("Cam\ufffdra", 0)]


def test_a_machine_without_cameras_has_an_empty_list(tmp_path: Path) -> None:
    assert list_cameras(tmp_path / "nothing") == []
