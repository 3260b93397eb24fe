"""Every device is stopped and fails only as foreseen; a sound server of our own."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.capture.camera import Camera
from desktop.capture.clock import Clock
from desktop.capture.microphone import Microphone
from desktop.capture.rings import FrameRing, SoundRing

from .virtual_microphone import VirtualMicrophone
from .waiting import OpenCamera, OpenMicrophone, States, wait_until


@pytest.fixture(autouse=True)
def _nothing_unforeseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What fails in a device's thread, be it an assertion of a fake, is only logged."""
    yield
    assert [one.getMessage() for one in caplog.get_records("call") if one.name == "device"] == []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def states() -> States:
    return States()


@pytest.fixture(name="open_camera")
def open_camera_fixture(clock: Clock, states: States) -> Iterator[OpenCamera]:
    cameras: list[Camera] = []

    def open_camera(source: int | str, **options: Any) -> tuple[Camera, FrameRing]:
        ring = FrameRing(seconds=60)
        cameras.append(Camera(source, clock, ring, states, **options))
        cameras[-1].start()
        return cameras[-1], ring

    yield open_camera
    for camera in cameras:
        camera.stop()


@pytest.fixture(name="open_microphone")
def open_microphone_fixture(clock: Clock, states: States) -> Iterator[OpenMicrophone]:
    microphones: list[Microphone] = []

    def open_microphone(source: int | str | None, **options: Any) -> tuple[Microphone, SoundRing]:
        ring = SoundRing()
        microphones.append(Microphone(source, clock, ring, states, **options))
        microphones[-1].start()
        return microphones[-1], ring

    yield open_microphone
    for microphone in microphones:
        microphone.stop()


@pytest.fixture(scope="session")
def sound_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A PulseAudio server without any device; its address is in the environment."""
    try:
        importlib.import_module("sounddevice")
    except (ImportError, OSError):
        pytest.skip("needs sounddevice (pip install '.[desktop]') and libportaudio2")
    if not (shutil.which("pulseaudio") and shutil.which("pactl")):
        pytest.skip("needs the Debian packages pulseaudio and pulseaudio-utils")
    if not list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so")):
        pytest.skip("needs the Debian package libasound2-plugins")
    folder = tmp_path_factory.mktemp("pulse")
    socket = folder / "native"
    script = folder / "server.pa"
    script.write_text(f"load-module module-native-protocol-unix socket={socket} auth-anonymous=1\n")
    own = {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder), "PULSE_STATE_PATH": str(folder)}
    server = subprocess.Popen(
        ["pulseaudio", "-n", "-F", str(script), "--exit-idle-time=-1"],
        env=os.environ | own, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PULSE_SERVER", f"unix:{socket}")
        wait_until(socket.exists)
        yield folder
    server.terminate()
    server.wait()


@pytest.fixture
def virtual_microphone(sound_server: Path) -> Iterator[VirtualMicrophone]:
    microphone = VirtualMicrophone(sound_server)
    microphone.plug_in()
    yield microphone
    microphone.unplug()
