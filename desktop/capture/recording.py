"""A recording in the place of a device: it plays once, or for ever, at the pace of its time stamps.

Second zero of the file is the moment at which the device was started, for the picture and for the
sound alike: started together, they stay together, also from one round to the next.
"""

from __future__ import annotations

from collections.abc import Generator
from threading import Event

import numpy as np
import numpy.typing as npt

from desktop.capture.clock import Clock
from desktop.capture.rings import TimedFrame
from desktop.capture.state import DeviceState, SourceFailure
from model.clip import Clip
from model.errors import MediaError
from model.media import Modality, probe, read_windows

# Short, so that no more than twice that much is decoded ahead and held. A quarter has no rounding
# error, so one window's end is exactly the next one's start and no frame falls between.
_WINDOW_S = 0.25
_FRAME_RATE_HZ = 30.0


def recorded_frames(
    path: str, clock: Clock, origin_s: float, stopping: Event, loop: bool
) -> Generator[TimedFrame, None, None]:
    """Yield the frames of a file, each at `origin_s` plus its own time stamp, when that has come.

    Raises:
        SourceFailure: the file cannot be read or has no picture (final).
    """
    for start_s, clip in _rounds(path, "face", loop):
        if clip.frames is None:
            continue
        for picture, time_s in zip(clip.frames, clip.frame_times_s, strict=True):
            due_s = origin_s + start_s + float(time_s)
            if stopping.wait(due_s - clock.now_s()):
                return
            yield TimedFrame(due_s, picture)


def recorded_sound(
    path: str, clock: Clock, origin_s: float, stopping: Event, loop: bool
) -> Generator[tuple[float, npt.NDArray[np.float32]], None, None]:
    """Yield the sound of a file in blocks, each with its second, when its last sample is due.

    Raises:
        SourceFailure: the file cannot be read or has no sound (final).
    """
    for start_s, clip in _rounds(path, "voice", loop):
        if clip.waveform is None:
            continue
        if stopping.wait(origin_s + start_s + clip.end_s - clock.now_s()):
            return
        yield origin_s + start_s + clip.start_s, clip.waveform


def _rounds(path: str, modality: Modality, loop: bool) -> Generator[tuple[float, Clip], None, None]:
    """Windows of a file, with the second at which their round of it starts."""
    try:
        length_s = probe(path).duration_s or 0.0
    except MediaError as error:
        raise SourceFailure(DeviceState("absent", error.sentence), final=True) from error
    start_s = 0.0
    try:
        while True:
            for clip in read_windows(path, _WINDOW_S, _WINDOW_S, _FRAME_RATE_HZ, modality):
                yield start_s, clip
                # A track may end before the file does, or the file not know how long it is.
                length_s = max(length_s, clip.end_s)
            if not loop:
                return
            start_s += length_s
    except MediaError as error:
        raise SourceFailure(DeviceState("ended", error.sentence), final=True) from error
