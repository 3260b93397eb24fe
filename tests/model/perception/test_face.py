"""Following one face: by scripted networks, then by the real ones on real faces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from model.errors import BundleError
from model.perception.face import BLENDSHAPE_NAMES, FaceFollower, FaceTrack, FaceTracker, choose
from model.perception.face_landmarker import FaceLandmarker

from .scripted_faces import ScriptedFaces, frames_of

MIRRORED = [
    BLENDSHAPE_NAMES.index(name.replace("Left", "?").replace("Right", "Left").replace("?", "Right"))
    for name in BLENDSHAPE_NAMES
]


def follow(*moments: list[tuple[int, int, int]], step_s: float = 0.1) -> FaceTrack | None:
    frames = frames_of(*moments)
    return FaceTracker(ScriptedFaces()).track(frames, np.arange(len(frames)) * step_s)


def centres(track: FaceTrack) -> list[tuple[float, float]]:
    return [tuple(((box[:2] + box[2:]) / 2).round()) for box in track.boxes]


def test_one_face_is_followed_without_detecting_again() -> None:
    networks = ScriptedFaces()
    frames = frames_of(*[[(60 + 4 * step, 120, 40)] for step in range(9)])
    track = FaceTracker(networks).track(frames, np.arange(9) * 0.1)
    assert track is not None
    assert networks.searches == [True]
    assert centres(track)[-1] == (92, 120)
    assert (track.faces, len(track.times_s)) == (1, 9)


def test_pictures_that_come_one_by_one_make_the_track_of_their_stretch() -> None:
    frames = frames_of(*[[(60 + 4 * step, 120, 40)] for step in range(9)], [])
    follower = FaceFollower(ScriptedFaces())
    sightings = [follower.step(frame, index / 10) for index, frame in enumerate(frames)]
    assert [sighting.faces for sighting in sightings] == [1, *[0] * 9]
    assert sightings[-1].mesh is None
    part = follower.track(0.25, 0.55)
    whole = FaceTracker(ScriptedFaces()).track(frames, np.arange(10) / 10)
    assert part is not None
    assert whole is not None
    assert part.times_s.tolist() == [0.3, 0.4, 0.5]
    np.testing.assert_array_equal(part.landmarks, whole.landmarks[3:6])
    np.testing.assert_array_equal(part.crops, whole.crops[3:6])
    assert part.faces == 1
    follower.forget(0.85)
    assert follower.track() is None


def test_the_largest_most_central_face_is_chosen_and_all_are_counted() -> None:
    track = follow([(120, 120, 30), (30, 30, 32), (200, 120, 20)])
    assert track is not None
    assert centres(track) == [(120, 120)]
    assert track.faces == 3


def test_somebody_who_comes_later_is_counted_but_not_followed() -> None:
    alone, joined = [(80, 120, 25)], [(80, 120, 25), (160, 120, 50)]
    track = follow(*[alone] * 3, *[joined] * 12)
    assert track is not None
    assert set(centres(track)) == {(80, 120)}
    assert track.faces == 2


def test_a_lost_face_is_found_again_but_never_somebody_else() -> None:
    both, other = [(80, 120, 30), (180, 120, 20)], [(180, 120, 20)]
    track = follow(both, other, other, [(90, 125, 30), (180, 120, 20)])
    assert track is not None
    assert centres(track) == [(80, 120), (90, 125)]
    assert track.times_s == pytest.approx([0.0, 0.3])


def sightings(follower: FaceFollower, *moments: list[tuple[int, int, int]]) -> list[str]:
    """Where a face is found in pictures a second apart, and "new" before a newcomer's."""
    told = []
    for second, frame in enumerate(frames_of(*moments)):
        seen = follower.step(frame, float(second))
        place = "" if seen.mesh is None else str(round(float(seen.mesh.box()[[0, 2]].mean())))
        told.append(f"new {place}" if seen.newcomer else place)
    return told


