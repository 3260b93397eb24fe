"""The states of weight: one of them always, the same for floats, arrays and tensors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.runtime.contribution import fused_inputs
from model.runtime.scoring import log_softmax
from model.weighing import (
    WEIGHS_FROM,
    WEIGHT_STATES,
    WEIGHT_WORDS,
    two_player,
    weight_states,
    weight_word,
)

NATS = st.floats(-8, 8)


@given(NATS, NATS)
def test_one_state_holds_and_the_leader_is_told(face: float, voice: float) -> None:
    states = weight_states(face, voice)
    assert sum(states) == 1
    state = WEIGHT_STATES[states.index(True)]
    assert (state == "faint") == (max(face, voice) < WEIGHS_FROM)
    assert state != "face leads" or face >= voice
    assert state != "voice leads" or voice > face
    assert state != "both" or min(face, voice) > 0


@given(st.lists(st.tuples(NATS, NATS), min_size=1, max_size=5))
def test_arrays_and_tensors_are_told_the_same(pairs: list[tuple[float, float]]) -> None:
    face, voice = np.array(pairs).T
    expected = [weight_states(*pair) for pair in pairs]
    assert np.stack(weight_states(face, voice), 1).tolist() == [list(row) for row in expected]
    torch = pytest.importorskip("torch")
    told = torch.stack(weight_states(torch.from_numpy(face), torch.from_numpy(voice)), 1)
    assert told.tolist() == [list(row) for row in expected]


@given(NATS, NATS, NATS, NATS)
def test_the_values_share_out_what_both_gain(nothing, face, voice, both) -> None:
    shares = two_player(nothing, face, voice, both)
    assert sum(shares) == pytest.approx(both - nothing)
    assert shares[0] - shares[1] == pytest.approx(face - voice)


def test_who_is_absent_weighs_nothing() -> None:
    sure = log_softmax(np.array([0.0, 4.0, 0.0]))
    np.testing.assert_allclose(fused_inputs({"voice": sure}, 3), np.exp(sure))
    np.testing.assert_allclose(fused_inputs({}, 3), np.full(3, 1 / 3))
    assert weight_word({"voice": 2.0}) == " voice"
    assert weight_word({}) == " weak"


@given(NATS, NATS)
def test_the_word_is_that_of_the_state(face: float, voice: float) -> None:
    word = weight_word({"face": face, "voice": voice})
    state = WEIGHT_STATES[weight_states(face, voice).index(True)]
    assert WEIGHT_WORDS.index(word) == WEIGHT_STATES.index(state)
