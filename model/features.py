"""What the network is fed with, before any baseline: plain arrays from tracks.

The same functions serve training and the packaged application, so the two cannot drift apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from model.perception.face import FaceTrack

FRAMES = 8
"""Pictures of the face that the network sees per window."""

SEGMENTS = 8
"""Equal stretches of a window's sound that the network sees."""

FloatArray = npt.NDArray[np.float32]


def pick_frames(count: int) -> npt.NDArray[np.intp]:
    """Indices (`FRAMES`,) of frames spread evenly over `count`: the middles of equal stretches.

    Fewer frames than `FRAMES` are repeated, never padded with black.
    """
    return np.minimum(((np.arange(FRAMES) + 0.5) * count / FRAMES).astype(np.intp), count - 1)


def face_arrays(track: FaceTrack) -> dict[str, npt.NDArray[np.generic]]:
    """`crops` uint8 (8, 48, 48), `blendshapes` float32 (8, 52) and `pose_deg` float32 (8, 3)."""
    rows = pick_frames(len(track.times_s))
    return {
        "crops": track.crops[rows],
        "blendshapes": track.blendshapes[rows],
        "pose_deg": track.pose_deg[rows],
    }


def encoder_frames(mel_frames: int) -> int:
    """Positions of the encoder for that many log-mel frames: the second convolution halves them."""
    return (mel_frames + 1) // 2


def segment_pooling(frames: int, segments: int = SEGMENTS) -> FloatArray:
    """The matrix (segments, frames) whose product with (frames, d) averages each segment.

    Segment i covers frames floor(i n / segments) to ceil((i + 1) n / segments), as in
    `torch.nn.functional.adaptive_avg_pool1d`; neighbours share a frame where n does not divide.
    """
    pooling = np.zeros((segments, frames), np.float32)
    for i in range(segments):
        start, end = i * frames // segments, -(-(i + 1) * frames // segments)
        pooling[i, start:end] = 1.0 / (end - start)
    return pooling
