"""Recordings made in the test: a red, a green and a blue second; a 440 Hz tone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from model.clip import SAMPLE_RATE_HZ

COLOURS = ((220, 30, 30), (30, 220, 30), (30, 30, 220))
RATE_HZ = 20
TONE_HZ = 440


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (48, 64)) -> npt.NDArray[Any]:
    return np.full((*size, 3), colour, np.uint8)


def write_video(path: Path, seconds: int, codec: str = "mpeg4") -> None:
    """A red second, a green one, a blue one."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=RATE_HZ)
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(seconds * RATE_HZ):
            colour = COLOURS[number // RATE_HZ % len(COLOURS)]
            frame = av.VideoFrame.from_ndarray(picture(colour), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE_HZ)
            out.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        out.mux(stream.encode(None))


def tone(seconds: float, rate_hz: int = SAMPLE_RATE_HZ, hz: float = TONE_HZ) -> npt.NDArray[Any]:
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * hz * at_s)).astype(np.float32)


def pitch_hz(samples: npt.NDArray[np.float32]) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax()) * SAMPLE_RATE_HZ / len(samples)
