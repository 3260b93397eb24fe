"""`sounddevice` with one microphone that plays a tone, a good deal faster than in real time."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest

from .media import tone


class FakePortAudio:
    """The part of sounddevice that is used, with one microphone that plays a tone."""

    class PortAudioError(Exception):
        pass

    class CallbackAbort(Exception):
        pass

    class _Default:
        hostapi = 0

    default = _Default()

    def __init__(self) -> None:
        self.refused: dict[float, int] = {}
        self.there = True
        self.silent = Event()
        self.running = 0
        self.restarts = 0
        self.first_number = 0
        self.opened: list[int] = []

    def _terminate(self) -> None:
        assert self.running == 0, "restarted during a stream"

    def _initialize(self) -> None:
        self.restarts += 1

    def query_devices(self, device: int | None = None, kind: str | None = None) -> Any:
        number = self.first_number
        inner = {
            "index": number, "name": "Inner microphone", "hostapi": 0, "max_input_channels": 2,
            "default_samplerate": 44_100.0,
        }  # fmt: skip
        if kind is None:
            speaker = {**inner, "index": number + 1, "max_input_channels": 0}
            twice = {**inner, "index": number + 2, "hostapi": 1}
            return [inner, speaker, twice] if self.there else []
        if not self.there:
            raise self.PortAudioError("Error querying device -1")
        return inner

    def InputStream(
        self, samplerate: float, device: int, callback: Any, channels: int, dtype: str
    ) -> FakeStream:
        assert (channels, dtype) == (1, "float32")
        self.opened.append(device)
        if samplerate in self.refused:
            raise self.PortAudioError("Error opening InputStream", self.refused[samplerate])
        return FakeStream(self, samplerate, callback)


class FakeStream:
    def __init__(self, library: FakePortAudio, samplerate: float, callback: Any) -> None:
        self.samplerate = samplerate
        self._library = library
        self._callback = callback
        self._aborted = Event()
        self._thread = Thread(target=self._play)

    def start(self) -> None:
        self._library.running += 1
        self._thread.start()

    def _play(self) -> None:
        samples = tone(1.0, round(self.samplerate)).reshape(-1, 1)
        block = len(samples) // 50
        number = 0
        while not self._aborted.wait(0.005):
            if not self._library.silent.is_set():
                begin = number % 50 * block
                try:
                    self._callback(samples[begin : begin + block], block, None, None)
                except self._library.CallbackAbort:
                    return
                number += 1

    def stop(self) -> None:
        pytest.fail("stop() can hang for ever")

    @property
    def active(self) -> bool:
        return self._thread.is_alive()

    def abort(self) -> None:
        calling = self.active and not self._library.silent.is_set()
        assert not calling, "abort() hits a callback"
        self._aborted.set()
        self._thread.join()

    def close(self) -> None:
        assert self._aborted.is_set()
        self._library.running -= 1
