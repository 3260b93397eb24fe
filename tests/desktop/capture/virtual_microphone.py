"""A microphone without any hardware."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import threading
import time
from pathlib import Path

import numpy as np

from model.clip import SAMPLE_RATE_HZ

from .media import TONE_HZ

BLOCK = 320


class VirtualMicrophone:
    """A source of a PulseAudio server of our own, in which a 440 Hz tone is heard all the time."""

    name = "headset"

    def __init__(self, folder: Path) -> None:
        self._pipe = folder / "headset.pipe"
        self._unplugged = threading.Event()
        self._player: threading.Thread | None = None

    def pactl(self, *words: str) -> None:
        subprocess.run(["pactl", *words], check=True, capture_output=True)

    def plug_in(self) -> None:
        self.pactl(
            "load-module", "module-pipe-source", f"source_name={self.name}", f"file={self._pipe}",
            "format=s16le", f"rate={SAMPLE_RATE_HZ}", "channels=1",
        )  # fmt: skip
        self._unplugged.clear()
        self._player = threading.Thread(target=self._play, name="player")
        self._player.start()

    def unplug(self) -> None:
        self._unplugged.set()
        if self._player is not None:
            self._player.join()
            self._player = None
            self.pactl("unload-module", "module-pipe-source")

    def _play(self) -> None:
        second = 0.5 * np.sin(2 * np.pi * TONE_HZ * np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ)
        blocks = (second * 32767).astype("<i2").reshape(-1, BLOCK)
        pipe = os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK)
        start_s = time.monotonic()
        for number in itertools.count():
            due_s = start_s + number * BLOCK / SAMPLE_RATE_HZ
            if self._unplugged.wait(due_s - time.monotonic()):
                break
            # Nobody may be recording just now.
            with contextlib.suppress(BlockingIOError):
                os.write(pipe, blocks[number % len(blocks)].tobytes())
        os.close(pipe)
