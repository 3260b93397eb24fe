"""`FaceTracker`: the face of one person through a clip."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.perception.face_crop import face_crop
from model.perception.face_detector import overlap
from model.perception.face_landmarker import FaceLandmarker, FaceMesh
from model.perception.face_names import BLENDSHAPE_NAMES
from model.perception.face_region import FloatArray, Picture, Region
from model.perception.head_pose import head_pose

__all__ = ["BLENDSHAPE_NAMES", "FaceFollower", "FaceTrack", "FaceTracker", "Sighting"]

REDETECT_AFTER_S = 1.0
"""How often the detector looks at the whole picture again, to count the faces."""

SEARCH_AFTER_S = 0.5
"""How often a picture without a face is searched thoroughly; in between only as a whole."""

SAME_PERSON_OVERLAP = 0.1
"""Least intersection over union of a face with its last place to count as the same person."""

LOST_AFTER_S = 5.0
"""Live, somebody in another place is followed once the followed face was away for longer."""


@dataclass(frozen=True)
class FaceTrack:
    """What one person's face did; n is the number of frames in which it was found.

    Attributes:
        times_s: float64 (n,), the frames' times.
        landmarks: float32 (n, 478, 3), pixels of the frame, see `FaceMesh`.
        blendshapes: float32 (n, 52) in [0, 1], order `BLENDSHAPE_NAMES`.
        pose_deg: float32 (n, 3), yaw, pitch, roll, see `head_pose`.
        crops: uint8 (n, 48, 48), grey, upright, framed as FER2013's pictures are.
        boxes: float32 (n, 4), x0, y0, x1, y1 around the landmarks, pixels of the frame.
        faces: the largest number of faces seen at once.
    """

    times_s: npt.NDArray[np.float64]
    landmarks: FloatArray
    blendshapes: FloatArray
    pose_deg: FloatArray
    crops: Picture
    boxes: FloatArray
    faces: int

    def box_near(self, time_s: float) -> FloatArray:
        """Where the face was in the picture nearest to a moment, float32 (4,)."""
        return np.asarray(self.boxes[np.abs(self.times_s - time_s).argmin()], np.float32)

    def begins_at(self, box: FloatArray) -> bool:
        """Whether the face comes up in the place of that box, so that it is the same person's."""
        return bool(overlap(box, self.boxes[:1])[0] >= SAME_PERSON_OVERLAP)


class FaceTracker:
    """Follows one face through the frames of a clip; keeps nothing from clip to clip.

    The first picture with faces decides: the largest and most central one is analysed, unless that
    of the window before is to be stayed with. It is then followed from its own landmarks, and after
    a loss only by overlap with its last place, so the track never jumps to somebody else.

    Args:
        landmarker: the networks to use.
    """

    def __init__(self, landmarker: FaceLandmarker) -> None:
        self._landmarker = landmarker

    def track(
        self,
        frames: Picture,
        frame_times_s: npt.NDArray[np.float64],
        follow_box: FloatArray | None = None,
    ) -> FaceTrack | None:
        """Measure the analysed face wherever it is visible.

        Args:
            frames: RGB, uint8 (m, height, width, 3).
            frame_times_s: ascending, float64 (m,).
            follow_box: `box_near` the first frame, of the track of the window before, to stay with
                that person; if they cannot be found, a face is chosen anew.

        Returns:
            The track, or `None` if no frame has a face.
        """
        return self.stay(frames, frame_times_s, follow_box)[0]

    def stay(
        self,
        frames: Picture,
        frame_times_s: npt.NDArray[np.float64],
        follow_box: FloatArray | None,
    ) -> tuple[FaceTrack | None, bool]:
        """`track`, and whether that is of somebody else than `follow_box` is of.

        Somebody else is who is seen where nobody comes to the place of the one before;
        `_is_missed` says who is taken for the same person.
        """
        follower = FaceFollower(self._landmarker, follow_box)
        sightings = [
            follower.step(frame, float(time_s))
            for frame, time_s in zip(frames, frame_times_s, strict=True)
        ]
        if follow_box is None or not _is_missed(sightings):
            return follower.track(), False
        track = self.track(frames, frame_times_s)
        return track, track is not None and not _is_found(sightings)


@dataclass(frozen=True)
class Sighting:
    """What one picture showed.

    Attributes:
        time_s: the picture's time.
        faces: in the picture, where they were counted; else 0.
        mesh: of the followed face; `None` if it was not found.
        newcomer: whether it is another face than the one followed before.
        blendshapes, pose_deg, crop: of the mesh, as in `FaceTrack`; empty without one.
    """

    time_s: float
    faces: int
    mesh: FaceMesh | None
    newcomer: bool
    blendshapes: FloatArray
    pose_deg: FloatArray
    crop: Picture


def _is_missed(sightings: Sequence[Sighting]) -> bool:
    """Whether a clip shows faces, but not the one of the window before.

    Or one face at a time, and at first not where it was: it is taken for the same person, who moved
    while out of sight, and measured from the beginning. A clip of one face so measures the same
    whatever came before it.
    """
    shown = [sighting for sighting in sightings if sighting.faces]
    if not shown or shown[0].mesh is not None:
        return False
    return not _is_found(sightings) or max(sighting.faces for sighting in shown) == 1


def _is_found(sightings: Sequence[Sighting]) -> bool:
    return any(sighting.mesh is not None for sighting in sightings)


_NO_NUMBERS: FloatArray = np.zeros(0, np.float32)
_NO_PICTURE: Picture = np.zeros((0, 0), np.uint8)


