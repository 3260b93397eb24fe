"""Measures of a face mesh that hold however the head is tilted and however large it is."""

from __future__ import annotations

from math import atan2, cos, sin

import numpy as np
import numpy.typing as npt

from model.perception.face_names import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    LEFT_MOUTH_CORNER,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
    RIGHT_MOUTH_CORNER,
)
from model.perception.face_region import FloatArray

# Two pairs of points on the lids of each eye, upper and lower, at a third and two thirds of it.
_RIGHT_LIDS = ((160, 144), (158, 153))
_LEFT_LIDS = ((385, 380), (387, 373))
# The upper edge of each brow, from the nose outwards.
_RIGHT_BROW = (107, 66, 105, 63, 70)
_LEFT_BROW = (336, 296, 334, 293, 300)
_INNER_LIPS = (13, 14)


def turn_matrix(angle: float) -> npt.NDArray[np.float64]:
    """Matrix (2, 2) that turns column points clockwise in the picture by `angle` radians."""
    return np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])


def eye_centres(landmarks: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Middles between the corners of the person's right and left eye, float32 (3,) each."""
    right = landmarks[[RIGHT_EYE_OUTER, RIGHT_EYE_INNER]].mean(axis=0)
    left = landmarks[[LEFT_EYE_INNER, LEFT_EYE_OUTER]].mean(axis=0)
    return right, left


def eye_line(landmarks: FloatArray) -> float:
    """Clockwise turn of the line through both eyes in the picture, radians."""
    right, left = eye_centres(landmarks)
    return atan2(float(left[1] - right[1]), float(left[0] - right[0]))


def upright(landmarks: FloatArray) -> FloatArray:
    """The mesh (478, 3) turned about the picture's origin so that its eyes are level."""
    turned = landmarks.copy()
    turned[:, :2] = landmarks[:, :2] @ turn_matrix(eye_line(landmarks))
    return turned


def landmark_measures(landmarks: FloatArray) -> dict[str, float]:
    """Lengths on a face in units of the distance between the eyes' middles, head tilt removed.

    All distances are in three dimensions except the brows', which are heights in the picture:
    those shrink and grow with the pitch of the head, so compare them at like poses.

    Args:
        landmarks: float32 (478, 3) as in `FaceMesh`.

    Returns:
        `eye_aperture_right`, `eye_aperture_left` (between the lids), `brow_height_right`,
        `brow_height_left` (above the line of that eye's corners), `mouth_opening` (between the
        lips' inner edges) and `mouth_width` (between its corners); right and left are the person's.
    """
    mesh = upright(landmarks)
    right, left = eye_centres(mesh)
    unit = float(np.linalg.norm(left - right))
    lengths = {
        "eye_aperture_right": np.mean([_length(mesh, *pair) for pair in _RIGHT_LIDS]),
        "eye_aperture_left": np.mean([_length(mesh, *pair) for pair in _LEFT_LIDS]),
        "brow_height_right": right[1] - mesh[list(_RIGHT_BROW), 1].mean(),
        "brow_height_left": left[1] - mesh[list(_LEFT_BROW), 1].mean(),
        "mouth_opening": _length(mesh, *_INNER_LIPS),
        "mouth_width": _length(mesh, RIGHT_MOUTH_CORNER, LEFT_MOUTH_CORNER),
    }
    return {name: float(length) / unit for name, length in lengths.items()}


def _length(mesh: FloatArray, start: int, end: int) -> float:
    return float(np.linalg.norm(mesh[start] - mesh[end]))
