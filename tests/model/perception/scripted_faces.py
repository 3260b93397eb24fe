"""Networks that find the faces written into a picture."""

from __future__ import annotations

import numpy as np

from model.perception.face_landmarker import FaceMesh
from model.perception.face_region import Region


class ScriptedFaces:
    """Stands for the networks: a frame's pixel (k, 0) holds x, y and half the size of face k."""

    def __init__(self) -> None:
        self.searches: list[bool] = []

    def detect(self, rgb: np.ndarray, thorough: bool) -> list[Region]:
        self.searches.append(thorough)
        return [Region(float(x), float(y), 2.0 * r, 0.0) for x, y, r in rgb[:, 0] if r]

    def landmarks(self, rgb: np.ndarray, region: Region) -> FaceMesh | None:
        for x, y, r in rgb[:, 0].astype(float):
            if r and np.hypot(x - region.x, y - region.y) < r:
                return FaceMesh(scripted_mesh(x, y, r))
        return None

    def blendshapes(self, landmarks: np.ndarray) -> np.ndarray:
        return np.zeros(52, np.float32)


def scripted_mesh(x: float, y: float, half: float) -> np.ndarray:
    around = np.linspace(0, 2 * np.pi, 478)
    points = np.stack([np.cos(around), np.sin(around), np.sin(3 * around)], axis=1)
    points[[33, 133]], points[[362, 263]] = (-0.4, -0.2, 0), (0.4, -0.2, 0)
    return (points * half + (x, y, 0)).astype(np.float32)


def frames_of(*moments: list[tuple[int, int, int]]) -> np.ndarray:
    """A film of 240 x 240, one moment a frame, each a list of faces x, y, half size."""
    film = np.zeros((len(moments), 240, 240, 3), np.uint8)
    for frame, faces in zip(film, moments, strict=True):
        for row, face in enumerate(faces):
            frame[row, 0] = face
    return film