class FaceFollower:
    """Follows one face through pictures as they come, and remembers what it saw of it.

    Args:
        landmarker: the networks to use.
        box: where the face was last seen; `None` chooses one.
        lost_after_s: a face not found for longer is given up once there are only others; never, if
            infinite.
    """

    def __init__(
        self,
        landmarker: FaceLandmarker,
        box: FloatArray | None = None,
        lost_after_s: float = np.inf,
    ) -> None:
        self._landmarker = landmarker
        self._box, self._lost_after_s = box, lost_after_s
        self._found_s: float | None = None
        self._shape: tuple[int, ...] | None = None
        self._region: Region | None = None
        self._detected_s = -np.inf
        self._searched_s = -np.inf
        self._seen: deque[Sighting] = deque()

    def step(self, frame: Picture, time_s: float) -> Sighting:
        """Find the followed face in the next picture, RGB uint8 (height, width, 3)."""
        if frame.shape != self._shape:
            self._enter(frame)
        mesh, faces = self._look(frame, self._region), 0
        if mesh is None or time_s - self._detected_s >= REDETECT_AFTER_S:
            self._detected_s = time_s
            meshes = self._all_faces(frame, time_s)
            faces = len(meshes)
            if mesh is None:
                mesh = self._chosen(frame, meshes, time_s)
        newcomer = mesh is not None and self._box is None and self._found_s is not None
        if newcomer:
            self._seen.clear()  # a track is of one person
        self._region = None if mesh is None else mesh.region()
        if mesh is not None:
            self._box, self._found_s = mesh.box(), time_s
        self._seen.append(self._sighting(frame, time_s, faces, mesh, newcomer))
        return self._seen[-1]

    def track(self, start_s: float = -np.inf, end_s: float = np.inf) -> FaceTrack | None:
        """The face in the pictures of [start_s, end_s); `None` if none of them shows it."""
        seen = [sighting for sighting in self._seen if start_s <= sighting.time_s < end_s]
        found = [(sighting, sighting.mesh) for sighting in seen if sighting.mesh is not None]
        if not found:
            return None
        return FaceTrack(
            times_s=np.array([sighting.time_s for sighting, _ in found], np.float64),
            landmarks=np.stack([mesh.landmarks for _, mesh in found]),
            blendshapes=np.stack([sighting.blendshapes for sighting, _ in found]),
            pose_deg=np.stack([sighting.pose_deg for sighting, _ in found]),
            crops=np.stack([sighting.crop for sighting, _ in found]),
            boxes=np.stack([mesh.box() for _, mesh in found]),
            faces=max(1, *(sighting.faces for sighting in seen)),
        )

    def forget(self, before_s: float) -> None:
        """Drop what was seen earlier."""
        while self._seen and self._seen[0].time_s < before_s:
            self._seen.popleft()

    def _sighting(
        self, frame: Picture, time_s: float, faces: int, mesh: FaceMesh | None, newcomer: bool
    ) -> Sighting:
        if mesh is None:
            return Sighting(time_s, faces, None, False, _NO_NUMBERS, _NO_NUMBERS, _NO_PICTURE)
        return Sighting(
            time_s,
            faces,
            mesh,
            newcomer,
            self._landmarker.blendshapes(mesh.landmarks),
            head_pose(mesh.landmarks),
            face_crop(frame, mesh.landmarks),
        )

    def _enter(self, frame: Picture) -> None:
        """Begin with pictures of another size, in which the face's last place means nothing."""
        if self._shape is not None:
            self._box = self._region = None
        self._shape = frame.shape

    def _look(self, frame: Picture, region: Region | None) -> FaceMesh | None:
        return None if region is None else self._landmarker.landmarks(frame, region)

    def _all_faces(self, frame: Picture, time_s: float) -> list[FaceMesh]:
        """The detector's faces that the mesh network confirms."""
        thorough = time_s - self._searched_s >= SEARCH_AFTER_S
        regions = self._landmarker.detect(frame, thorough)
        if thorough:
            self._searched_s = time_s
        meshes = [self._landmarker.landmarks(frame, region) for region in regions]
        return [mesh for mesh in meshes if mesh is not None]

    def _chosen(self, frame: Picture, meshes: list[FaceMesh], time_s: float) -> FaceMesh | None:
        """The face to analyse, looked at again from its landmarks.

        They frame a face better than the detector does: the second look halves what a shift or
        turn of the picture changes, and makes a face just found and one followed measure alike.
        """
        mesh = choose(meshes, frame, self._box)
        if mesh is None and meshes and self._lost(time_s):
            self._box = None
            mesh = choose(meshes, frame, None)
        return None if mesh is None else self._look(frame, mesh.region())

    def _lost(self, time_s: float) -> bool:
        return self._found_s is not None and time_s - self._found_s > self._lost_after_s


def choose(meshes: list[FaceMesh], frame: Picture, last: FloatArray | None) -> FaceMesh | None:
    """The face to analyse: the last one's successor, else the largest and most central.

    Args:
        meshes: the faces of a picture.
        frame: the picture, (height, width, 3).
        last: box of the followed face when it was last seen; `None` if none was chosen yet.
    """
    if not meshes:
        return None
    boxes = np.stack([mesh.box() for mesh in meshes])
    if last is None:
        return meshes[int(_prominence(boxes, frame).argmax())]
    overlaps = overlap(last, boxes)
    best = int(overlaps.argmax())
    return meshes[best] if overlaps[best] >= SAME_PERSON_OVERLAP else None


def _prominence(boxes: FloatArray, frame: Picture) -> FloatArray:
    """Side of each box, less up to a half of it in the corners of the picture, float32 (n,)."""
    middle = np.array([frame.shape[1] / 2, frame.shape[0] / 2], np.float32)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    away = np.linalg.norm(centres - middle, axis=1) / np.linalg.norm(middle)
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    return np.asarray(sides * (1 - 0.5 * np.minimum(away, 1)), np.float32)
