"""A clip's pictures as a webcam gives them."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT, RATE_HZ = 640, 480, 30
_BIT_RATE = 6_000_000


def as_camera(clip: Path, path: Path) -> None:
    """Write the pictures of `clip` to `path`: 640x480 with black beside them, 30 a second.

    A slower clip's pictures are repeated, as they are by a webcam that must expose for longer.
    """
    with av.open(str(clip)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream("mpeg4", rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = _BIT_RATE
        written = 0
        for frame in source.decode(video=0):
            picture = _fitted(frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False))
            while written / RATE_HZ <= (frame.time or 0.0):
                target.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
                written += 1
        target.mux(stream.encode(None))


def _fitted(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = min(WIDTH / width, HEIGHT / height)
    size = round(width * scale), round(height * scale)
    left, top = (WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2
    fitted = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    fitted[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size)
    return fitted
