"""Where the face is between two judged pictures, and where each cue is seen."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.live.messages import Seen
from desktop.view.face_regions import CUE_REGIONS, OUTLINES
from desktop.view.overlay import KEPT_S, LONGEST_GAP_S, STALE_S, OverlayTrack
from model.cues import FACE_CUES

LANDMARKS = 478


def seen(time_s: float, at: float | None = None) -> Seen:
    """A face whose landmarks all lie at (at, at); `None` for no face."""
    shape = (0, 2) if at is None else (LANDMARKS, 2)
    return Seen(time_s, np.full(shape, at or 0.0, np.float32), int(at is not None))


def track(*pictures: Seen) -> OverlayTrack:
    overlay = OverlayTrack()
    for picture in pictures:
        overlay.add(picture, picture.time_s + 0.1)
    return overlay


def test_landmarks_move_evenly_between_two_judged_pictures() -> None:
    overlay = track(seen(1.0, 10.0), seen(1.1, 20.0))
    for time_s, place in ((1.0, 10.0), (1.025, 12.5), (1.1, 20.0)):
        found = overlay.at(time_s)
        assert found is not None
        assert found.shape == (LANDMARKS, 2)
        assert found == pytest.approx(place, abs=1e-3)


def test_nothing_is_drawn_where_nothing_was_judged() -> None:
    overlay = track(seen(1.0, 10.0), seen(1.1, 20.0))
    assert overlay.at(0.9) is None
    assert overlay.at(1.2) is None
    assert OverlayTrack().at(1.0) is None


def test_a_long_gap_is_not_bridged() -> None:
    overlay = track(seen(1.0, 10.0), seen(1.0 + LONGEST_GAP_S + 0.01, 20.0))
    assert overlay.at(1.2) is None
    assert overlay.at(1.0) is not None


def test_between_a_face_and_none_nothing_is_drawn() -> None:
    overlay = track(seen(1.0, 10.0), seen(1.1), seen(1.2, 10.0))
    assert overlay.at(1.05) is None
    assert overlay.at(1.1) is None
    assert overlay.at(1.15) is None
    assert overlay.at(1.2) is not None


def test_the_past_and_what_is_cleared_are_forgotten() -> None:
    overlay = track(seen(1.0, 10.0), seen(1.1 + KEPT_S, 20.0))
    assert overlay.at(1.0) is None
    overlay.clear()
    assert overlay.at(1.1 + KEPT_S) is None


def test_a_picture_waits_as_long_as_its_overlay_usually_takes() -> None:
    overlay = OverlayTrack()
    assert overlay.delay_s(5.0) == 0.0
    for number in range(100):
        overlay.add(seen(number / 10, 1.0), number / 10 + 0.3)
    assert overlay.delay_s(10.0) == pytest.approx(0.4, abs=0.01)
    assert overlay.delay_s(9.9 + 2 * STALE_S + 0.1) == 0.0


def test_pictures_wait_for_the_later_overlays_and_follow_each_other_evenly() -> None:
    overlay, delays_s = OverlayTrack(), []
    for number in range(200):
        late_s = 0.1 if number % 2 else 0.2
        overlay.add(seen(number / 10, 1.0), number / 10 + late_s)
        delays_s.append(overlay.delay_s(number / 10))
    assert 0.27 < min(delays_s[100:]) < max(delays_s[100:]) <= 0.3
    assert max(np.abs(np.diff(delays_s))) < 0.02


def test_a_very_late_overlay_is_not_waited_for() -> None:
    overlay = OverlayTrack()
    for number in range(100):
        overlay.add(seen(number / 10, 1.0), number / 10 + 30.0)
    assert overlay.delay_s(10.0) <= STALE_S + 0.11


@pytest.mark.parametrize("name", FACE_CUES)
def test_every_facial_cue_is_somewhere_on_the_face(name: str) -> None:
    region = CUE_REGIONS[name]
    assert region
    assert len(set(region)) == len(region)
    assert all(0 <= index < LANDMARKS for index in region)


def test_nothing_else_is_highlighted_and_every_outline_is_on_the_face() -> None:
    assert set(CUE_REGIONS) == set(FACE_CUES)
    assert all(0 <= index < LANDMARKS for outline in OUTLINES for index in outline)
