"""Excerpts: utterances as a live window catches them, cut anywhere, with a pause in between.

The sets hold whole utterances. A window of somebody who speaks begins in mid-sentence, spans a
pause and ends in mid-sentence, so a model is asked about such windows as well.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from model.clip import SAMPLE_RATE_HZ

FloatArray = npt.NDArray[np.float32]

LENGTH_S = (1.5, 5.0)
"""How long an excerpt is; the shorter end stands for a window that somebody is mostly silent in."""
PAUSE_S = (0.2, 1.5)
_FRAME = SAMPLE_RATE_HZ // 40
_FLOOR = 1e-5


def excerpt(first: FloatArray, second: FloatArray, clip: str) -> FloatArray:
    """A stretch of `first`, a pause in the room's noise, and `second`; mono sound at 16 kHz.

    `clip` seeds where it is cut. What is shorter than the drawn length is not cut.
    """
    rng = np.random.default_rng(list(clip.encode()))
    pause = int(rng.uniform(*PAUSE_S) * SAMPLE_RATE_HZ)
    noise = _room_level(first) * rng.standard_normal(pause)
    talk = np.concatenate([first, noise.astype(np.float32), second])
    length = int(rng.uniform(*LENGTH_S) * SAMPLE_RATE_HZ)
    start = int(rng.integers(0, max(1, len(talk) - length + 1)))
    return talk[start : start + length]


def _room_level(sound: FloatArray) -> float:
    """Root mean square of the quietest 25 ms in twenty."""
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return _FLOOR
    return max(_FLOOR, float(np.percentile(np.sqrt((frames**2).mean(1)), 5)))


def companions(rows: Sequence[Any]) -> list[Any]:
    """For each clip another of the same speaker and emotion, or itself where there is none.

    Rows have `clip_name`, `speaker` and `emotion`.
    """
    alike: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        alike[row.speaker, row.emotion].append(row)
    chosen = []
    for row in rows:
        others = [other for other in alike[row.speaker, row.emotion] if other is not row]
        chosen.append(random.Random(row.clip_name).choice(others) if others else row)
    return chosen
