"""No test may leave a thread behind; and a microphone without any hardware."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop.capture.clock import Clock

from .waiting import wait_until

TONE_HZ = 440
RATE_HZ = 16_000
BLOCK = 320


@pytest.fixture(autouse=True)
def _no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    wait_until(lambda: set(threading.enumerate()) <= before)


@pytest.fixture
def clock() -> Clock:
    return Clock()


class VirtualMicrophone:
    """A source of a PulseAudio server of our own, in which a 440 Hz tone is heard all the time."""

    name = "headset"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pipe = folder / "headset.pipe"
        self._unplugged = threading.Event()
        self._player = threading.Thread(target=self._play, name="player")

    def pactl(self, *words: str) -> None:
        subprocess.run(["pactl", *words], check=True, capture_output=True)

    def plug_in(self) -> None:
        self.pactl(
            "load-module", "module-pipe-source", f"source_name={self.name}", f"file={self._pipe}",
            "format=s16le", f"rate={RATE_HZ}", "channels=1",
        )  # fmt: skip
        self._unplugged.clear()
        self._player = threading.Thread(target=self._play, name="player")
        self._player.start()

    def unplug(self) -> None:
        self._unplugged.set()
        if self._player.is_alive():
            self._player.join()
            self.pactl("unload-module", "module-pipe-source")

    def _play(self) -> None:
        period = 0.5 * np.sin(2 * np.pi * TONE_HZ * np.arange(RATE_HZ) / RATE_HZ)
        pcm = (period * 32767).astype("<i2").reshape(-1, BLOCK)
        pipe, start_s, number = (
            os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK),
            time.monotonic(),
            0,
        )
        try:
            while not self._unplugged.wait(start_s + number * BLOCK / RATE_HZ - time.monotonic()):
                # Nobody may be recording just now.
                with contextlib.suppress(BlockingIOError):
                    os.write(pipe, pcm[number % len(pcm)].tobytes())
                number += 1
        finally:
            os.close(pipe)


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
