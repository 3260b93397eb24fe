"""A recording that is looked through: how long it is, and what is seen and heard at a second."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from model.errors import MediaError
from model.media import probe
from model.media.orientation import display_matrix
from model.media.picture import Picture as Decoded
from model.media.picture import bounded_size, picture_of, upright_rgb, upright_size
from model.media.sound import SoundTrack
from model.media.source import Source, demux, inspect

Picture = npt.NDArray[np.uint8]


def length_of(path: Path) -> float:
    """Seconds of a recording; 0 if it does not say or cannot be read (the worker says why)."""
    try:
        return probe(path).duration_s or 0.0
    except MediaError:
        return 0.0


def _always() -> bool:
    return True


def picture_at(path: Path, time_s: float, wanted: Callable[[], bool] = _always) -> Picture | None:
    """The picture of a file at a second, RGB uint8 (height, width, 3); `None` where there is none.

    Args:
        wanted: asked before each frame that is decoded on the way to it; if not, that is given up.
    """
    try:
        source = inspect(path)
        shown = None if source.picture is None else _shown(source, source.picture, time_s, wanted)
        if shown is None:
            return None
        matrix = display_matrix(shown.frame)
        size = bounded_size(*upright_size(shown, matrix))
        return upright_rgb(shown, matrix, size, VideoReformatter())
    except (MediaError, FFmpegError):
        return None


def _shown(source: Source, index: int, time_s: float, wanted: Callable[[], bool]) -> Decoded | None:
    """What is shown at a second: the last frame that has begun by then."""
    shown = None
    with closing(demux(source, index, time_s)) as packets:
        for packet in packets:
            for frame in packet.decode():
                assert isinstance(packet.stream, VideoStream)
                assert isinstance(frame, VideoFrame)
                if not wanted():
                    return None
                picture = picture_of(source, packet.stream, frame, time_s)
                if shown is not None and picture.time_s > time_s:
                    return shown
                shown = picture
    return shown


def sound_between(path: Path, start_s: float, end_s: float) -> npt.NDArray[np.float32] | None:
    """The sound of [start_s, end_s), 16 kHz mono, as it was analysed; `None` for none."""
    try:
        source = inspect(path)
        if source.sound is None:
            return None
        with closing(SoundTrack(source, start_s)) as track:
            track.read_until(end_s)
            return track.cut(start_s, end_s, end_s)
    except (MediaError, FFmpegError):
        return None