def test_live_a_face_that_stays_away_is_given_up_for_one_elsewhere() -> None:
    here, there = [(60, 120, 30)], [(180, 120, 30)]
    follower = FaceFollower(ScriptedFaces(), lost_after_s=2.0)
    assert sightings(follower, here, there, there, there, there, here) == [
        "60", "", "", "new 180", "180", "",
    ]  # fmt: skip
    track = follower.track()
    assert track is not None
    assert centres(track) == [(180, 120), (180, 120)]


def test_live_a_face_that_comes_back_to_its_place_is_the_same_person() -> None:
    here, there = [(60, 120, 30)], [(180, 120, 30)]
    follower = FaceFollower(ScriptedFaces(), lost_after_s=2.0)
    assert sightings(follower, here, [], [], [], [], here) == ["60", "", "", "", "", "60"]
    follower = FaceFollower(ScriptedFaces(), lost_after_s=2.0)
    assert sightings(follower, here, [], [], [], there + here)[-1] == "60"


def test_in_a_file_a_face_is_never_given_up() -> None:
    here, there = [(60, 120, 30)], [(180, 120, 30)]
    told = sightings(FaceFollower(ScriptedFaces()), here, *[there] * 60)
    assert told == ["60", *[""] * 60]


def test_in_pictures_of_another_size_a_face_is_chosen_anew() -> None:
    follower = FaceFollower(ScriptedFaces(), lost_after_s=2.0)
    follower.step(frames_of([(60, 120, 30)])[0], 0.0)
    other = frames_of([(180, 120, 30)])[0][:200]
    seen = follower.step(other, 0.1)
    assert seen.mesh is not None
    assert seen.newcomer
    assert not follower.step(other, 0.2).newcomer


SMALL_ONE = np.array([45, 100, 85, 140], np.float32)
"""Where the smaller of two faces was in the window before."""


def test_the_next_window_stays_with_the_same_person() -> None:
    frames = frames_of([(60, 120, 20), (150, 120, 40)])
    tracker, times_s = FaceTracker(ScriptedFaces()), np.zeros(1)
    fresh = tracker.track(frames, times_s)
    stayed = tracker.track(frames, times_s, follow_box=SMALL_ONE)
    assert fresh is not None
    assert stayed is not None
    assert centres(fresh) == [(150, 120)]
    assert centres(stayed) == [(60, 120)]


def test_who_was_followed_is_waited_for_beside_somebody_else() -> None:
    both, other = [(60, 120, 20), (150, 120, 40)], [(150, 120, 40)]
    frames = frames_of(other, other, both, both)
    track = FaceTracker(ScriptedFaces()).track(frames, np.arange(4) / 10, SMALL_ONE)
    assert track is not None
    assert centres(track) == [(60, 120), (60, 120)]


def test_a_face_is_chosen_anew_where_the_one_before_is_missed() -> None:
    frames = frames_of(*[[(150, 120, 40), (220, 120, 15)]] * 4)
    track = FaceTracker(ScriptedFaces()).track(frames, np.arange(4) / 10, SMALL_ONE)
    assert track is not None
    assert centres(track) == [(150, 120)] * 4


@pytest.mark.parametrize(
    "moments",
    [
        [[(150, 120, 40)]] * 4,
        [[(150, 120, 40)], [], [(60, 120, 20)], [(60, 120, 20)]],
        [[], [(60, 120, 20)], [], [(150, 120, 40)]],
        [[], []],
    ],
    ids=["elsewhere", "back in its place", "leaves its place", "away"],
)
def test_one_face_measures_the_same_whatever_came_before(
    moments: list[list[tuple[int, int, int]]],
) -> None:
    frames, times_s = frames_of(*moments), np.arange(len(moments)) / 10
    tracker = FaceTracker(ScriptedFaces())
    alone, after = tracker.track(frames, times_s), tracker.track(frames, times_s, SMALL_ONE)
    assert (alone is None) == (after is None)
    if alone is not None:
        for name, value in vars(alone).items():
            np.testing.assert_array_equal(getattr(after, name), value)


