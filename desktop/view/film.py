"""A recording that is looked through: how long it is, and what is seen and heard at a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.error import FFmpegError
from av.video.frame import VideoFrame

from model.clip import SAMPLE_RATE_HZ
from model.errors import MediaError
from model.media import probe
from model.media.orientation import display_matrix, upright
from model.media.source import Source, inspect, open_container, second

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
        frame = None if source.picture is None else _frame(source, source.picture, time_s, wanted)
        if frame is None:
            return None
        rgb = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
        return upright(rgb, display_matrix(frame))
    except (MediaError, FFmpegError):
        return None


def _frame(
    source: Source, index: int, time_s: float, wanted: Callable[[], bool]
) -> VideoFrame | None:
    """The frame that is shown at a second: the last one that has begun by then."""
    shown = None
    with open_container(source.path) as container:
        stream = container.streams[index]
        # PyAV has no context for a stream that its FFmpeg has no decoder for.
        if stream.codec_context is None:
            raise MediaError(f"'{source.path}' is coded in a way that cannot be decoded here.")
        # Backwards to a frame that can be decoded without those before it.
        container.seek(max(0, round((source.origin_s + time_s) * 1e6)))
        for frame in container.decode(stream):
            assert isinstance(frame, VideoFrame)
            if not wanted():
                return None
            if shown is not None and second(source, frame, time_s) > time_s:
                break
            shown = frame
    return shown


def sound_between(path: Path, start_s: float, end_s: float) -> npt.NDArray[np.float32] | None:
    """The sound of [start_s, end_s), mono at `SAMPLE_RATE_HZ`; `None` where there is none."""
    try:
        source = inspect(path)
        return None if source.sound is None else _decoded(source, source.sound, start_s, end_s)
    except (MediaError, FFmpegError):
        return None


def _decoded(
    source: Source, index: int, start_s: float, end_s: float
) -> npt.NDArray[np.float32] | None:
    resampler = AudioResampler("flt", "mono", SAMPLE_RATE_HZ)
    pieces: list[npt.NDArray[np.float32]] = []
    begun_s = None
    with open_container(source.path) as container:
        container.seek(max(0, round((source.origin_s + start_s) * 1e6)))
        stream = container.streams[index]
        for frame in container.decode(stream):
            assert isinstance(frame, AudioFrame)
            at_s = second(source, frame, 0.0)
            if at_s >= end_s:
                break
            begun_s = at_s if begun_s is None else begun_s
            for out in resampler.resample(frame):
                pieces.append(out.to_ndarray().reshape(-1).astype(np.float32, copy=False))
    if begun_s is None:
        return None
    first, end = (max(0, round((at - begun_s) * SAMPLE_RATE_HZ)) for at in (start_s, end_s))
    samples = np.concatenate(pieces)[first:end]
    return samples if len(samples) else None
