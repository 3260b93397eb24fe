"""What was seen and heard last: rings that any thread may fill and any other may read.

What comes pushes out what is too old; `trim` does so by the clock, for when nothing comes any more.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from threading import Lock

import cv2
import numpy as np
import numpy.typing as npt

from model.clip import SAMPLE_RATE_HZ

SILENCE_DBFS = -120.0
"""Level of digital silence, and of a ring in which nothing has been heard yet."""

# Time stamps of blocks that follow each other stray by less; more is sound that was never taken.
_JITTER_S = 0.05
_LEVEL_S = 0.1

_HISTORY_RATE_HZ = 10
# A time stamp rounded down must not push a frame out of its tenth of a second.
_SLOT_SLACK = 0.1
_HISTORY_WIDTH_PX = 640
_JPEG_QUALITY = 85


@dataclass(frozen=True)
class TimedFrame:
    """A picture, uint8 RGB (height, width, 3), and its second on the clock.

    Everyone who asks a ring gets the same pixels: copy them before you draw.
    """

    time_s: float
    picture: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Sound:
    """Uninterrupted mono sound, float32 (samples,) at `SAMPLE_RATE_HZ`, from `start_s` on."""

    start_s: float
    samples: npt.NDArray[np.float32]

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / SAMPLE_RATE_HZ


class FrameRing:
    """The frames of the last seconds; they must be pushed in the order of their time stamps.

    Args:
        seconds: how far back frames are kept from the newest one. Two seconds of 1280x720 at
            30 Hz are 170 MB.
    """

    def __init__(self, seconds: float = 2.0) -> None:
        self._seconds = seconds
        self._frames: deque[TimedFrame] = deque()
        self._pushed = 0
        self._lock = Lock()

    @property
    def pushed(self) -> int:
        """How many frames there have been."""
        with self._lock:
            return self._pushed

    def push(self, frame: TimedFrame) -> None:
        """Add the newest frame and forget those that are now too old."""
        with self._lock:
            self._frames.append(frame)
            self._pushed += 1
            self._drop(frame.time_s)

    def trim(self, now_s: float) -> None:
        """Forget the frames that are too old now."""
        with self._lock:
            self._drop(now_s)

    def latest(self) -> TimedFrame | None:
        """The newest frame, `None` if there is none."""
        return self.at(math.inf)

    def at(self, time_s: float) -> TimedFrame | None:
        """The newest frame that is not later than `time_s`."""
        with self._lock:
            return next((f for f in reversed(self._frames) if f.time_s <= time_s), None)

    def since(self, time_s: float) -> list[TimedFrame]:
        """The frames later than `time_s`, oldest first."""
        with self._lock:
            return [frame for frame in self._frames if frame.time_s > time_s]

    def after(self, number: int) -> tuple[list[TimedFrame], int]:
        """Of the frames that came after the first `number`, those still here; and `pushed`."""
        with self._lock:
            count = min(self._pushed - number, len(self._frames))
            return list(self._frames)[len(self._frames) - count :], self._pushed

    def clear(self) -> None:
        """Forget every frame."""
        with self._lock:
            self._frames.clear()

    def _drop(self, now_s: float) -> None:
        while self._frames and self._frames[0].time_s < now_s - self._seconds:
            self._frames.popleft()


@dataclass
class _Run:
    """Samples `first` to `end` (counted since the ring was made), heard without a gap."""

    first: int
    end: int
    end_s: float

    def number(self, time_s: float) -> int:
        """Number of the sample at a second, which may lie outside the run."""
        return self.end - round((self.end_s - time_s) * SAMPLE_RATE_HZ)


class SoundRing:
    """The last seconds of sound that were heard: mono, float32 at `SAMPLE_RATE_HZ`.

    A block that begins more than 50 ms after the end of the one before begins a new run; each run
    lies where its own time stamps say, so what is missing shifts nothing. Within a run samples are
    counted back from its newest block: a device whose clock is 100 ppm off, which is much, is 3 ms
    off at the far end of 30 s.

    Args:
        seconds: how much sound is kept.
    """

    def __init__(self, seconds: float = 30.0) -> None:
        self._buffer = np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)
        self._pushed = 0
        self._runs: deque[_Run] = deque()
        self._lock = Lock()

    @property
    def reached_s(self) -> float:
        """Second at which the newest sample ends, 0.0 if nothing has been heard."""
        with self._lock:
            return self._runs[-1].end_s if self._runs else 0.0

    def push(self, start_s: float, samples: npt.NDArray[np.float32]) -> None:
        """Add the samples that begin at `start_s`; blocks come in the order they were heard."""
        if not len(samples):
            return
        end_s = start_s + len(samples) / SAMPLE_RATE_HZ
        with self._lock:
            if not self._runs or start_s > self._runs[-1].end_s + _JITTER_S:
                self._runs.append(_Run(self._pushed, self._pushed, start_s))
            end = self._pushed + len(samples)
            np.put(self._buffer, np.arange(self._pushed, end), samples, mode="wrap")
            self._pushed = end
            self._runs[-1].end, self._runs[-1].end_s = end, end_s
            while self._runs[0].end <= self._oldest:
                self._runs.popleft()

    def trim(self, now_s: float) -> None:
        """Forget the samples that are too old now."""
        before_s = now_s - len(self._buffer) / SAMPLE_RATE_HZ
        with self._lock:
            for run in self._runs:
                first, end = max(run.first, self._oldest), min(run.number(before_s), run.end)
                if first < end:
                    np.put(self._buffer, np.arange(first, end), 0.0, mode="wrap")
                    run.first = end
            while self._runs and self._runs[0].first == self._runs[0].end:
                self._runs.popleft()

    def read(self, start_s: float, end_s: float) -> Sound | None:
        """The latest uninterrupted stretch of sound within [start_s, end_s).

        It begins later than `start_s` where sound is missing there or was interrupted since, and
        ends earlier than `end_s` where no more has been heard: compare its own `start_s` and
        `end_s`. `None` if nothing was heard in the whole span.
        """
        with self._lock:
            for run in reversed(self._runs):
                first = max(run.number(start_s), run.first, self._oldest)
                end = min(run.number(end_s), run.end)
                if first < end:
                    at_s = run.end_s - (run.end - first) / SAMPLE_RATE_HZ
                    return Sound(at_s, self._copy(first, end))
        return None

    def since(self, number: int) -> tuple[Sound | None, int]:
        """What was heard since sample `number`, and the number to ask with next.

        Asked again and again it gives every sample once, however the time stamps stray: up to an
        interruption at first, and `None` where nothing is left.
        """
        with self._lock:
            for run in self._runs:
                first = max(number, run.first, self._oldest)
                if first < run.end:
                    at_s = run.end_s - (run.end - first) / SAMPLE_RATE_HZ
                    return Sound(at_s, self._copy(first, run.end)), run.end
        return None, number

    def level_dbfs(self) -> float:
        """Level of the last 100 ms heard: RMS in dB below full scale, at least `SILENCE_DBFS`.

        A full-scale sine is at -3.0 dB.
        """
        with self._lock:
            first = max(self._oldest, self._pushed - round(_LEVEL_S * SAMPLE_RATE_HZ))
            newest = self._copy(first, self._pushed)
        power = float(np.mean(np.square(newest, dtype=np.float64))) if len(newest) else 0.0
        return max(10 * math.log10(power), SILENCE_DBFS) if power else SILENCE_DBFS

    def clear(self) -> None:
        """Forget every sample."""
        with self._lock:
            self._runs.clear()
            self._buffer[:] = 0

    @property
    def _oldest(self) -> int:
        return max(0, self._pushed - len(self._buffer))

    def _copy(self, first: int, end: int) -> npt.NDArray[np.float32]:
        return np.take(self._buffer, np.arange(first, end), mode="wrap")


class History:
    """The last minutes, small enough to keep: JPEG pictures at 10 Hz, and all of the sound.

    Three minutes are about 100 MB, in memory only.

    Args:
        seconds: how far back it reaches.

    Attributes:
        sound: the sound of the same span; give it to the microphone as its ring.
    """

    def __init__(self, seconds: float = 180.0) -> None:
        self.sound = SoundRing(seconds)
        self._seconds = seconds
        self._frames: deque[tuple[float, npt.NDArray[np.uint8]]] = deque()
        self._lock = Lock()

    def add_frame(self, frame: TimedFrame) -> None:
        """Keep a frame, unless one of the same tenth of a second is kept already.

        Call it from one thread, with frames in the order of their time stamps.
        """
        with self._lock:
            if self._frames and _slot(self._frames[-1][0]) >= _slot(frame.time_s):
                return
        kept = frame.time_s, _compressed(frame.picture)
        with self._lock:
            self._frames.append(kept)
            self._drop(frame.time_s)

    def trim(self, now_s: float) -> None:
        """Forget the frames and samples that are too old now."""
        with self._lock:
            self._drop(now_s)
        self.sound.trim(now_s)

    def frame_at(self, time_s: float) -> TimedFrame | None:
        """The newest frame kept that is not later than `time_s`, at most 640 px wide."""
        with self._lock:
            kept = next((kept for kept in reversed(self._frames) if kept[0] <= time_s), None)
        if kept is None:
            return None
        picture = cv2.imdecode(kept[1], cv2.IMREAD_COLOR_RGB)
        assert picture is not None
        return TimedFrame(kept[0], picture.astype(np.uint8, copy=False))

    def clear(self) -> None:
        """Forget every frame and every sample."""
        with self._lock:
            self._frames.clear()
        self.sound.clear()

    def _drop(self, now_s: float) -> None:
        while self._frames and self._frames[0][0] < now_s - self._seconds:
            self._frames.popleft()


def _slot(time_s: float) -> int:
    return math.floor(time_s * _HISTORY_RATE_HZ + _SLOT_SLACK)


def _compressed(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    height, width = picture.shape[:2]
    if width > _HISTORY_WIDTH_PX:
        size = _HISTORY_WIDTH_PX, max(1, round(height * _HISTORY_WIDTH_PX / width))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return jpeg.astype(np.uint8, copy=False)
