"""The level of the microphone, with the peak held and clipping remembered for a while."""

from __future__ import annotations

import numpy as np

from desktop.live.messages import FloatArray
from model.clip import SAMPLE_RATE_HZ

SILENCE_DBFS = -60.0
"""The meter's lower end."""
CLIPPED_FROM = 0.999
HOLD_S = 1.5
WARN_S = 3.0
_FALL_DB_PER_S = 20.0


class LevelModel:
    """What a meter shows; its clock is that of the sound.

    Attributes:
        level_dbfs: root mean square of the last block.
        peak_dbfs: the highest peak, held for `HOLD_S` and then falling.
        clipped: a sample was at full scale within the last `WARN_S`.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget what was heard."""
        self.level_dbfs = self.peak_dbfs = SILENCE_DBFS
        self.clipped = False
        self._peak_at_s = self._clipped_at_s = self._reached_s = -np.inf

    @property
    def heard(self) -> bool:
        """Whether there was any sound, be it silence."""
        return bool(np.isfinite(self._reached_s))

    def hear(self, start_s: float, samples: FloatArray) -> None:
        """Take in a block of sound, float32 (n,) at 16 kHz, that begins at `start_s`."""
        if not len(samples):
            return
        end_s = start_s + len(samples) / SAMPLE_RATE_HZ
        peak = float(np.abs(samples).max())
        self.level_dbfs = _dbfs(float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))))
        self._hold(_dbfs(peak), end_s)
        if peak >= CLIPPED_FROM:
            self._clipped_at_s = end_s
        self.clipped = end_s - self._clipped_at_s < WARN_S
        self._reached_s = end_s

    def _hold(self, peak_dbfs: float, end_s: float) -> None:
        if end_s - self._peak_at_s > HOLD_S and self.heard:
            fallen = self.peak_dbfs - _FALL_DB_PER_S * (end_s - self._reached_s)
            self.peak_dbfs = max(fallen, SILENCE_DBFS)
        if peak_dbfs >= self.peak_dbfs:
            self.peak_dbfs, self._peak_at_s = peak_dbfs, end_s


def _dbfs(amplitude: float) -> float:
    return max(20.0 * float(np.log10(max(amplitude, 1e-9))), SILENCE_DBFS)
