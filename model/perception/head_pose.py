"""Head pose in degrees from the face mesh.

Angles are the person's own: yaw > 0 turns the face to the person's left (the right of the picture),
pitch > 0 lifts it, roll > 0 tilts the head onto the person's left shoulder (clockwise in the
picture). All three are zero for a level face that looks along the camera's axis. Yaw is applied
first, then pitch, then roll, R = Rz Rx Ry, so turning the picture changes nothing but roll.
"""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import numpy.typing as npt

from model.perception.face_region import FloatArray

# Landmarks that expressions move least, with weight and place (cm; x to the person's left, y up,
# z to the camera) on the canonical face: the Procrustes basis in MediaPipe's geometry metadata.
# A pair is (person's right, person's left) and mirrors in x.
_MIDLINE = ((4, 0.070910, -0.463170, 7.586580), (6, 0.032100, 2.473255, 5.788627),
            (10, 0.008447, 8.261778, 4.481535))  # fmt: skip
_PAIRS = (
    (33, 263, 0.058724, 4.445859, 2.663991, 3.173422),
    (54, 284, 0.007667, 6.279331, 6.615427, 1.425850),
    (67, 297, 0.009078, 3.523964, 8.005976, 3.729163),
    (117, 346, 0.009792, 5.258659, 0.945811, 2.974312),
    (119, 348, 0.014565, 3.300681, 0.861641, 3.872784),
    (121, 350, 0.018591, 1.820731, 1.467954, 4.224124),
    (127, 356, 0.005198, 7.743095, 2.364999, -2.005167),
    (129, 358, 0.120625, 1.785794, -0.978284, 4.850470),
    (132, 361, 0.005560, 7.270895, -2.890917, -2.252455),
    (133, 362, 0.053286, 1.856432, 2.585245, 3.757904),
    (136, 365, 0.066890, 5.085276, -7.178590, 0.714711),
    (143, 372, 0.014817, 6.407571, 2.236021, 1.560843),
    (147, 376, 0.014263, 6.234883, -1.944430, 1.663542),
    (198, 420, 0.025462, 1.246815, 0.230297, 5.681036),
    (205, 425, 0.047252, 3.832928, -1.537326, 4.137731),
)

# The canonical face is not level: against it FER2013's faces, whose median photographer stands at
# eye height, look down by this much (584 faces, median; interquartile range 13.6 degrees).
_CANONICAL_PITCH_DEG = 5.5


def _basis() -> tuple[npt.NDArray[np.intp], FloatArray, npt.NDArray[np.float64]]:
    """Landmark numbers (33,), weights (33,) and canonical points (33, 3), x picture right."""
    rows = [(number, weight, 0.0, y, z) for number, weight, y, z in _MIDLINE]
    for right, left, weight, x, y, z in _PAIRS:
        rows += [(right, weight, -x, y, z), (left, weight, x, y, z)]
    table = np.array(rows, np.float64)
    # To the landmarks' axes: x picture right (the person's left), y down, z away from the camera.
    points = table[:, 2:] * np.array([1.0, -1.0, -1.0])
    c, s = cos(radians(_CANONICAL_PITCH_DEG)), sin(radians(_CANONICAL_PITCH_DEG))
    points = points @ np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]]).T
    return table[:, 0].astype(np.intp), table[:, 1].astype(np.float32), points


_NUMBERS, _WEIGHTS, _CANONICAL = _basis()


def fit_similarity(
    source: npt.NDArray[np.float64],
    target: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float32],
) -> tuple[float, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Scale, rotation (3, 3) and shift (3,) with least weighted error of s R source + t - target.

    S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
    IEEE TPAMI 13(4), 1991.

    Args:
        source, target: matching points, (n, 3).
        weights: positive, (n,).
    """
    share = (weights / weights.sum())[:, None].astype(np.float64)
    middle_source, middle_target = (source * share).sum(axis=0), (target * share).sum(axis=0)
    from_source, from_target = source - middle_source, target - middle_target
    u, singular, vt = np.linalg.svd((from_target * share).T @ from_source)
    signs = np.array([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = (u * signs) @ vt
    scale = float((singular * signs).sum() / (from_source**2 * share).sum())
    return scale, rotation, middle_target - scale * rotation @ middle_source


def fit_head(landmarks: FloatArray) -> tuple[float, FloatArray, npt.NDArray[np.float64]]:
    """Rigid fit of the canonical face to a face mesh (478, 3).

    Returns:
        Pixels a centimetre of the canonical face (a measure of the face's size that no expression
        and no turn of the head changes), the weighted middle of the rigid points in pixels of the
        picture, float32 (2,), and the rotation (3, 3) in the picture's axes.
    """
    points = landmarks[_NUMBERS].astype(np.float64)
    scale, rotation, _ = fit_similarity(_CANONICAL, points, _WEIGHTS)
    middle = np.average(points[:, :2], axis=0, weights=_WEIGHTS)
    return scale, middle.astype(np.float32), rotation


def head_pose(landmarks: FloatArray) -> FloatArray:
    """Yaw, pitch and roll of a face mesh (478, 3), degrees, float32 (3,)."""
    return angles_deg(fit_head(landmarks)[2])


def angles_deg(rotation: npt.NDArray[np.float64]) -> FloatArray:
    """Yaw, pitch, roll in degrees of a rotation (3, 3) in the picture's axes.

    These are x right, y down, z away from the camera, in which the textbook's Rx and Ry turn a
    face down and to the picture's left: hence the signs.
    """
    yaw = np.arctan2(rotation[2, 0], rotation[2, 2])
    pitch = -np.arcsin(np.clip(rotation[2, 1], -1, 1))
    roll = np.arctan2(-rotation[0, 1], rotation[1, 1])
    return np.array(np.degrees([yaw, pitch, roll]), np.float32)
