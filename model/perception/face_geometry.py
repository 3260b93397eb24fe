"""How far a face mesh is tilted, and the mesh without the tilt."""

from __future__ import annotations

from math import atan2, cos, sin

import numpy as np
import numpy.typing as npt

from model.perception.face_names import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
)
from model.perception.face_region import FloatArray


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
