"""A recording that is looked through: how long it is, and what is seen and heard at a second."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from model.clip import SAMPLE_RATE_HZ
from model.errors import MediaError
from model.media import probe
from model.media.source import Source, inspect, open_container, second


def length_of(path: Path) -> float:
    """Seconds of a recording; 0 if it does not say or cannot be read (the worker says why)."""
    try:
        return probe(path).duration_s or 0.0
    except MediaError:
        return 0.0


def picture_at(path: Path, time_s: float) -> npt.NDArray[np.uint8] | None:
    """The picture of a file at a second, RGB; `None` where there is none."""
    film = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    film.set(cv2.CAP_PROP_POS_MSEC, time_s * 1000)
    found, picture = film.read()
    film.release()
    return np.ascontiguousarray(picture[:, :, ::-1].astype(np.uint8)) if found else None


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
