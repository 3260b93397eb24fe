"""A cue that is said to be in the other modality is one that nobody can judge."""

from __future__ import annotations

import random

import pytest

from model.claims import find_claims
from model.claims.lexicon import clauses, noun_phrases
from model.cues import CUES, Modality
from training.rationales.frames import ABOUT, SHOW

from .test_reader import meanings

BROWS = ["inner_brow_raiser+", "outer_brow_raiser+"]
PITCH = ["pitch+"]


@pytest.mark.parametrize(
    "text",
    [
        "The voice shows raised brows.",
        "The voice has raised brows.",
        "In his voice there are raised brows.",
        "In the voice, the brows are raised.",
        "To the ear, the brows are raised.",
        "As the voice shows, the brows are raised.",
        "The voice is telling: the brows are raised.",
        "One hears that the brows are raised.",
        "One hears raised brows.",
        "Raised brows can be heard.",
        "Raised brows can be heard in the voice.",
        "The brows are raised in the voice.",
        "The lip corners of the voice are pulled up.",
        "The voice's brows are raised.",
        "The voice slightly raises the brows.",
        "The voice is smiling.",
        "Her voice frowns.",
    ],
)
def test_no_brows_are_in_a_voice(text: str) -> None:
    assert meanings(text) == ["? face"]


@pytest.mark.parametrize(
    "text",
    [
        "The face is marked by a high pitch.",
        "The expression shows a high pitch.",
        "The face shows a loud voice.",
        "What stands out in the face is a high pitch.",
        "The facial pitch is high.",
        "The pitch of the face is high.",
        "The camera catches a high pitch.",
        "To the eye, the pitch is high.",
        "The face lowers the pitch.",
    ],
)
def test_no_pitch_is_in_a_face(text: str) -> None:
    assert meanings(text) == ["? voice"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The voice raises the brows.", ["? face"]),
        ("The speaker raises the brows.", BROWS),
        ("The face raises the brows.", BROWS),
        ("The face and the voice raise the brows.", BROWS),
        ("He raises his voice and raises the brows.", ["loudness+", *BROWS]),
        ("The voice lowers, and the brows are raised.", BROWS),
    ],
)
def test_who_does_something_is_what_it_is_seen_or_heard_in(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


def test_each_of_a_list_is_in_what_shows_it() -> None:
    assert meanings("The voice carries a smile and raised brows.") == ["? face", "? face"]
    assert meanings("The face shows raised brows and a high pitch.") == [*BROWS, "? voice"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The brows are raised while the voice is high.", [*BROWS, *PITCH]),
        ("The face shows raised brows and the pitch is high.", [*BROWS, *PITCH]),
        ("The face shows raised brows, and the pitch is high.", [*BROWS, *PITCH]),
        ("The face shows raised brows and a high pitch marks the voice.", [*BROWS, *PITCH]),
        ("The face shows raised brows, with a high pitch in the voice.", [*BROWS, *PITCH]),
        ("The face and the voice show raised brows and a high pitch.", [*BROWS, *PITCH]),
        ("In the face, the brows are raised and the pitch is high.", [*BROWS, *PITCH]),
        ("The brows in the face are raised and the pitch in the voice is high.",
         [*BROWS, *PITCH]),
        ("In the face of a high pitch, the brows are raised.", [*PITCH, *BROWS]),
        ("The voice is high, with raised brows.", [*PITCH, *BROWS]),
        ("With raised brows the voice sounds high.", [*BROWS, *PITCH]),
        ("One sees that the pitch is raised.", PITCH),
    ],
)  # fmt: skip
def test_who_names_both_rightly_is_judged(text: str, expected: list[str]) -> None:
    assert meanings(text) == expected


@pytest.mark.parametrize("modality", ["face", "voice"])
def test_the_frames_of_rationales_hold_their_own_cues_only(modality: Modality) -> None:
    rng = random.Random(0)
    for name, kind in CUES.items():
        phrase = rng.choice(noun_phrases(name, "raised", "plain")).text
        clause = rng.choice(clauses(name, "raised", "plain"))
        for frame in (*SHOW[modality], *ABOUT[modality]):
            said = phrase if frame in SHOW[modality] else clause
            [claim] = find_claims(frame.format(said, be="is", stand="stands"))
            strange = kind.modality != modality and _says_where(frame)
            assert (claim.cue, claim.modality) == (None if strange else name, kind.modality)


def _says_where(frame: str) -> bool:
    """Whether a frame says plainly where a cue is: what comes with a voice need not be in it."""
    return frame not in ("{}", "the speaker uses {}", "one sees that {}", "the voice comes with {}")
