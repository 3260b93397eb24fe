"""`Region`: a rotated square of a picture, and how pixels and points move between the two."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

import cv2
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Region:
    """A square that holds a face.

    Attributes:
        x, y: centre in pixels of the picture (pixel centres are at halves).
        size: side in pixels.
        angle: clockwise turn of the square against the picture, radians.
    """

    x: float
    y: float
    size: float
    angle: float

    def to_picture(self, side: int) -> npt.NDArray[np.float64]:
        """Affine matrix (2, 3) from a `side` x `side` cut-out of this region to the picture."""
        scale = self.size / side
        c, s = cos(self.angle) * scale, sin(self.angle) * scale
        half = side / 2
        return np.array(
            [[c, -s, self.x - (c - s) * half], [s, c, self.y - (s + c) * half]], np.float64
        )


def cut_out(picture: Picture, region: Region, side: int) -> Picture:
    """The region, turned upright and resized to `side` pixels; edges are replicated outside.

    A region much larger than `side` is first cut out at a whole multiple of it and then averaged
    down, since bilinear sampling alone would alias.

    Args:
        picture: uint8 (height, width, 3) or (height, width).
        region: what to cut out.
        side: side of the result in pixels.

    Returns:
        uint8 (side, side, 3) or (side, side).
    """
    fine = side * max(1, round(region.size / side))
    matrix = region.to_picture(fine)
    # OpenCV puts pixel centres at whole numbers, `Region` at halves.
    matrix[:, 2] += matrix[:, :2].sum(axis=1) / 2 - 0.5
    cut = cv2.warpAffine(
        picture,
        matrix,
        (fine, fine),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if fine != side:
        cut = cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cut, np.uint8)
