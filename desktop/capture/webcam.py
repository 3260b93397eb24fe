"""Pictures from a camera that is plugged in, through OpenCV."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Generator
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import numpy.typing as npt
from cv2.typing import MatLike

from desktop.capture.clock import Clock
from desktop.capture.pictures import shrunk
from desktop.capture.rings import TimedFrame
from desktop.capture.state import DeviceState, SourceFailure, denied, lost
from model.sentence import QT_TRANSLATE_NOOP, Sentence

# Left to itself OpenCV would try file readers too, loudly.
_BACKENDS = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_DSHOW}

_TO_RGB = {1: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGB}


def webcam_frames(index: int, clock: Clock, stopping: Event) -> Generator[TimedFrame, None, None]:
    """Yield what a camera sees, each frame at the second it arrived, until `stopping` is set.

    Raises:
        SourceFailure: there is no such camera, it may not be used or is in use, or it has gone.
    """
    if sys.platform == "linux":
        check_node(Path(f"/dev/video{index}"))
    device = cv2.VideoCapture(index, _BACKENDS[sys.platform])
    try:
        if not device.isOpened():
            raise SourceFailure(_not_started(index))
        while not stopping.is_set():
            arrived, picture = device.read()
            if not arrived:
                raise SourceFailure(lost("camera"))
            yield TimedFrame(clock.now_s(), to_rgb(picture))
    finally:
        device.release()


def check_node(node: Path) -> None:
    """Find out why a camera on Linux will not open, which OpenCV does not tell.

    Raises:
        SourceFailure: the node of the camera is missing, busy or not permitted.
    """
    try:
        os.close(os.open(node, os.O_RDWR | os.O_NONBLOCK))
    except OSError as error:
        raise SourceFailure(_refused(node, error)) from error


def _refused(node: Path, error: OSError) -> DeviceState:
    if error.errno in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        return DeviceState(
            "absent",
            Sentence(
                QT_TRANSLATE_NOOP(
                    "errors", "There is no camera at {node}; plug one in or choose another."
                ),
                node=str(node),
            ),
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return denied("camera")
    if error.errno == errno.EBUSY:
        return DeviceState(
            "busy",
            Sentence(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "The camera at {node} is in use by another program; close that program.",
                ),
                node=str(node),
            ),
        )
    return DeviceState(
        "absent",
        Sentence(
            QT_TRANSLATE_NOOP(
                "errors", "The camera at {node} cannot be opened ({fault}); plug it in again."
            ),
            node=str(node), fault=error.strerror,
        ),
    )  # fmt: skip


def _not_started(index: int) -> DeviceState:
    if sys.platform != "linux":
        return DeviceState(
            "absent",
            Sentence(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "Camera {index} cannot be opened; check that it is plugged in and that no "
                    "other program uses it. {denied}",
                ),
                index=index, denied=denied("camera").message,
            ),
        )  # fmt: skip
    return DeviceState(
        "busy",
        Sentence(
            QT_TRANSLATE_NOOP(
                "errors",
                "Camera {index} is there but gives no picture; close other programs that use it, "
                "or plug it in again.",
            ),
            index=index,
        ),
    )


def to_rgb(picture: MatLike) -> npt.NDArray[np.uint8]:
    """A picture as OpenCV delivers it (grey, BGR or BGRA) as RGB, not larger than we use it."""
    channels = 1 if picture.ndim == 2 else picture.shape[2]
    return shrunk(cv2.cvtColor(picture, _TO_RGB[channels]).astype(np.uint8, copy=False))
