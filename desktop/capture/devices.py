"""The cameras and microphones that there are to choose from."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from desktop.capture import portaudio, pulse
from desktop.capture.state import SourceFailure
from model.sentence import QT_TRANSLATE_NOOP

# Where cameras have no names before they are opened, which would switch them on.
_NAMELESS_CAMERAS = 4

# From linux/videodev2.h.
_QUERY_CAPABILITIES = 0x80685600
_CAPABILITY = struct.Struct("16s32s32sIII12x")
_CAPTURES = 0x1 | 0x1000  # single and multi-planar


@dataclass(frozen=True)
class CameraDevice:
    """A camera: its name for people, which no other has, and what `Camera` takes as its source."""

    name: str
    source: int | str


@dataclass(frozen=True)
class MicrophoneDevice:
    """A microphone: its name for people, as above, and what `Microphone` takes as its source."""

    name: str
    source: int | str | None


def list_cameras(
    nodes: Path = Path("/sys/class/video4linux"), devices: Path = Path("/dev")
) -> list[CameraDevice]:
    """Cameras that are plugged in; none is opened for a picture, so no light goes on.

    On macOS and Windows these are four numbers without names, whether there is one behind or not.

    Args:
        nodes: folder in which Linux describes them.
        devices: folder of their device nodes.
    """
    if sys.platform != "linux":
        return [CameraDevice(f"Camera {n + 1}", n) for n in range(_NAMELESS_CAMERAS)]
    found: dict[int, str] = {}
    for node in nodes.glob("video*"):
        # One that is pulled out meanwhile has no name any more.
        with suppress(OSError):
            name = (node / "name").read_text(encoding="utf-8", errors="replace").strip()
            if _captures(devices / node.name):
                found[int(node.name.removeprefix("video"))] = name
    numbers = sorted(found)
    names = _told_apart(found[number] for number in numbers)
    return [CameraDevice(name, number) for name, number in zip(names, numbers, strict=True)]


def _captures(device: Path) -> bool:
    """Whether a node delivers pictures; a camera has others too, for data about them."""
    import fcntl  # not on Windows

    answer = bytearray(_CAPABILITY.size)
    try:
        descriptor = os.open(device, os.O_RDWR | os.O_NONBLOCK)
        try:
            fcntl.ioctl(descriptor, _QUERY_CAPABILITIES, answer)
        finally:
            os.close(descriptor)
    except OSError:
        # Let it be chosen: opening it then says what is wrong.
        return True
    return bool(_CAPABILITY.unpack(answer)[5] & _CAPTURES)


def list_microphones() -> list[MicrophoneDevice]:
    """Microphones that are plugged in, the system's default first; empty where sound cannot work.

    Where a PulseAudio or PipeWire server answers they are its sources, else PortAudio's devices.
    """
    try:
        names = portaudio.microphones()
    except SourceFailure:
        return []
    if not names:
        return []
    default = MicrophoneDevice(QT_TRANSLATE_NOOP("devices", "System default"), None)
    named = pulse.sources()
    if named is None:
        named = {name: name for name in names}
    texts = _told_apart(named.values())
    return [default, *map(MicrophoneDevice, texts, named)]


def _told_apart(names: Iterable[str]) -> list[str]:
    """Names of which each is there once: by them a device is picked, and found again later.

    The second webcam of a kind is "Webcam (2)".
    """
    different: list[str] = []
    for name in names:
        numbered = (f"{name} ({number})" for number in count(2))
        different.append(next(one for one in chain([name], numbered) if one not in different))
    return different
