"""BlazeFace's output as face regions: anchors, decoding, weighted non-maximum suppression.

V. Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import atan2, ceil

import numpy as np

from model.perception.face_region import FloatArray, Picture, Region

INPUT_SIDE = 128
SCORE_THRESHOLD = 0.5
OVERLAP_THRESHOLD = 0.3
REGION_MARGIN = 1.5
"""The mesh network expects the detector's box enlarged by this."""

_RIGHT_EYE, _LEFT_EYE = 0, 1


def _anchors() -> FloatArray:
    """Centres of the 896 anchors in [0, 1]: two on each cell of 16x16, six on each of 8x8."""
    centres = [
        ((x + 0.5) / cells, (y + 0.5) / cells)
        for cells, repeat in ((16, 2), (8, 6))
        for y in range(cells)
        for x in range(cells)
        for _ in range(repeat)
    ]
    return np.array(centres, np.float32)


ANCHORS = _anchors()


@dataclass(frozen=True)
class Square:
    """An upright square in or around a picture: left, top and side in pixels."""

    left: int
    top: int
    side: int


def views(height: int, width: int) -> Iterator[list[Square]]:
    """What the detector is shown of a picture, one list after the other until a face is found.

    First the whole picture; then the picture with a quarter of margin, for a face that fills it;
    then overlapping squares of half its longer side, for small faces.
    """
    side = max(height, width)
    yield [_around(height, width, side)]
    yield [_around(height, width, side + side // 2)]
    part = side // 2
    if part >= INPUT_SIDE:
        tops, lefts = _steps(height, part), _steps(width, part)
        yield [Square(left, top, part) for top in tops for left in lefts]


def _around(height: int, width: int, side: int) -> Square:
    return Square((width - side) // 2, (height - side) // 2, side)


def _steps(length: int, part: int) -> list[int]:
    """Starts of parts that cover a length and overlap by about half, so that no face is cut."""
    if length <= part:
        return [(length - part) // 2]
    count = ceil((length - part) / (part / 2)) + 1
    return [round(start) for start in np.linspace(0, length - part, count)]


def cut_square(picture: Picture, square: Square) -> Picture:
    """A square of a picture, black outside of it, uint8 (side, side, 3)."""
    height, width = picture.shape[:2]
    top, left = max(square.top, 0), max(square.left, 0)
    bottom, right = min(square.top + square.side, height), min(square.left + square.side, width)
    cut = np.zeros((square.side, square.side, *picture.shape[2:]), np.uint8)
    inside = picture[top:bottom, left:right]
    y, x = top - square.top, left - square.left
    cut[y : y + bottom - top, x : x + right - left] = inside
    return cut


def decode(regressors: FloatArray, logits: FloatArray, square: Square) -> FloatArray:
    """Candidate faces above the score threshold.

    Args:
        regressors: float32 (896, 16), centre, size and six key points relative to the anchors,
            pixels of the 128 x 128 input.
        logits: float32 (896,).
        square: the part of the picture that was the input.

    Returns:
        float32 (n, 17): score, x0, y0, x1, y1, then six key points x, y; pixels of the picture.
    """
    scores = 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
    keep = scores >= SCORE_THRESHOLD
    values = regressors[keep] / INPUT_SIDE
    anchors = ANCHORS[keep]
    centre, half = values[:, :2] + anchors, values[:, 2:4] / 2
    eyes_to_ears = (values[:, 4:].reshape(-1, 6, 2) + anchors[:, None]).reshape(-1, 12)
    points = np.concatenate([centre - half, centre + half, eyes_to_ears], axis=1)
    corner = np.tile(np.array([square.left, square.top], np.float32), points.shape[1] // 2)
    pixels = points * square.side + corner
    return np.concatenate([scores[keep][:, None], pixels], axis=1).astype(np.float32)


def overlap(box: FloatArray, boxes: FloatArray) -> FloatArray:
    """Intersection over union of one box (4,) with many (n, 4), each x0, y0, x1, y1."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    common = np.prod(np.maximum(high - low, 0), axis=1)
    area = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    union = np.prod(np.maximum(box[2:] - box[:2], 0)) + area - common
    return np.asarray(common / np.maximum(union, 1e-9), np.float32)


def suppress(candidates: FloatArray) -> FloatArray:
    """Merge candidates that overlap, each weighted by its score (BlazeFace §3.3).

    Args:
        candidates: float32 (n, 17) from `decode`.

    Returns:
        float32 (faces, 17), best first; the score is the best of the merged ones.
    """
    left = candidates[np.argsort(-candidates[:, 0], kind="stable")]
    merged = []
    while len(left):
        same = overlap(left[0, 1:5], left[:, 1:5]) > OVERLAP_THRESHOLD
        same[0] = True
        face = np.average(left[same], axis=0, weights=left[same, 0])
        face[0] = left[0, 0]
        merged.append(face)
        left = left[~same]
    return np.array(merged, np.float32).reshape(-1, 17)


def to_region(face: FloatArray) -> Region:
    """Turn one merged face (17,) into the square the mesh network wants, upright by the eyes."""
    low, high = face[1:3], face[3:5]
    points = face[5:].reshape(6, 2)
    across = points[_LEFT_EYE] - points[_RIGHT_EYE]
    centre, size = (low + high) / 2, float((high - low).max()) * REGION_MARGIN
    angle = atan2(across[1], across[0])
    return Region(float(centre[0]), float(centre[1]), size, angle)
