"""`SpeechEncoder`: a voice's log-mel → what the speech encoder makes of it, pooled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.features import encoder_frames, segment_pooling
from model.runtime.session import make_session

LONGEST = 3000
"""Log-mel frames, 30 s: Whisper has no places for more."""

Float32 = npt.NDArray[np.float32]


class Heard(NamedTuple):
    """The encoder's residual stream, pooled over time.

    Attributes:
        segments: float32 (levels, `SEGMENTS`, d), means of equal stretches.
        mean, std: float32 (levels, d), of all frames (population standard deviation).
    """

    segments: Float32
    mean: Float32
    std: Float32


class SpeechEncoder:
    """A graph of `model.export.whisper_graph`.

    Args:
        levels: that are returned; 0 is the stem, i the output of layer i.
        threads: of the processor, 0 for one a core.
    """

    def __init__(self, path: str | Path, levels: Sequence[int], threads: int = 0) -> None:
        self._session, self._levels = make_session(path, threads), list(levels)

    def hear(self, log_mel: Float32) -> Heard:
        """Encode a log-mel (80, k) of any length.

        What is longer than `LONGEST` is encoded in equal pieces, of which none hears the others.
        """
        pieces = _cut(log_mel)
        counts = [encoder_frames(piece.shape[1]) for piece in pieces]
        poolings = np.split(segment_pooling(sum(counts)), np.cumsum(counts)[:-1], axis=1)
        heard = [self._encode(*one) for one in zip(pieces, poolings, strict=True)]
        return heard[0] if len(heard) == 1 else _joined(heard, counts)

    def _encode(self, log_mel: Float32, pooling: Float32) -> Heard:
        feed = {"log_mel": log_mel[None], "pooling": np.ascontiguousarray(pooling)}
        outputs = self._session.run(list(Heard._fields), feed)
        return Heard(*(np.asarray(output)[self._levels] for output in outputs))


def _cut(log_mel: Float32) -> list[Float32]:
    """Pieces of equal length, but for the last; no encoder's frame, two columns, is cut."""
    length = log_mel.shape[1]
    count = -(-length // LONGEST)
    size = length if count == 1 else -(-length // (2 * count)) * 2
    return [np.ascontiguousarray(log_mel[:, at : at + size]) for at in range(0, length, size)]


def _joined(parts: Sequence[Heard], counts: Sequence[int]) -> Heard:
    """What is pooled over all pieces; of each segment, every piece holds its share of the sum."""
    share = (np.array(counts) / sum(counts))[:, None, None]
    means = np.stack([part.mean for part in parts]).astype(np.float64)
    stds = np.stack([part.std for part in parts]).astype(np.float64)
    mean = (share * means).sum(0)
    variance = (share * (stds**2 + (means - mean) ** 2)).sum(0)
    segments = np.sum([part.segments for part in parts], axis=0)
    return Heard(segments, mean.astype(np.float32), np.sqrt(variance).astype(np.float32))
