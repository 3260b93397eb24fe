"""`Clip`: a few seconds of picture and sound on one clock, the only thing perception ever sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 16_000
"""Rate of every waveform inside the project (Whisper's)."""


@dataclass(frozen=True)
class Clip:
    """A window of a recording; either modality may be absent, never both.

    Attributes:
        frames: RGB pictures, uint8 (n, height, width, 3), upright; `None` without a picture.
        frame_times_s: presentation times, float64 (n,), seconds on the recording's clock.
        waveform: mono sound, float32 (samples,) in [-1, 1] at `SAMPLE_RATE_HZ`, beginning at
            `start_s`; `None` without a sound track.
        start_s, end_s: the window on the recording's clock.
        source: name of the file or device, for messages and results.
    """

    frames: npt.NDArray[np.uint8] | None
    frame_times_s: npt.NDArray[np.float64]
    waveform: npt.NDArray[np.float32] | None
    start_s: float
    end_s: float
    source: str

    def __post_init__(self) -> None:
        if self.frames is None and self.waveform is None:
            raise ValueError("a clip needs a picture or a sound track")
        if self.frames is not None and len(self.frames) != len(self.frame_times_s):
            raise ValueError("every frame needs its time stamp")

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s
