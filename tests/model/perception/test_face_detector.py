"""Decoding, merging and the parts of a picture that the detector is shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.perception.face_detector import (
    ANCHORS,
    INPUT_SIDE,
    Square,
    cut_square,
    decode,
    overlap,
    suppress,
    to_region,
    views,
)

SIZES = st.integers(min_value=1, max_value=900)


def candidate(score: float, x: float, y: float, side: float) -> np.ndarray:
    """A candidate whose eyes are level and whose other key points lie at its middle."""
    box = [x - side / 2, y - side / 2, x + side / 2, y + side / 2]
    eyes = [x - side / 4, y, x + side / 4, y]
    return np.array([score, *box, *eyes, *[x, y] * 4], np.float32)


def test_decode_places_a_face_by_its_anchor_and_square() -> None:
    regressors = np.zeros((896, 16), np.float32)
    logits = np.full(896, -100, np.float32)
    regressors[700, :4], logits[700] = (12.8, -12.8, 64, 32), 2.0
    (face,) = decode(regressors, logits, Square(left=-10, top=20, side=200))
    x, y = (ANCHORS[700] + (0.1, -0.1)) * 200 + (-10, 20)
    assert face[0] == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-6)
    assert face[1:5] == pytest.approx([x - 50, y - 25, x + 50, y + 25], abs=1e-3)


def test_overlap_is_intersection_over_union() -> None:
    boxes = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6]], np.float32)
    assert overlap(boxes[0], boxes) == pytest.approx([1, 1 / 3, 0])


def test_overlapping_candidates_merge_by_score_and_others_stay() -> None:
    crowd = np.stack([candidate(0.6, 104, 100, 40), candidate(0.7, 300, 90, 40),
                      candidate(0.9, 100, 100, 40)])  # fmt: skip
    faces = suppress(crowd)
    assert len(faces) == 2
    assert faces[0, 0] == pytest.approx(0.9)
    assert faces[0, 1] == pytest.approx((0.9 * 80 + 0.6 * 84) / 1.5, abs=1e-3)
    assert faces[1] == pytest.approx(crowd[1])


def test_no_candidates_are_no_faces() -> None:
    assert suppress(np.zeros((0, 17), np.float32)).shape == (0, 17)


def test_region_turns_with_the_eyes() -> None:
    face = candidate(0.9, 100, 100, 40)
    face[5:9] = 90, 90, 110, 110
    region = to_region(face)
    assert (region.x, region.y, region.size) == pytest.approx((100, 100, 60))
    assert np.degrees(region.angle) == pytest.approx(45)


@settings(max_examples=15)
@given(SIZES, SIZES)
def test_the_parts_cover_the_picture_and_none_is_smaller_than_the_input(
    height: int, width: int
) -> None:
    whole, wide, *parts = views(height, width)
    assert whole[0].side == max(height, width) <= wide[0].side
    for squares in parts:
        seen = np.zeros((height, width), bool)
        for square in squares:
            assert square.side >= INPUT_SIDE
            rows = slice(max(square.top, 0), square.top + square.side)
            seen[rows, max(square.left, 0) : square.left + square.side] = True
        assert seen.all()


def test_outside_of_the_picture_is_black() -> None:
    cut = cut_square(np.full((2, 4, 3), 9, np.uint8), Square(left=-1, top=-2, side=6))
    assert cut.sum() == 9 * 2 * 4 * 3
    assert (cut[2:4, 1:5] == 9).all()
