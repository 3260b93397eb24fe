"""Each claim's words are credited for that claim, and for no other."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.evidence import Evidence
from training.reinforcement.credit import PaidClaim, group_advantages, of_tokens, paid_claims

from .test_rewards import HONEST, MEASURED

FALSE = "<think>The voice is quiet. The brows are lowered.</think><answer>angry</answer>"


def words_of(completion: str, claims: list[PaidClaim]) -> dict[str, float]:
    return {completion[claim.start : claim.end]: claim.earned for claim in claims}


def test_a_claim_earns_by_its_own_measurement() -> None:
    claims = paid_claims(FALSE, MEASURED)
    assert words_of(FALSE, claims) == {"voice is quiet": -1.0, "brows are lowered": 1.0}


def test_an_honest_completion_has_no_false_claim() -> None:
    claims = paid_claims(HONEST, MEASURED)
    assert len(claims) >= 3
    assert {claim.earned for claim in claims} == {1.0}


@pytest.mark.parametrize(
    "broken",
    [
        "The voice is loud. The brows are lowered.",
        "<think>The voice is loud.</think>",
        "<think>The voice is loud.</think><answer>angry</answer><answer>sad</answer>",
    ],
)
def test_what_is_not_well_formed_is_not_credited(broken: str) -> None:
    assert paid_claims(broken, MEASURED) == []


def test_saying_it_again_costs_what_a_lie_does() -> None:
    again = "<think>The voice is loud. The voice is clearly loud.</think><answer>angry</answer>"
    assert words_of(again, paid_claims(again, MEASURED)) == {
        "voice is loud": 1.0, "voice is clearly loud": -1.0,
    }  # fmt: skip
    lies = again.replace("loud", "quiet")
    assert [claim.earned for claim in paid_claims(lies, MEASURED)] == [-1.0, -1.0]


def test_a_second_try_is_no_more_than_saying_it_again() -> None:
    """Whoever names a cue both ways is right once, whatever was measured."""
    both = "<think>The voice is quiet. The voice is loud.</think><answer>angry</answer>"
    assert [claim.earned for claim in paid_claims(both, MEASURED)] == [-1.0, -1.0]


def test_a_denial_that_holds_is_not_credited_and_one_that_does_not_costs() -> None:
    text = "<think>The pitch is not low. The voice is not loud.</think><answer>angry</answer>"
    assert words_of(text, paid_claims(text, MEASURED)) == {"voice is not loud": -1.0}


def test_a_weight_told_again_neither_pays_nor_costs() -> None:
    found = dataclasses.replace(MEASURED, weights={"angry": {"face": 0.2, "voice": 1.5}})
    end = "by the voice more than by the face"
    text = f"<think>This suggests anger, {end}, so {end}.</think><answer>angry</answer>"
    assert [claim.earned for claim in paid_claims(text, found)] == [1.0]


def test_nobody_measured_nobody_is_credited() -> None:
    assert paid_claims(HONEST, Evidence({}, frozenset())) == []


earnings = st.lists(st.lists(st.sampled_from([1.0, -1.0]), max_size=6), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(earnings)
def test_a_group_gains_and_loses_nothing_as_a_whole(group: list[list[float]]) -> None:
    found = group_advantages([[PaidClaim(0, 1, e) for e in claims] for claims in group])
    assert sum(c.earned for claims in found for c in claims) == pytest.approx(0.0, abs=1e-9)
    for claims, paid in zip(group, found, strict=True):
        for earned, claim in zip(claims, paid, strict=True):
            assert (claim.earned >= 0) == (earned > 0) or claim.earned == 0


def test_claims_of_weight_are_compared_with_their_own_kind() -> None:
    cues = [PaidClaim(0, 4, 1.0), PaidClaim(5, 9, 1.0)]
    right, wrong = (PaidClaim(10, 14, earned, of_weight=True) for earned in (1.0, -1.0))
    first, second, third = group_advantages([[*cues, right], [*cues, wrong], [*cues, wrong]])
    assert [c.earned for c in first[:2]] == [0.0, 0.0]
    assert first[2].earned == pytest.approx(4 / 3)
    assert second[2].earned == third[2].earned == pytest.approx(-2 / 3)
    [[alone]] = group_advantages([[wrong]])
    assert alone.earned == 0.0


def test_a_claim_of_weight_earns_by_what_was_contributed() -> None:
    found = dataclasses.replace(MEASURED, weights={"angry": {"face": 0.1, "voice": 1.0}})
    text = "<think>The voice is loud; the face tells less.</think><answer>angry</answer>"
    assert [(c.earned, c.of_weight) for c in paid_claims(text, found)] == [
        (1.0, False),
        (1.0, True),
    ]
    other = text.replace("face tells", "voice tells")
    assert paid_claims(other, found)[1] == PaidClaim(26, 46, -1.0, of_weight=True)
    assert paid_claims(other, found, "angry") == paid_claims(other, found)


def test_the_weights_of_another_answer_than_it_was_told_about_are_not_credited() -> None:
    found = dataclasses.replace(MEASURED, weights={"angry": {"face": 0.1, "voice": 1.0}})
    text = "<think>The voice is loud; the face tells less.</think><answer>angry</answer>"
    assert [c.of_weight for c in paid_claims(text, found, "sad")] == [False]


@pytest.mark.parametrize(("face", "earned"), [(0.1, -1.0), (0.9, 1.0)])
def test_what_is_said_of_both_is_one_claim_and_true_of_both_or_false(
    face: float, earned: float
) -> None:
    found = dataclasses.replace(MEASURED, weights={"angry": {"face": face, "voice": 1.0}})
    text = "<think>Anger. Face and voice agree on it.</think><answer>angry</answer>"
    assert paid_claims(text, found) == [PaidClaim(14, 34, earned, of_weight=True)]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=200))
def test_every_way_to_cut_the_text_credits_the_same_characters(lengths: list[int]) -> None:
    claims = [PaidClaim(c.start, c.end, c.earned / 4) for c in paid_claims(FALSE, MEASURED)]
    pieces, start = [], 0
    for length in [*lengths, len(FALSE)]:
        pieces.append(FALSE[start : start + length])
        start += length
    advantages, start = of_tokens(claims, pieces), 0
    for piece, advantage in zip(pieces, advantages, strict=True):
        here = [c.earned for c in claims if c.start < start + len(piece) and start < c.end]
        start += len(piece)
        assert advantage == (pytest.approx(sum(here) / len(here)) if here else None)
