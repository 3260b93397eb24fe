"""Shapley values share out the whole gain, fairly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.analysis import Contribution
from model.runtime.contribution import contributions, shapley

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


def test_every_label_has_its_own_contributions() -> None:
    said = {NOTHING: np.log([0.5, 0.5]), VOICE: np.log([0.8, 0.2])}
    found = contributions(said, ("angry", "sad"))
    assert found["angry"]["voice"] == pytest.approx(np.log(1.6))
    assert found["sad"]["voice"] == pytest.approx(np.log(0.4))
    assert found["angry"]["face"] == 0


def test_without_the_empty_prompt_nobody_knows_what_was_contributed() -> None:
    assert contributions({VOICE: np.log([0.8, 0.2])}, ("angry", "sad")) == {}
