"""The three networks of `face_landmarker.task`: faces, 478 landmarks, 52 blendshapes.

They are MediaPipe's (Apache-2.0): BlazeFace, the attention mesh (I. Grishchenko et al., "Attention
Mesh: High-fidelity Face Mesh Prediction in Real-time", 2020) and the blendshape network (same
group, "Blendshapes GHUM", 2023). They run on LiteRT; pre- and postprocessing are in this package.
"""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import exp
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from model.errors import BundleError
from model.perception import face_detector
from model.perception.face_geometry import eye_line, turn_matrix, upright
from model.perception.face_names import BLENDSHAPE_POINTS, LANDMARKS
from model.perception.face_region import FloatArray, Picture, Region, cut_out
from model.sentence import QT_TRANSLATE_NOOP

MESH_SIDE = 256
PRESENCE_THRESHOLD = 0.5
REGION_MARGIN = 1.5


@dataclass(frozen=True)
class FaceMesh:
    """One face in one picture.

    Attributes:
        landmarks: float32 (478, 3), x and y in pixels of the picture (pixel centres at halves),
            z on the same scale, growing away from the camera, about zero at the head's middle.
    """

    landmarks: FloatArray

    def region(self) -> Region:
        """Where to look for this face in the next picture."""
        return region_of(self.landmarks)

    def box(self) -> FloatArray:
        """Smallest upright box around the landmarks, x0, y0, x1, y1, float32 (4,)."""
        points = self.landmarks[:, :2]
        return np.concatenate([points.min(axis=0), points.max(axis=0)])


class FaceLandmarker:
    """Runs the networks of a `face_landmarker.task` file.

    Args:
        task_path: the file, a zip of three TFLite graphs.
        threads: processor threads of each graph.

    Raises:
        BundleError: the file is missing or is not a face landmarker.
    """

    def __init__(self, task_path: Path | str, threads: int = 1) -> None:
        try:
            with zipfile.ZipFile(task_path) as task:
                self._detector = _Graph(task.read("face_detector.tflite"), threads)
                self._mesh = _Graph(task.read("face_landmarks_detector.tflite"), threads)
                self._shapes = _Graph(task.read("face_blendshapes.tflite"), threads)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise BundleError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} is missing or is not a face landmarker: "
                    "delete it and let the bundle be assembled again.",
                ),
                path=task_path,
            ) from error

    def detect(self, rgb: Picture, thorough: bool = True) -> list[Region]:
        """Find the faces of a picture, best first.

        Shown the whole picture, the detector sees faces from about a sixth of its longer side. If
        it sees none, a thorough search shows it the picture with a margin and in parts, which
        finds them down to a twelfth.

        Args:
            rgb: uint8 (height, width, 3).
            thorough: search further where the whole picture shows no face; costs up to ten times
                as much on a picture without any.
        """
        height, width = rgb.shape[:2]
        for squares in islice(face_detector.views(height, width), None if thorough else 1):
            found = [self._candidates(rgb, square) for square in squares]
            faces = face_detector.suppress(np.concatenate(found))
            if len(faces):
                return [face_detector.to_region(face) for face in faces]
        return []

    def _candidates(self, rgb: Picture, square: face_detector.Square) -> FloatArray:
        cut = face_detector.cut_square(rgb, square)
        side = (face_detector.INPUT_SIDE, face_detector.INPUT_SIDE)
        small = cv2.resize(cut, side, interpolation=cv2.INTER_AREA)
        outputs = self._detector(small[None] / 127.5 - 1)
        regressors, logits = sorted(outputs, key=lambda output: -output.shape[-1])
        return face_detector.decode(regressors[0], logits[0, :, 0], square)

    def landmarks(self, rgb: Picture, region: Region) -> FaceMesh | None:
        """Landmarks of the face in a region of an RGB picture; `None` if there is no face in it."""
        cut = cut_out(rgb, region, MESH_SIDE)
        points, presence, _ = self._mesh(cut[None] / 255)
        probability = 1 / (1 + exp(min(-float(presence.ravel()[0]), 80)))
        if probability < PRESENCE_THRESHOLD:
            return None
        raw = points.reshape(LANDMARKS, 3)
        matrix = region.to_picture(MESH_SIDE)
        flat = raw[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        depth = raw[:, 2:] * (region.size / MESH_SIDE)
        return FaceMesh(np.concatenate([flat, depth], axis=1).astype(np.float32))

    def blendshapes(self, landmarks: FloatArray) -> FloatArray:
        """Strength of the 52 `BLENDSHAPE_NAMES` from landmarks (478, 3): float32 (52,), [0, 1].

        The network is blind to place and size but not to tilt. The mesh is therefore turned
        upright first, which MediaPipe does not do: on level faces the mean difference is 0.001,
        on faces tilted by 20 degrees it removes a fifth of the change.
        """
        points = upright(landmarks)[list(BLENDSHAPE_POINTS), :2]
        (scores,) = self._shapes(points[None])
        return np.clip(scores.ravel(), 0, 1)


@contextmanager
def _unheard() -> Iterator[None]:
    """Swallow what LiteRT's C++ half prints to stderr; no setting of its own silences it.

    What goes wrong still raises: only the line that announces its CPU delegate is lost.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class _Graph:
    """One TFLite graph with one input."""

    def __init__(self, content: bytes, threads: int) -> None:
        with _unheard():
            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [output["index"] for output in self._interpreter.get_output_details()]

    def __call__(self, values: npt.ArrayLike) -> list[FloatArray]:
        self._interpreter.set_tensor(self._input, np.ascontiguousarray(values, np.float32))
        self._interpreter.invoke()
        # get_tensor copies, so the results outlive the next run.
        return [self._interpreter.get_tensor(output) for output in self._outputs]


def region_of(landmarks: FloatArray) -> Region:
    """The upright-by-the-eyes square around landmarks (478, 3), with the mesh network's margin."""
    angle = eye_line(landmarks)
    points = upright(landmarks)[:, :2]
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = turn_matrix(angle) @ ((low + high) / 2)
    return Region(float(x), float(y), float((high - low).max()) * REGION_MARGIN, angle)
