"""F0 cut into the pieces that are drawn as unbroken lines."""

from __future__ import annotations

import math

import numpy as np

from desktop.live.messages import FloatArray

LOWEST_HZ, HIGHEST_HZ = 60.0, 600.0
_GAP_S = 0.05


def voiced_pieces(times_s: FloatArray, f0_hz: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Unbroken stretches of voicing as (times, F0), both (n,); nan and holes in time part them."""
    voiced = np.flatnonzero(np.isfinite(f0_hz) & (f0_hz > 0))
    if not len(voiced):
        return []
    breaks = (np.diff(voiced) > 1) | (np.diff(times_s[voiced]) > _GAP_S)
    pieces = np.split(voiced, np.flatnonzero(breaks) + 1)
    return [(times_s[piece], f0_hz[piece]) for piece in pieces]


def height(f0_hz: float) -> float:
    """Where on a logarithmic axis F0 lies: 0 at `LOWEST_HZ`, 1 at `HIGHEST_HZ`, cut at both."""
    clipped = min(max(f0_hz, LOWEST_HZ), HIGHEST_HZ)
    return math.log(clipped / LOWEST_HZ) / math.log(HIGHEST_HZ / LOWEST_HZ)
