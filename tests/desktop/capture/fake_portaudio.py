"""`sounddevice` with one microphone that hears a tone, a good deal faster than in real time."""

from __future__ import annotations

import time
from threading import Event
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from .media import tone


class FakePortAudio:
    """The part of sounddevice that is used: a microphone that hears a tone, and a speaker."""

    class PortAudioError(Exception):
        pass

    class _Default:
        hostapi = 0

    default = _Default()

    def __init__(self) -> None:
        self.refused: dict[float, int] = {}
        self.there = True
        self.silent = Event()
        self.running = 0
        self.failing = False
        self._initialized = 1
        self.restarts = 0
        self.first_number = 0
        self.opened: list[int] = []
        self.played: list[tuple[float, npt.NDArray[np.float32]]] = []

    def _terminate(self) -> None:
        assert self.running == 0, "restarted during a stream"
        if not self._initialized:
            raise self.PortAudioError("Error terminating PortAudio", -10000)
        self._initialized -= 1

    def _initialize(self) -> None:
        self.restarts += 1
        if self.failing:
            raise self.PortAudioError("Error initializing PortAudio", -9999)
        self._initialized += 1

    def query_devices(self, device: int | None = None, kind: str | None = None) -> Any:
        number = self.first_number
        inner = {
            "index": number, "name": "Inner microphone", "hostapi": 0, "max_input_channels": 2,
            "default_samplerate": 44_100.0,
        }  # fmt: skip
        speaker = {**inner, "index": number + 1, "max_input_channels": 0}
        twice = {**inner, "index": number + 2, "hostapi": 1}
        if device is None and kind is None:
            return [inner, speaker, twice] if self.there else []
        if not self.there:
            raise self.PortAudioError("Error querying device -1")
        return speaker if device == number + 1 else inner

    def RawInputStream(
        self, samplerate: float, device: int, channels: int, dtype: str, latency: float
    ) -> FakeStream:
        assert (channels, dtype) == (1, "float32")
        self.opened.append(device)
        if samplerate in self.refused:
            raise self.PortAudioError("Error opening stream", self.refused[samplerate])
        return FakeStream(self, samplerate)

    OutputStream = RawInputStream


class FakeStream:
    """Fails the test where it is used before it is started, after it is closed, or waited for."""

    latency = 0.01

    def __init__(self, library: FakePortAudio, samplerate: float) -> None:
        self.samplerate = samplerate
        self._library = library
        self._state = "stopped"
        self._tone = tone(1.0, round(samplerate))
        self._block = len(self._tone) // 50
        self._number = 0
        self._due_s = 0.0

    def start(self) -> None:
        assert self._state == "stopped"
        self._state = "running"
        self._library.running += 1

    @property
    def read_available(self) -> int:
        assert self._state == "running"
        there = not self._library.silent.is_set() and time.perf_counter() >= self._due_s
        return self._block if there else 0

    def read(self, frames: int) -> tuple[bytearray, bool]:
        assert 0 < frames <= self.read_available, "a read that can hang for ever"
        self._due_s = time.perf_counter() + 0.005
        begin = self._number % 50 * self._block
        self._number += 1
        return bytearray(self._tone[begin : begin + frames].tobytes()), False

    @property
    def write_available(self) -> int:
        assert self._state == "running"
        return 0 if self._library.silent.is_set() else 1600

    def write(self, samples: npt.NDArray[np.float32]) -> None:
        assert 0 < len(samples) <= self.write_available, "a write that can hang for ever"
        self._library.played.append((self.samplerate, samples[:, 0].copy()))

    def stop(self) -> None:
        pytest.fail("stop() can hang for ever")

    def abort(self) -> None:
        assert self._state == "running"
        self._state = "aborted"

    def close(self) -> None:
        if self._state != "stopped":
            assert self._state == "aborted"
            self._library.running -= 1
        self._state = "closed"