@pytest.mark.parametrize(
    ("moments", "newcomer"),
    [
        ([[(60, 120, 20), (150, 120, 40)]], False),
        ([[(150, 120, 40)], [(60, 120, 20), (150, 120, 40)]], False),
        ([[(150, 120, 40)], [], [(60, 120, 20)]], False),
        ([[], []], False),
        ([[(150, 120, 40)]], True),
        ([[(150, 120, 40), (220, 120, 15)]], True),
    ],
    ids=["there", "comes back", "moved", "away", "one elsewhere", "two elsewhere"],
)
def test_who_is_somebody_else_than_in_the_window_before(
    moments: list[list[tuple[int, int, int]]], newcomer: bool
) -> None:
    frames, times_s = frames_of(*moments), np.arange(len(moments)) / 10
    assert FaceTracker(ScriptedFaces()).stay(frames, times_s, SMALL_ONE)[1] is newcomer
    assert not FaceTracker(ScriptedFaces()).stay(frames, times_s, None)[1]


def test_a_box_is_that_of_the_nearest_picture() -> None:
    track = follow(*[[(60 + 4 * step, 120, 40)] for step in range(9)])
    assert track is not None
    for time_s, step in ((-1.0, 0), (0.42, 4), (9.0, 8)):
        np.testing.assert_array_equal(track.box_near(time_s), track.boxes[step])


def test_no_face_is_no_track_and_is_searched_for_thoroughly_now_and_then() -> None:
    networks = ScriptedFaces()
    assert FaceTracker(networks).track(frames_of(*[[]] * 7), np.arange(7) * 0.25) is None
    assert networks.searches == [True, False, True, False, True, False, True]
    assert choose([], np.zeros((9, 9, 3), np.uint8), None) is None


def test_shapes_and_types() -> None:
    track = follow([(80, 120, 30)], [(80, 120, 30)])
    assert track is not None
    shapes = {name: np.shape(value) for name, value in vars(track).items()}
    assert shapes == {
        "times_s": (2,), "landmarks": (2, 478, 3), "blendshapes": (2, 52), "pose_deg": (2, 3),
        "crops": (2, 48, 48), "boxes": (2, 4), "faces": (),
    }  # fmt: skip
    assert (track.times_s.dtype, track.crops.dtype) == (np.float64, np.uint8)
    floats = (track.landmarks, track.blendshapes, track.pose_deg, track.boxes)
    assert {value.dtype for value in floats} == {np.dtype(np.float32)}


