"""Every claim of a rationale comes with its verdict and the seconds in which it was measured."""

from __future__ import annotations

from model.evidence import Cue, Evidence
from model.runtime.analyzer import check_claims
from model.runtime.perceiver import Window

WINDOW = Window("clip.mp4", 10.0, 15.0)
CUES = {"pitch": Cue("pitch", "voice", 9.0, "st", 5.0, "person", 2.0, 12.0, 12.5)}
EVIDENCE = Evidence(
    CUES, frozenset(("face", "voice")), {"angry": {"face": 0.1, "voice": 1.2}}
)  # fmt: skip


def checked(text: str, answer: str = "angry") -> list[tuple[str, str, float, float]]:
    found = check_claims(text, EVIDENCE, answer, WINDOW)
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
