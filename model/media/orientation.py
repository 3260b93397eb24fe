"""Which way is up: phones store pictures as the sensor lies, with a matrix that turns them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np
import numpy.typing as npt
from av.sidedata.sidedata import SideData
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame

_QUARTER_TURN = np.array([[0, -1], [1, 0]], np.int32)  # counter-clockwise


def display_matrix(frame: VideoFrame) -> npt.NDArray[np.int32]:
    """The upper left 2 x 2 of a frame's display matrix, rounded to quarter turns and mirrorings.

    Row vectors are multiplied from the left (FFmpeg's libavutil/display.h):
    x' = m[0, 0] x + m[1, 0] y and y' = m[0, 1] x + m[1, 1] y.
    """
    try:
        # The stubs call this container a TypedDict; iterating it gives its entries.
        entries = list(cast("Iterable[SideData]", frame.side_data))
        data = next((e for e in entries if e.type is SideDataType.DISPLAYMATRIX), None)
    except ValueError:
        # PyAV 18 refuses them all where it does not know one (a photo's EXIF; mended in 19). The
        # angle is left, which tells every turn but not a mirroring.
        return np.linalg.matrix_power(_QUARTER_TURN, round(frame.rotation / 90) % 4)
    if data is None:
        return np.eye(2, dtype=np.int32)
    fixed = np.frombuffer(bytes(data), np.int32).reshape(3, 3)[:2, :2].astype(np.int64)
    turned = abs(fixed[0, 1]) > abs(fixed[0, 0])
    matrix = np.where(fixed < 0, -1, 1).astype(np.int32)
    matrix[(0, 1), (0, 1) if turned else (1, 0)] = 0
    return matrix


def upright(pixels: npt.NDArray[np.uint8], matrix: npt.NDArray[np.int32]) -> npt.NDArray[np.uint8]:
    """Turn and mirror a picture, uint8 (h, w, 3), as its display matrix asks for."""
    if matrix[0, 1]:
        pixels = pixels.transpose(1, 0, 2)
    across, down = int(matrix[:, 0].sum()), int(matrix[:, 1].sum())
    return np.ascontiguousarray(pixels[::down, ::across])