@pytest.mark.parametrize("content", [None, b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_a_bad_task_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "face_landmarker.task"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BundleError, match=r"face_landmarker\.task"):
        FaceLandmarker(path)


# The real networks ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def landmarker(real_component: Callable[[str], Path]) -> FaceLandmarker:
    return FaceLandmarker(real_component("face_landmarker.task"))


@pytest.fixture(scope="module")
def clip(data_root: Path) -> np.ndarray:
    """A talking face, every second frame, with room around it for turning and shifting."""
    path = min((data_root / "clips_ravdess_actor01").glob("*.mp4"))
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    pad = (60, 60, 60, 60)
    return np.stack([cv2.copyMakeBorder(f, *pad, cv2.BORDER_REPLICATE) for f in frames[::2]])


@pytest.fixture(scope="module")
def face(landmarker: FaceLandmarker, clip: np.ndarray) -> FaceTrack:
    return seen(landmarker, clip[4])


def seen(landmarker: FaceLandmarker, picture: np.ndarray) -> FaceTrack:
    track = FaceTracker(landmarker).track(np.ascontiguousarray(picture)[None], np.zeros(1))
    assert track is not None
    return track


def test_a_clip_is_followed_throughout(landmarker: FaceLandmarker, clip: np.ndarray) -> None:
    track = FaceTracker(landmarker).track(clip, np.arange(len(clip)) * 0.2)
    again = FaceTracker(landmarker).track(clip, np.arange(len(clip)) * 0.2)
    assert track is not None
    assert again is not None
    assert (len(track.times_s), track.faces) == (len(clip), 1)
    assert track.blendshapes.min() >= 0
    assert track.blendshapes.max() <= 1
    assert np.abs(track.pose_deg).max() < 40
    for name, value in vars(track).items():
        assert np.array_equal(value, getattr(again, name)), name


def test_a_still_measures_as_the_clip_does(
    landmarker: FaceLandmarker, clip: np.ndarray, face: FaceTrack
) -> None:
    track = FaceTracker(landmarker).track(clip[:5], np.arange(5) * 0.2)
    assert track is not None
    assert track.landmarks[4] == pytest.approx(face.landmarks[0], abs=3)
    assert np.abs(track.blendshapes[4] - face.blendshapes[0]).mean() < 0.02


@pytest.mark.parametrize(
    ("turn_deg", "shift"),
    [(20, (0, 0)), (-20, (0, 0)), (0, (17, -13))],
    ids=["left", "right", "shift"],
)
def test_a_moved_picture_gives_moved_landmarks(
    landmarker: FaceLandmarker,
    clip: np.ndarray,
    face: FaceTrack,
    turn_deg: float,
    shift: tuple[float, float],
) -> None:
    side = clip.shape[1]
    matrix = cv2.getRotationMatrix2D((side / 2 - 0.5, side / 2 - 0.5), turn_deg, 1)
    matrix[:, 2] += shift
    moved = cv2.warpAffine(clip[4], matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    track = seen(landmarker, moved)
    expected = (face.landmarks[0, :, :2] - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    error = np.linalg.norm(track.landmarks[0, :, :2] - expected, axis=1).mean()
    assert error < 0.005 * np.linalg.norm(np.ptp(expected, axis=0))
    assert np.abs(track.blendshapes - face.blendshapes).mean() < 0.02
    assert track.pose_deg[0] == pytest.approx(face.pose_deg[0] - (0, 0, turn_deg), abs=2)
    assert np.abs(track.crops.astype(float) - face.crops).mean() < 6


def test_a_mirrored_picture_swaps_left_and_right(
    landmarker: FaceLandmarker, clip: np.ndarray, face: FaceTrack
) -> None:
    mirrored = seen(landmarker, clip[4, :, ::-1])
    assert np.abs(mirrored.blendshapes[0] - face.blendshapes[0, MIRRORED]).mean() < 0.04
    assert mirrored.pose_deg[0] == pytest.approx(face.pose_deg[0] * (-1, 1, -1), abs=2.5)
    assert np.abs(mirrored.crops[0, :, ::-1].astype(float) - face.crops[0]).mean() < 8


def test_a_small_face_far_from_the_middle_is_found(
    landmarker: FaceLandmarker, clip: np.ndarray
) -> None:
    picture = np.full((540, 960, 3), 90, np.uint8)
    picture[20:180, 780:940] = cv2.resize(clip[4], (160, 160), interpolation=cv2.INTER_AREA)
    assert not landmarker.detect(picture, thorough=False)
    x0, y0, x1, y1 = seen(landmarker, picture).boxes[0]
    assert 780 < x0 < x1 < 940
    assert 20 < y0 < y1 < 180


def test_two_people_are_counted(landmarker: FaceLandmarker, clip: np.ndarray) -> None:
    small = cv2.resize(clip[4], (200, 200), interpolation=cv2.INTER_AREA)
    picture = np.full((344, 600, 3), 90, np.uint8)
    picture[:, :344], picture[72:272, 380:580] = clip[4], small
    track = seen(landmarker, picture)
    assert track.faces == 2
    assert track.boxes[0, 2] < 344


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (224, 224), (720, 1280)])
def test_a_black_picture_has_no_face(landmarker: FaceLandmarker, size: tuple[int, int]) -> None:
    frames = np.zeros((2, *size, 3), np.uint8)
    assert FaceTracker(landmarker).track(frames, np.arange(2.0)) is None
