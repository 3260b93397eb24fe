"""The size that pictures have inside the application."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from model.media.picture import MAX_SIDE_PX


def shrunk(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A picture, uint8 (height, width, 3), scaled down to the largest size that files get too."""
    height, width = picture.shape[:2]
    scale = MAX_SIDE_PX / max(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
