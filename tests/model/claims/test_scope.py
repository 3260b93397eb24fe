"""What is hedged, counted, compared or so for a time only is a claim that nobody can judge."""

from __future__ import annotations

import pytest

from model.claims import find_claims

from .test_reader import meanings

BROWS = ["inner_brow_raiser+", "outer_brow_raiser+"]


@pytest.mark.parametrize(
    "text",
    [
        "The brows may be raised.",
        "The brows might be raised a little.",
        "The brows could be raised.",
        "The brows are possibly raised.",
        "Perhaps the brows are raised.",
        "Maybe, the brows are raised.",
        "The brows are raised, perhaps.",
        "The brows are supposedly raised.",
        "It is possible that the brows are raised.",
        "I am not sure that the brows are raised.",
        "Raised brows may be present.",
        "There may be raised brows.",
        "The face might show raised brows.",
        "The face would show raised brows.",
        "The brows are almost raised.",
        "The brows are nearly raised.",
        "The brows are all but raised.",
        "The brows are not necessarily raised.",
        "At first the brows are raised.",
        "At the beginning of the short video, the brows are raised.",
        "Towards the end of the clip, the brows are raised.",
        "At the end, the brows are raised.",
        "The brows are raised at the end of the clip.",
        "The brows are briefly raised.",
        "The brows are raised at times.",
        "The brows are often raised.",
        "The brows are first raised.",
        "The brows are raised, then lowered again.",
        "The brows are raised by 3 mm.",
        "The brows are raised (100 %).",
        "The brows go from raised to lowered.",
        "The brows were raised earlier.",
        "The brows must be raised.",
        "Either the brows are raised or this is fear.",
        "The face hides its raised brows.",
        "His mother's brows are raised.",
        "The brows are higher than before.",
        "The brows are raised more than the lids.",
        "Somebody else's brows are raised.",
        "Somebody else has raised brows.",
        "The interviewer has raised brows.",
        "People who are surprised raise their brows.",
        "Somebody who is surprised raises the brows.",
        "In surprise, the brows are raised.",
        "When people are surprised, the brows are raised.",
        "In general, the brows are raised.",
        'He writes "the brows are raised".',
        "The brows are “raised”.",
    ],
)
def test_what_is_left_open_is_not_judged(text: str) -> None:
    [claim, *more] = find_claims(text)
    assert (claim.cue, claim.modality) == (None, "face")
    assert all(other.cue is None for other in more)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There may be a smile, a frown and a squint.", ["? face"] * 3),
        ("The voice could be louder than the music.", ["? voice"] * 2),
        ("The voice is 10 dB louder than usual.", ["? voice"]),
        ("The voice is twice as loud.", ["? voice"]),
        ("The voice is half as loud.", ["? voice"]),
        ("The voice is as loud as before.", ["? voice"]),
        ("The pauses are no longer than a second.", ["? voice"]),
        ("The so-called smile.", ["? face"]),
        ("A smile is expected.", ["? face"]),
        ("The smile is suppressed.", ["? face"]),
        ("The voice starts loud and ends soft.", ["? voice"] * 2),
        ("The pitch rises and then falls.", ["? voice"]),
        ("The pitch, unlike the volume, is raised.", ["? voice"]),
    ],
)
def test_numbers_and_comparisons_are_not_judged(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The brows seem raised.", BROWS),
        ("The brows are apparently raised.", BROWS),
        ("The brows are barely raised.", [f"not {cue}" for cue in BROWS]),
        ("The brows are hardly raised.", [f"not {cue}" for cue in BROWS]),
        ("The brows cannot possibly be raised.", [f"not {cue}" for cue in BROWS]),
        ("A high pitch could be heard.", ["pitch+"]),
        ("This may be fear, as the brows are raised.", BROWS),
        ("The pitch may be high and the brows are raised.", ["? voice", *BROWS]),
        ("Perhaps this is fear; the brows are raised.", BROWS),
        ("First, the brows are raised.", BROWS),
        ("Then the brows are raised.", BROWS),
        ("The voice is louder than usual.", ["loudness+"]),
        ("The voice is louder than he usually is.", ["loudness+"]),
        ("The F0 is high.", ["pitch+"]),
        ("The pitch is not raised either.", ["not pitch+"]),
        ("The pitch isn't just raised, it soars.", ["pitch+"]),
        ("The pitch stops being high.", ["not pitch+"]),
        ("The pitch will be raised.", []),
        ("Anyone can see that the brows are raised.", BROWS),
        ("The people in view have raised brows.", BROWS),
        ("When he begins, the brows are raised.", BROWS),
        ("In the face, the brows are raised.", BROWS),
        ('"The brows are raised."', BROWS),
        ('The brows are raised, 3" or so.', BROWS),
    ],
)  # fmt: skip
def test_what_is_said_plainly_is_judged(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pitch rises sharply at the end of the sentence.", ["pitch_slope+!"]),
        ("His voice drops at the very end.", ["pitch_slope-"]),
        ("The pitch is falling at the end.", ["pitch_slope-"]),
        ("The pitch is high at the end.", ["? voice"]),
        ("The pitch rises.", ["pitch+"]),
    ],
)
def test_a_pitch_that_moves_at_an_end_is_the_melody_of_a_phrase(
    text: str, expected: list[str]
) -> None:
    assert meanings(text) == expected


def test_a_hedge_between_commas_hedges_what_stands_there() -> None:
    said = "The voice is soft, almost a whisper, and monotone."
    assert meanings(said) == ["loudness-", "pitch_range-", "? voice"]
    assert meanings("The brows are, perhaps, raised.") == ["? face"]
