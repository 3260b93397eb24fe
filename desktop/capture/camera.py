"""The camera: a thread that puts pictures into a ring, whatever they come from."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from threading import Event

from desktop.capture.clock import Clock
from desktop.capture.life_cycle import Device
from desktop.capture.recording import recorded_frames
from desktop.capture.rings import FrameRing, TimedFrame
from desktop.capture.state import DeviceState
from desktop.capture.stream import streamed_frames
from desktop.capture.webcam import webcam_frames

_RATE_OVER_FRAMES = 30


class Camera(Device):
    """Puts the pictures of a source into a ring, RGB and at most 1280 px wide or high.

    Args:
        source: number of a camera; path of a recording, which plays at its own pace; path of a
            named pipe into which another program writes a video; or the http or tcp address of a
            video on this machine.
        clock: what the pictures are stamped with; a recording starts when `start` is called.
        ring: where they go.
        on_state: called with every new state, see `Device`.
        loop: whether a recording starts again when it is over.
    """

    def __init__(
        self,
        source: int | str,
        clock: Clock,
        ring: FrameRing,
        on_state: Callable[[DeviceState], None] | None = None,
        *,
        loop: bool = False,
    ) -> None:
        super().__init__("camera", clock, on_state)
        self._source = source
        # Settled now: a pipe may be taken away and made again meanwhile.
        self._is_streamed = isinstance(source, str) and ("://" in source or Path(source).is_fifo())
        self._ring = ring
        self._loop = loop
        self._frame_rate_hz = 0.0

    @property
    def frame_rate_hz(self) -> float:
        """Frames a second over the last 30 of them, 0.0 while there are none."""
        return self._frame_rate_hz

    def _deliver(self, stopping: Event) -> None:
        times_s: deque[float] = deque(maxlen=_RATE_OVER_FRAMES)
        try:
            with closing(self._frames(stopping)) as frames:
                for frame in frames:
                    if stopping.is_set():
                        return
                    self._ring.push(frame)
                    times_s.append(frame.time_s)
                    self._frame_rate_hz = _rate_hz(times_s)
                    self._announce(DeviceState("live"), stopping)
        finally:
            self._frame_rate_hz = 0.0

    def _frames(self, stopping: Event) -> Generator[TimedFrame, None, None]:
        if isinstance(self._source, int):
            return webcam_frames(self._source, self._clock, stopping)
        if self._is_streamed:
            return streamed_frames(self._source, self._clock, stopping)
        origin_s = self._started_s
        return recorded_frames(self._source, self._clock, origin_s, stopping, self._loop)


def _rate_hz(times_s: deque[float]) -> float:
    span_s = times_s[-1] - times_s[0]
    return (len(times_s) - 1) / span_s if span_s > 0 else 0.0
