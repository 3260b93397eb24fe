"""Frames are picked evenly, whatever their number."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.features import FRAMES, face_arrays, pick_frames
from model.perception.face import FaceTrack


def track(count: int) -> FaceTrack:
    """A track whose every array tells the number of its frame."""
    numbers = np.arange(count)

    def numbered(*shape: int, dtype: type = np.float32) -> np.ndarray:
        return np.broadcast_to(numbers.reshape(-1, *[1] * len(shape)), (count, *shape)).astype(
            dtype
        )

    return FaceTrack(
        times_s=numbers / 10.0, landmarks=numbered(478, 3), blendshapes=numbered(52),
        pose_deg=numbered(3), crops=numbered(48, 48, dtype=np.uint8), boxes=numbered(4),
        faces=1,
    )  # fmt: skip


@given(st.integers(1, 5000))
def test_picked_frames_are_in_order_evenly_spread_and_within_the_track(count: int) -> None:
    rows = pick_frames(count)
    assert len(rows) == FRAMES
    assert rows[0] >= 0
    assert rows[-1] < count
    gaps = np.diff(rows)
    assert (gaps >= 0).all()
    assert gaps.max() - gaps.min() <= 1
    assert abs(int(rows[0]) - (count - 1 - int(rows[-1]))) <= 1  # as much is left out at both ends


def test_as_many_frames_as_wanted_are_taken_as_they_are() -> None:
    assert pick_frames(FRAMES).tolist() == list(range(FRAMES))


def test_a_single_frame_is_repeated_not_padded() -> None:
    arrays = face_arrays(track(1))
    assert {name: array.shape for name, array in arrays.items()} == {
        "crops": (FRAMES, 48, 48),
        "blendshapes": (FRAMES, 52),
        "pose_deg": (FRAMES, 3),
    }
    assert not np.any(arrays["blendshapes"])  # all are frame 0


def test_arrays_are_of_the_picked_frames() -> None:
    arrays, rows = face_arrays(track(40)), pick_frames(40)
    for array in arrays.values():
        assert array.reshape(FRAMES, -1)[:, 0].tolist() == rows.tolist()
    assert arrays["crops"].dtype == np.uint8
    assert arrays["blendshapes"].dtype == np.float32
