"""The small grey picture of a face that the face encoder sees, framed as FER2013's pictures are.

FER2013 was collected by a face detector whose square follows the head, not the mouth: over 584 of
its training pictures, of all sizes measured (distance of the eyes, eyes to mouth, both, the mesh's
box, the rigid fit of the head) the head's box and the rigid fit follow the square best, and only
the latter hardly moves with an open jaw. So scale and place come from the rigid fit, the turn from
the line of the eyes.
"""

from __future__ import annotations

import cv2
import numpy as np

from model.perception.face_geometry import eye_line, turn_matrix
from model.perception.face_region import FloatArray, Picture, Region, cut_out
from model.perception.head_pose import fit_head

CROP_SIDE = 48

# Medians over the same pictures: the square's side in centimetres of the canonical face, and where
# in the square the middle of the head's rigid points lies. They put the eyes at (0.32, 0.40) and
# (0.68, 0.40) and the mouth at (0.50, 0.77) of the square.
SQUARE_CM = 18.43
MIDDLE = np.array([0.5015, 0.5487])


def crop_region(landmarks: FloatArray) -> Region:
    """The upright square around a face mesh (478, 3) that frames it as FER2013 would."""
    scale, middle, _ = fit_head(landmarks)
    size, angle = SQUARE_CM * scale, eye_line(landmarks)
    x, y = middle + turn_matrix(angle) @ (0.5 - MIDDLE) * size
    return Region(float(x), float(y), size, angle)


def face_crop(rgb: Picture, landmarks: FloatArray) -> Picture:
    """Grey upright picture of a face, uint8 (48, 48).

    Args:
        rgb: uint8 (height, width, 3).
        landmarks: float32 (478, 3) of a face in it.
    """
    cut = cut_out(rgb, crop_region(landmarks), CROP_SIDE)
    return np.asarray(cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY), np.uint8)
