"""Claims of how much face and voice weigh are found in any English, and held against a measure."""

from __future__ import annotations

import pytest

from model.claims import find_claims, mentions_modality
from model.evidence import Evidence, Verdict
from training.rationales.frames import WEAK

LEADS = [
    ("This is anger, by the face more than by the voice.", "face"),
    ("All in all this is anger; it is mainly the voice that shows it.", "voice"),
    ("This is anger; the face tells less.", "voice"),
    ("This is anger, though only the face shows it clearly.", "face"),
    ("This is anger; the voice weighs more here.", "voice"),
    ("This is anger, going by the face.", "face"),
    ("Judging by the voice, this is anger.", "voice"),
    ("This is anger, by  the face\nmore than by the voice.", "face"),
    ("This is anger, by the f\u0430ce more than by the vo\u200bice.", "face"),
]
SHARED = [
    "This is anger, and face and voice agree on it.",
    "This is anger, as face and voice both show.",
    "This is anger; what is seen and what is heard tell the same story.",
    "This is anger, by the face as much as by the voice.",
    "This is anger, on both sides.",
    "The voice and the face agree: anger.",
]
HEDGES = [f"This is anger{end}." for end in WEAK]
DENIED = [
    ("This is anger, not mainly by the face.", "not mainly by the face"),
    ("This is anger, not by the face more than by the voice.",
     "not by the face more than by the voice"),
    ("It isn't mainly the face that shows it.", "isn't mainly the face"),
    ("Neither the voice nor the face weighs more.", "nor the face weighs more"),
]  # fmt: skip
NONE = [
    "Not only the face shows it.",
    "This is anger, not just by the face more than by the voice.",
    "This is anger, not on both sides.",
    "The face tells a story.",
    "The face shows more than a smile.",
    "The face shows less tension than usual.",
    "Face and voice are both calm.",
    "Going by the face and the voice, this is anger.",
]


def weights(face: float, voice: float) -> Evidence:
    return Evidence({}, frozenset(("face", "voice")), {"angry": {"face": face, "voice": voice}})


def verdicts(text: str, found: Evidence, answer: str | None = "angry") -> list[Verdict]:
    return [found.check(claim, answer) for claim in find_claims(text)]


@pytest.mark.parametrize(("text", "leader"), LEADS)
def test_a_leader_is_held_against_what_each_contributed(text: str, leader: str) -> None:
    [claim] = find_claims(text)
    assert (claim.cue, claim.modality) == (f"{leader}_weight", leader)
    assert text[claim.start_char : claim.end_char] == claim.text
    truth = weights(1.0, 0.2) if leader == "face" else weights(0.2, 1.0)
    lie = weights(0.2, 1.0) if leader == "face" else weights(1.0, 0.2)
    assert verdicts(text, truth) == ["supported"]
    assert verdicts(text, lie) == ["contradicted"]


@pytest.mark.parametrize("text", SHARED)
def test_what_both_are_said_to_show_is_a_claim_about_each(text: str) -> None:
    assert verdicts(text, weights(1.0, 0.6)) == ["supported", "supported"]
    assert verdicts(text, weights(1.0, 0.1)) == ["supported", "contradicted"]
    assert verdicts(text, weights(-0.3, 1.0)) == ["contradicted", "supported"]


@pytest.mark.parametrize("text", HEDGES)
def test_a_hedge_is_false_where_face_or_voice_speaks_clearly(text: str) -> None:
    assert verdicts(text, weights(0.3, 0.5)) == ["supported", "supported"]
    assert verdicts(text, weights(1.4, -0.5)) == ["contradicted", "contradicted"]
    assert [claim.modality for claim in find_claims(text, ("voice",))] == ["voice"]
    assert mentions_modality(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Perhaps the voice weighs more.",
        "This is anger, perhaps mainly by the voice.",
        "It may be that face and voice agree.",
        "I am not sure that the voice tells more.",
        "It might well be mainly the voice.",
        "This is mainly the voice, perhaps.",
        "Maybe the signs are weak.",
        "If the voice weighs more, it is anger.",
    ],
)
def test_a_weight_that_may_be_so_is_not_judged(text: str) -> None:
    claims = find_claims(text)
    assert claims
    assert {claim.cue for claim in claims} == {None}
    assert mentions_modality("Maybe the signs are weak.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "This is likely anger, by the voice more than by the face.",
        "This may be anger; it is mainly the voice that shows it.",
        "Perhaps it is anger, and the voice weighs more.",
    ],
)
def test_an_answer_that_may_be_so_leaves_its_weight_as_it_is_said(text: str) -> None:
    assert [claim.cue for claim in find_claims(text)] == ["voice_weight"]


def test_strong_evidence_that_is_thin_is_contradicted() -> None:
    assert set(verdicts("The signs are not weak.", weights(0.3, 0.5))) == {"contradicted"}


@pytest.mark.parametrize("text", NONE)
def test_other_words_about_face_and_voice_are_no_claim_of_weight(text: str) -> None:
    assert not [claim for claim in find_claims(text) if (claim.cue or "").endswith("_weight")]


@pytest.mark.parametrize(("text", "words"), DENIED)
def test_who_is_said_not_to_lead_does_not(text: str, words: str) -> None:
    [claim] = find_claims(text)
    assert (claim.cue, claim.negated, claim.text) == ("face_weight", True, words)
    assert verdicts(text, weights(0.2, 1.0)) == ["supported"]
    assert verdicts(text, weights(1.0, 0.2)) == ["contradicted"]


def test_denial_is_the_opposite() -> None:
    text = "Face and voice do not agree on it."
    assert verdicts(text, weights(1.0, 0.9)) == ["contradicted", "contradicted"]
    assert "supported" in verdicts("Face and voice disagree.", weights(1.0, -0.9))


def test_more_than_itself_is_never_true() -> None:
    text = "This is anger, by the voice more than by the voice."
    for found in (weights(1.0, 0.2), weights(0.2, 1.0)):
        assert "contradicted" in verdicts(text, found)


def test_a_modality_that_speaks_against_the_answer_does_not_lead_to_it() -> None:
    assert verdicts("The voice weighs more.", weights(-1.0, -0.2)) == ["contradicted"]


def test_without_a_measure_there_is_no_verdict() -> None:
    text = "This is anger, going by the face."
    assert verdicts(text, weights(1.0, 0.2), "sad") == ["unmeasurable"]
    assert verdicts(text, weights(1.0, 0.2), None) == ["unmeasurable"]
    assert verdicts(text, Evidence({}, frozenset(("face",)))) == ["unmeasurable"]
