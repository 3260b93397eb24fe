"""Tracks become cue values and spans, each in its unit and on the window's clock."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from model.cues import CUES, FACE_CUES, VOICE_CUES, cue_spans, cue_values
from model.perception.face_names import BLENDSHAPE_NAMES, DEAD_BLENDSHAPES


def face_track(frames: int = 20, start_s: float = 0.0) -> Any:
    return SimpleNamespace(
        times_s=start_s + np.arange(frames) / 10,
        blendshapes=np.zeros((frames, len(BLENDSHAPE_NAMES)), np.float32),
        pose_deg=np.zeros((frames, 3), np.float32),
    )


def voice_track(
    f0_hz: float = 220.0, speech: tuple[tuple[int, int], ...] = ((50, 250),), start_s: float = 0.0
) -> Any:
    frames = 300
    spoken = np.zeros(frames, bool)
    for first, end in speech:
        spoken[first:end] = True
    return SimpleNamespace(
        times_s=start_s + np.arange(frames) / 100,
        f0_hz=np.where(spoken, f0_hz, np.nan).astype(np.float32),
        loudness_db=np.where(spoken, -20.0, -60.0).astype(np.float32),
        speech=spoken,
        syllables_s=start_s + np.arange(0.6, 2.5, 0.25),
        brightness_db=np.full(frames, -10.0, np.float32),
        telephone=False,
    )


def test_no_track_has_no_cues() -> None:
    assert cue_values(None, None) == {}
    assert cue_spans(None, None) == {}


def test_every_facial_cue_is_measured_and_comes_from_a_living_blendshape() -> None:
    assert tuple(cue_values(face_track(), None)) == FACE_CUES
    used = {BLENDSHAPE_NAMES[i] for name in FACE_CUES for i in CUES[name].blendshapes}
    assert not used & DEAD_BLENDSHAPES


def test_a_cue_is_the_mean_of_both_sides() -> None:
    track = face_track()
    track.blendshapes[:, BLENDSHAPE_NAMES.index("mouthSmileLeft")] = 0.6
    track.blendshapes[:, BLENDSHAPE_NAMES.index("mouthSmileRight")] = 0.2
    assert cue_values(track, None)["lip_corner_puller"] == pytest.approx(0.4)


def test_the_span_is_where_the_action_is() -> None:
    track = face_track(start_s=5.0)
    track.blendshapes[10:15, BLENDSHAPE_NAMES.index("jawOpen")] = 0.9
    (start_s, end_s), _ = cue_spans(track, None)["jaw_drop"]
    assert start_s == pytest.approx(6.0, abs=0.11)
    assert end_s == pytest.approx(6.5, abs=0.11)


def test_one_frame_is_enough_for_a_face() -> None:
    track = face_track(frames=1)
    assert len(cue_values(track, None)) == len(FACE_CUES)
    assert cue_spans(track, None)["jaw_drop"] == ((0.0, 0.0), (0.0, 0.0))


def test_voice_values_are_in_their_units() -> None:
    values = cue_values(None, voice_track(f0_hz=220.0))
    assert set(values) == set(VOICE_CUES)
    assert values["pitch"] == pytest.approx(24.0, abs=1e-4)  # two octaves above 55 Hz
    assert values["pitch_range"] == pytest.approx(0.0, abs=1e-6)
    assert values["loudness"] == pytest.approx(-20.0)
    assert values["speaking_rate"] == pytest.approx(8 / 2.0)
    assert values["pauses"] == pytest.approx(0.0)


def test_pauses_are_the_silent_share_of_the_spoken_stretch() -> None:
    values = cue_values(None, voice_track(speech=((50, 100), (150, 250))))
    assert values["pauses"] == pytest.approx(0.25)


def test_a_rising_end_has_a_positive_slope_in_semitones_a_second() -> None:
    track = voice_track()
    track.f0_hz = (220 * 2 ** (track.times_s * 3 / 12)).astype(np.float32)
    assert cue_values(None, track)["pitch_slope"] == pytest.approx(3.0, abs=0.01)


def test_a_voice_without_voicing_has_no_pitch() -> None:
    track = voice_track()
    track.f0_hz[:] = np.nan
    values = cue_values(None, track)
    assert not {"pitch", "pitch_range", "pitch_slope"} & set(values)
    assert "loudness" in values


def test_a_telephone_tells_neither_brightness_nor_how_far_the_pitch_moves() -> None:
    track = voice_track()
    track.telephone = True
    assert set(VOICE_CUES) - set(cue_values(None, track)) == {"pitch_range", "brightness"}


def test_voice_spans_lie_in_the_spoken_stretch() -> None:
    for spans in cue_spans(None, voice_track(start_s=10.0)).values():
        for start_s, end_s in spans:
            assert 10.49 <= start_s <= end_s <= 12.51


def test_spans_end_with_what_was_seen_and_heard() -> None:
    face, voice = face_track(start_s=5.0), voice_track(speech=((50, 300),), start_s=5.0)
    face.blendshapes[15:] = 0.9
    spans = cue_spans(face, voice)
    assert spans.keys() == CUES.keys()
    for name, found in spans.items():
        track = face if name in FACE_CUES else voice
        assert max(end_s for _, end_s in found) <= track.times_s[-1]


@pytest.mark.parametrize("name", sorted(CUES))
def test_scales_are_inverted_exactly(name: str) -> None:
    assert CUES[name].unscaled(CUES[name].scaled(0.37)) == pytest.approx(0.37)
