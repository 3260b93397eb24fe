from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.checking import OTHERS, Tally, check_claims, rationale_in, summarise, tally
from model.claims import find_claims
from model.evidence import Cue, Evidence

WINDOW = (10.0, 15.0)


def cue(name: str, modality: str, deviation: float) -> Cue:
    return Cue(name, modality, 9.0, "st", 5.0, "person", deviation, 12.0, 12.5)  # type: ignore[arg-type]


HIGH = Evidence(
    {"pitch": cue("pitch", "voice", 2.0)},
    frozenset(("face", "voice")),
    {"angry": {"face": 0.1, "voice": 1.2}},
)
LOW = dataclasses.replace(HIGH, cues={"pitch": cue("pitch", "voice", -2.0)})
SILENT = Evidence({}, frozenset(("face",)))


def checked(text: str, answer: str = "angry") -> list[tuple[str, str, float, float]]:
    found = check_claims(text, HIGH, answer, WINDOW)
    return [(claim.cue, claim.verdict, claim.start_s, claim.end_s) for claim in found]


def test_a_cue_is_measured_where_it_deviates_most() -> None:
    assert checked("The pitch is high.") == [("pitch", "supported", 12.0, 12.5)]


def test_a_weight_is_measured_in_the_whole_window() -> None:
    said = "This is anger, by the voice more than by the face."
    assert checked(said) == [("voice_weight", "supported", 10.0, 15.0)]
    assert checked("This is anger; the voice tells less.")[0][1] == "contradicted"


def test_a_weight_for_an_answer_that_was_not_asked_for_is_not_measured() -> None:
    assert checked("This is calm, going by the voice.", "calm")[0][1] == "unmeasurable"


def test_what_nothing_measures_has_no_place() -> None:
    assert set(checked("The nose wrinkles.")) == {("", "unmeasurable", 0.0, 0.0)}


@pytest.mark.parametrize(
    ("completion", "rationale"),
    [
        ("The voice is loud.", "The voice is loud."),
        ("<think>\nThe voice is loud.\n</think>\n<answer>angry</answer>", "The voice is loud."),
        ("<THINK>The voice is loud.</THINK><Answer>angry</Answer>", "The voice is loud."),
        ("<think>The voice is loud.</think><answer>ang", "The voice is loud."),
        ("<answer>angry</answer>", ""),
    ],
)
def test_tags_and_answer_are_not_of_the_rationale(completion: str, rationale: str) -> None:
    assert rationale_in(completion) == rationale


def test_every_claim_counts_once_and_those_of_nobody_there_apart() -> None:
    claims = find_claims("The pitch is high, she smiles, and there are tears.")
    assert tally(claims, HIGH) == Tally(supported=1, contradicted=0, unmeasurable=2, absent=0)
    assert tally(claims, LOW) == Tally(supported=0, contradicted=1, unmeasurable=2, absent=0)
    assert tally(claims, SILENT) == Tally(supported=0, contradicted=0, unmeasurable=2, absent=1)


@given(st.lists(st.sampled_from(["The pitch is high.", "The pitch is low.", "A smile.", ""])))
def test_a_tally_leaves_no_claim_out(sentences: list[str]) -> None:
    claims = find_claims(" ".join(sentences))
    for evidence in (HIGH, LOW, SILENT):
        assert tally(claims, evidence).claims == len(claims)


def test_what_is_said_of_anybody_is_held_against_the_others() -> None:
    said = [("The pitch is high.", HIGH), ("The pitch is low.", LOW), ("", SILENT)]
    found = summarise(said, ["a", "b", "c"], [HIGH, LOW, SILENT])
    assert (found.rationales, found.empty, found.claims, found.measurable) == (3, 1, 2, 2)
    assert found.supported.estimate == 1.0
    assert found.elsewhere == 0.0  # each is the other's contrary; where nobody speaks none is asked


def test_without_another_recording_nothing_is_true_elsewhere() -> None:
    assert math.isnan(summarise([("The pitch is high.", HIGH)], ["a"], [HIGH]).elsewhere)


def test_many_others_are_asked_evenly() -> None:
    high = [dataclasses.replace(HIGH) for _ in range(10 * OTHERS)]
    low = [dataclasses.replace(LOW) for _ in range(10 * OTHERS)]
    found = summarise([("The pitch is high.", HIGH)], ["a"], [HIGH, *high, *low])
    assert found.elsewhere == pytest.approx(0.5, abs=0.02)
