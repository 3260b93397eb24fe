"""Regions, head pose and the encoder's crop, on meshes made in the test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.perception import face_names as names
from model.perception.face_crop import CROP_SIDE, SQUARE_CM, crop_region, face_crop
from model.perception.face_geometry import eye_line, upright
from model.perception.face_region import Region, cut_out
from model.perception.head_pose import _CANONICAL, _NUMBERS, angles_deg, fit_similarity, head_pose

ANGLES = st.floats(min_value=-60, max_value=60)


def axis_turn(axis: int, angle_deg: float) -> np.ndarray:
    """Rotation about x (0), y (1) or z (2) of the picture, right-handed."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    first, second = [(1, 2), (2, 0), (0, 1)][axis]
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = c
    matrix[first, second], matrix[second, first] = -s, s
    return matrix


def mesh(rotation: np.ndarray | None = None, scale: float = 8.0) -> np.ndarray:
    """The canonical face's rigid points and level irises as a mesh around (160, 120)."""
    landmarks = np.zeros((478, 3))
    landmarks[_NUMBERS] = _CANONICAL
    landmarks = landmarks @ (np.eye(3) if rotation is None else rotation).T
    return (landmarks * scale + (160, 120, 0)).astype(np.float32)


@settings(max_examples=15)
@given(ANGLES, ANGLES, ANGLES)
def test_pose_of_a_turned_face(yaw: float, pitch: float, roll: float) -> None:
    turned = axis_turn(2, roll) @ axis_turn(0, -pitch) @ axis_turn(1, -yaw)
    assert head_pose(mesh(turned)) == pytest.approx([yaw, pitch, roll], abs=1e-2)


def test_pose_signs() -> None:
    def nose(rotation: np.ndarray) -> np.ndarray:
        return rotation @ np.array([0.0, 0.0, -1.0])

    left, up, tilted = axis_turn(1, -20), axis_turn(0, 20).T, axis_turn(2, 20)
    assert nose(left)[0] > 0, "the person's left is the picture's right"
    assert nose(up)[1] < 0, "up in the picture is towards smaller y"
    assert (tilted @ np.array([1.0, 0.0, 0.0]))[1] > 0, "the person's left eye sinks"
    for rotation, expected in ((left, (20, 0, 0)), (up, (0, 20, 0)), (tilted, (0, 0, 20))):
        assert angles_deg(rotation) == pytest.approx(expected, abs=1e-4)


def test_similarity_fit_recovers_scale_turn_and_shift() -> None:
    points = np.random.default_rng(0).normal(size=(9, 3))
    rotation = axis_turn(0, 40) @ axis_turn(1, 70)
    target = 2.5 * points @ rotation.T + (1, 2, 3)
    scale, found, shift = fit_similarity(points, target, np.arange(1, 10, dtype=np.float32))
    assert scale == pytest.approx(2.5)
    assert found == pytest.approx(rotation)
    assert shift == pytest.approx(np.array([1, 2, 3]))


def test_similarity_fit_never_mirrors() -> None:
    points = np.random.default_rng(1).normal(size=(9, 3))
    _, rotation, _ = fit_similarity(points, points * (-1, 1, 1), np.ones(9, np.float32))
    assert np.linalg.det(rotation) == pytest.approx(1)


@settings(max_examples=15)
@given(ANGLES)
def test_crop_is_upright_and_keeps_its_size_when_the_head_tilts(roll: float) -> None:
    landmarks = mesh(axis_turn(2, roll))
    region = crop_region(landmarks)
    assert np.degrees(region.angle) == pytest.approx(roll, abs=1e-3)
    assert region.size == pytest.approx(SQUARE_CM * 8.0, rel=1e-4)
    assert eye_line(upright(landmarks)) == pytest.approx(0, abs=1e-5)


def test_crop_keeps_its_size_when_the_head_turns() -> None:
    sizes = [crop_region(mesh(axis_turn(1, yaw))).size for yaw in (-40, 0, 40)]
    assert np.ptp(sizes) < 1e-2


def test_crop_puts_the_eyes_where_fer2013_has_them() -> None:
    landmarks = mesh()
    picture = np.zeros((240, 320, 3), np.uint8)
    corners = landmarks[[names.RIGHT_EYE_OUTER, names.RIGHT_EYE_INNER], :2]
    x, y = corners.mean(axis=0).astype(int)
    picture[y - 3 : y + 4, x - 3 : x + 4] = 255
    crop = face_crop(picture, landmarks)
    assert crop.shape == (CROP_SIDE, CROP_SIDE)
    middle = np.argwhere(crop > 100).mean(axis=0) / CROP_SIDE
    assert middle == pytest.approx(np.array([0.40, 0.32]), abs=0.03)


def test_cut_out_finds_its_pixels_again() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    region = Region(x=20, y=16, size=20, angle=0.0)
    assert (cut_out(picture, region, 20) == picture[6:26, 10:30]).all()
    quarter = replace(region, angle=np.pi / 2)
    assert (cut_out(picture, quarter, 20) == np.rot90(picture[6:26, 10:30])).all()


def test_cut_out_does_not_alias() -> None:
    stripes = np.zeros((400, 400), np.uint8)
    stripes[:, ::2] = 200
    cut = cut_out(stripes, Region(200, 200, 192, 0.0), 48)
    assert np.ptp(cut) <= 4
    assert cut.mean() == pytest.approx(100, abs=2)


def test_names_are_complete() -> None:
    assert len(names.BLENDSHAPE_NAMES) == len(set(names.BLENDSHAPE_NAMES)) == 52
    assert set(names.BLENDSHAPE_NAMES) > names.DEAD_BLENDSHAPES
    assert len(set(names.BLENDSHAPE_POINTS)) == 146
    assert max(names.BLENDSHAPE_POINTS) == names.LANDMARKS - 1
