"""Shapley values share out the whole gain, fairly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.analysis import Contribution
from model.runtime.contribution import shapley

NOTHING, FACE, VOICE = frozenset[str](), frozenset(("face",)), frozenset(("voice",))
BOTH = FACE | VOICE
NATS = st.floats(-50, 0)


@given(NATS, NATS, NATS, NATS)
def test_contributions_add_up_to_the_gain(nothing, face, voice, both) -> None:
    result = shapley({NOTHING: nothing, FACE: face, VOICE: voice, BOTH: both})
    assert result.face + result.voice == pytest.approx(both - nothing, abs=1e-9)


@given(NATS, NATS, NATS, NATS)
def test_exchanging_the_modalities_exchanges_their_contributions(
    nothing, face, voice, both
) -> None:
    one = shapley({NOTHING: nothing, FACE: face, VOICE: voice, BOTH: both})
    other = shapley({NOTHING: nothing, FACE: voice, VOICE: face, BOTH: both})
    assert (one.face, one.voice) == (other.voice, other.face)


def test_a_modality_that_changes_nothing_contributes_nothing() -> None:
    assert shapley({NOTHING: -2.0, FACE: -2.0, VOICE: -0.5, BOTH: -0.5}) == Contribution(0.0, 1.5)


def test_a_joint_gain_is_halved() -> None:
    assert shapley({NOTHING: -2.0, FACE: -2.0, VOICE: -2.0, BOTH: -1.0}) == Contribution(0.5, 0.5)


def test_a_modality_against_the_answer_is_negative() -> None:
    result = shapley({NOTHING: -1.0, FACE: -0.2, VOICE: -3.0, BOTH: -0.9})
    assert result.voice < 0 < result.face


def test_a_single_modality_has_the_whole_gain() -> None:
    assert shapley({NOTHING: -2.0, VOICE: -0.5}) == Contribution(0.0, 1.5)
    assert shapley({NOTHING: -2.0, FACE: -0.5}) == Contribution(1.5, 0.0)


def test_nothing_present_contributes_nothing() -> None:
    assert shapley({NOTHING: -2.0}) == Contribution(0.0, 0.0)
