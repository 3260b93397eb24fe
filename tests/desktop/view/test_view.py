"""The small Qt-free parts: names, clock, affect, level, pitch, badges, spans."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.view import badges as badge_view
from desktop.view import clock, cue_names, emotion_names, spans
from desktop.view.affect import CIRCUMPLEX, AffectTrail, affect
from desktop.view.badges import badges
from desktop.view.level import HOLD_S, SILENCE_DBFS, WARN_S, LevelModel
from desktop.view.pitch import HIGHEST_HZ, LOWEST_HZ, height, voiced_pieces
from model.cues import CUES
from model.labels import LABEL_SETS
from tests.desktop.scene import cue

ALL_LABELS = {label for labels in LABEL_SETS.values() for label in labels}
SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=8)
BLOCK_S = 0.1


@pytest.mark.parametrize("module", [clock, cue_names, emotion_names, spans])
def test_the_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0


def test_every_cue_and_every_emotion_has_a_name_and_a_place() -> None:
    assert set(cue_names.CUE_NAMES) == set(CUES)
    assert set(emotion_names.EMOTION_NAMES) == ALL_LABELS
    assert set(CIRCUMPLEX) == ALL_LABELS


@pytest.mark.parametrize("unit", sorted({kind.unit for kind in CUES.values()}))
def test_values_of_every_unit_are_short(unit: str) -> None:
    text = cue_names.value_text(-3.25 if unit.startswith("semitones/") else 0.25, unit)
    assert 2 <= len(text) <= 12
    assert "-" not in text


def test_the_strongest_cues_are_those_that_deviate_most_either_way() -> None:
    cues = [cue("jaw_drop", 0.5), cue("head_pitch", -2.0), cue("pitch", 3.0), cue("chin_raiser")]
    names = [found.name for found in cue_names.strongest(cues, "face", 2)]
    assert names == ["head_pitch", "chin_raiser"]


@pytest.mark.parametrize(
    ("time_s", "text"),
    [(-0.5, "0:00.0"), (0, "0:00.0"), (59.96, "1:00.0"), (61.25, "1:01.3"), (61.29, "1:01.3"),
     (3599.99, "1:00:00.0"), (7325.5, "2:02:05.5")],
)  # fmt: skip
def test_times_are_rounded_to_the_next_tenth(time_s: float, text: str) -> None:
    assert clock.clock(time_s, 1) == text


@given(st.floats(0.0, 7200.0), st.floats(1.0, 3600.0), st.integers(1, 20))
def test_ticks_are_round_inside_and_not_too_many(start_s: float, long_s: float, most: int) -> None:
    found = clock.ticks(start_s, start_s + long_s, most)
    assert len(found) <= most + 1
    assert all(start_s - 1e-3 <= tick <= start_s + long_s + 1e-3 for tick in found)
    assert all(tick == int(tick) for tick in found)


def test_certainty_lies_on_the_circle_and_doubt_inside_it() -> None:
    assert affect({"happy": 1.0}) == CIRCUMPLEX["happy"]
    assert affect({"happy": 0.5, "sad": 0.5}).valence < CIRCUMPLEX["happy"].valence
    assert affect({}) == CIRCUMPLEX["neutral"]


@given(st.dictionaries(st.sampled_from(sorted(ALL_LABELS)), st.floats(0.0, 1.0)))
def test_affect_never_leaves_the_plane(probabilities: dict[str, float]) -> None:
    place = affect(probabilities)
    assert np.hypot(place.valence, place.arousal) <= 1.0 + 1e-6


def test_the_trail_forgets_its_oldest_place() -> None:
    trail = AffectTrail(length=2)
    for label in ("happy", "sad", "angry"):
        trail.add({label: 1.0})
    assert trail.places == (CIRCUMPLEX["sad"], CIRCUMPLEX["angry"])


def tone(amplitude: float) -> np.ndarray:
    return (amplitude * np.sin(np.arange(round(16000 * BLOCK_S)))).astype(np.float32)


def test_the_peak_is_held_and_then_falls() -> None:
    level = LevelModel()
    level.hear(0.0, tone(0.5))
    held = level.peak_dbfs
    assert held == pytest.approx(-6.0, abs=0.1)
    assert level.level_dbfs == pytest.approx(-9.0, abs=0.1)
    level.hear(HOLD_S - BLOCK_S, tone(0.0))
    assert (level.level_dbfs, level.peak_dbfs) == (SILENCE_DBFS, held)
    level.hear(HOLD_S + BLOCK_S, tone(0.0))
    assert SILENCE_DBFS < level.peak_dbfs < held


def test_clipping_is_remembered_for_a_while() -> None:
    level = LevelModel()
    level.hear(0.0, np.ones(100, np.float32))
    level.hear(1.0, tone(0.1))
    assert level.clipped
    level.hear(WARN_S + 1.0, tone(0.1))
    assert not level.clipped


def test_pitch_is_parted_where_it_is_unvoiced_or_missing() -> None:
    times = np.array([0.0, 0.01, 0.02, 0.03, 0.5], np.float32)
    f0 = np.array([100, np.nan, 120, 130, 140], np.float32)
    pieces = [values.tolist() for _, values in voiced_pieces(times, f0)]
    assert pieces == [[100.0], [120.0, 130.0], [140.0]]
    assert voiced_pieces(times, np.full(5, np.nan, np.float32)) == []


def test_an_octave_is_as_high_everywhere() -> None:
    assert height(LOWEST_HZ) == 0.0
    assert height(2 * HIGHEST_HZ) == 1.0
    assert height(200.0) - height(100.0) == pytest.approx(height(400.0) - height(200.0))


def test_badges_say_what_is_missing_only_while_something_is_analysed() -> None:
    assert badges(running=False, faces=0) == (badge_view.STOPPED,)
    assert badges(running=False, recording=True) == (badge_view.STOPPED, badge_view.RECORDING)
    assert badges(running=True, faces=0, voice=False) == (
        badge_view.LIVE, badge_view.NO_FACE, badge_view.NO_VOICE,
    )  # fmt: skip
    assert badges(running=True, faces=1, voice=True) == (badge_view.LIVE,)
    assert badges(running=True, paused=True, recording=True, faces=0) == (
        badge_view.PAUSED, badge_view.RECORDING,
    )  # fmt: skip
    assert badges(running=True, faces=2)[1] == badge_view.TWO_FACES
    assert badges(running=True, faces=5)[1] == badge_view.MANY_FACES


@given(SPANS, st.tuples(st.integers(0, 20), st.integers(0, 20)))
def test_spans_are_sets_of_moments(drawn: list[tuple[int, int]], cut: tuple[int, int]) -> None:
    kept: list[spans.Span] = []
    moments: set[int] = set()
    for start, end in drawn:
        kept = spans.add_span(kept, (start, end))
        moments |= set(range(start, end))
    assert kept == sorted(kept)
    assert {m for start, end in kept for m in range(int(start), int(end))} == moments
    left = spans.cut_span(kept, cut)
    assert {m for start, end in left for m in range(int(start), int(end))} == moments - set(
        range(*cut)
    )
