"""Sound from a microphone: blocks as they arrive, placed on the clock, 16 kHz mono."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from desktop.capture import portaudio, pulse
from desktop.capture.clock import Clock
from desktop.capture.portaudio import Samples
from desktop.capture.state import SourceFailure, lost
from model.clip import SAMPLE_RATE_HZ

# Servers that wake a sleeping device take a second or two to its first block.
_FIRST_BLOCK_S = 3.0
_SILENT_S = 1.0
_POLL_S = 0.01
_SOURCE_CHECK_S = 2.0

_PUNCTUAL_WITHIN_S = 2.0


def heard_sound(
    source: int | str | None, clock: Clock, stopping: Event
) -> Generator[tuple[float, Samples], None, None]:
    """Yield what a microphone hears, in blocks with their seconds, until `stopping` is set.

    Raises:
        SourceFailure: the microphone cannot be opened, has gone, or has not delivered for 1 s.
    """
    # The server may take its time to answer, and the sound must not wait for that.
    with ThreadPoolExecutor(1, "source") as asking, portaudio.recording(source) as microphone:
        placer = BlockPlacer(microphone.rate_hz)
        asked_s, patience_s = clock.now_s(), _FIRST_BLOCK_S
        check: Future[None] | None = None
        while (samples := _next(microphone, stopping, patience_s)) is not None:
            arrival_s = clock.now_s()
            if microphone.overflowed:
                # What was counted so far would place what follows over what is missing.
                placer = BlockPlacer(microphone.rate_hz)
            yield placer.place(arrival_s, samples)
            patience_s = _SILENT_S
            # The server moves the stream of a source that has gone to another microphone, not one
            # that was asked for, or to what is played back.
            if check is not None and check.done():
                check.result()
                check = None
            if (
                check is None
                and not isinstance(source, int)
                and arrival_s - asked_s > _SOURCE_CHECK_S
            ):
                check, asked_s = asking.submit(pulse.check_source, source), arrival_s


def _next(microphone: portaudio.Input, stopping: Event, patience_s: float) -> Samples | None:
    """The next block; `None` when told to stop."""
    deadline_s = time.perf_counter() + patience_s
    while not stopping.is_set():
        samples = microphone.take()
        if len(samples):
            return samples
        if time.perf_counter() > deadline_s:
            raise SourceFailure(lost("microphone"))
        stopping.wait(_POLL_S)
    return None


class BlockPlacer:
    """Turns a device's blocks into 16 kHz sound with its place on the clock.

    A block arrives when its last sample has been taken, or later: never earlier. So the least
    delayed block of the last two seconds tells where samples are, and their count where each
    block is in between. Late arrivals move nothing; a device whose own clock drifts is followed
    within two seconds (0.2 ms at 100 ppm), and so are samples that a device has dropped without
    telling: where it tells, begin with another placer. What remains is the delay of driver and
    server, a few hundredths of a second.

    Args:
        rate_hz: rate of the blocks.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._taken = 0
        self._given = 0
        self._origins_s: deque[tuple[float, float]] = deque()
        self._resampler = AudioResampler("flt", "mono", SAMPLE_RATE_HZ)

    def place(self, arrival_s: float, samples: Samples) -> tuple[float, Samples]:
        """The sound that a block completes, and the second at which it begins.

        Args:
            arrival_s: when the block arrived, on the clock.
            samples: mono, at the device's rate.
        """
        self._taken += len(samples)
        self._origins_s.append((arrival_s, arrival_s - self._taken / self._rate_hz))
        while self._origins_s[0][0] < arrival_s - _PUNCTUAL_WITHIN_S:
            self._origins_s.popleft()
        start_s = min(origin_s for _, origin_s in self._origins_s) + self._given / SAMPLE_RATE_HZ
        resampled = self._resampled(samples)
        self._given += len(resampled)
        return start_s, resampled

    def _resampled(self, samples: Samples) -> Samples:
        if self._rate_hz == SAMPLE_RATE_HZ:
            return samples
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), "flt", "mono")
        frame.sample_rate = self._rate_hz
        pieces = [out.to_ndarray().reshape(-1) for out in self._resampler.resample(frame)]
        return np.concatenate([np.empty(0, np.float32), *pieces], dtype=np.float32)
