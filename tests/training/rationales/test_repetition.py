"""What is said again is found, and what only sounds like it is not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.claims import find_claims
from model.cues import CUES
from model.evidence import Cue, Evidence
from training.rationales.grammar import write_rationale
from training.rationales.repetition import said_again


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("The voice is loud, and the volume is raised.", 1),
        ("The voice is loud. The voice is loud. The voice is loud.", 2),
        ("The pitch is slightly raised, and the voice pitch is clearly lowered.", 1),
        ("The voice is loud, and the pitch is raised.", 0),
        ("The brows are raised, next to raised outer ends of the brows.", 1),
        ("The outer ends of the brows are raised, next to raised brows.", 0),
        ("This suggests anger, by the voice more than by the face; the face tells less.", 0),
        ("The voice speaks for itself. The voice speaks for itself.", 0),
        ("Tears run down the cheeks, the voice trembles, and the tears are many.", 0),
        ("", 0),
    ],
)
def test_cues_that_were_named_before_count(text: str, times: int) -> None:
    assert said_again(find_claims(text)) == times


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_what_is_taught_says_nothing_again(seed: int) -> None:
    rng = random.Random(seed)
    cues = {
        name: Cue(name, c.modality, 0.0, c.unit, 0.0, "person", rng.gauss(0, 2), 0.0, 1.0)
        for name, c in CUES.items()
    }
    found = Evidence(cues, frozenset(c.modality for c in cues.values()))
    assert said_again(find_claims(write_rationale(found, "sad"))) == 0
