"""Rationales are true, varied, of the right length, and silent on what was not measured."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.claims import find_claims, mentions_modality, skeleton
from model.cues import CUES
from model.evidence import Cue, Evidence
from model.labels import LABEL_SETS
from training.grammar import MAX_WORDS, MIN_WORDS, write_rationale

LABELS = sorted({label for labels in LABEL_SETS.values() for label in labels})
MODALITIES = (("face",), ("voice",), ("face", "voice"))


def evidence(deviations: dict[str, float]) -> Evidence:
    cues = {
        name: Cue(name, CUES[name].modality, 0.0, CUES[name].unit, 0.0, "person", z, 0.0, 1.0)
        for name, z in deviations.items()
    }
    return Evidence(cues, frozenset(cue.modality for cue in cues.values()))


def random_evidence(rng: random.Random) -> Evidence:
    present, spread = rng.choice(MODALITIES), rng.choice((0.3, 1.0, 1.5))
    return evidence({n: rng.gauss(0, spread) for n, c in CUES.items() if c.modality in present})


def unsupported(text: str, found: Evidence) -> list[str]:
    return [claim.text for claim in find_claims(text) if found.check(claim) != "supported"]


@settings(max_examples=150, deadline=None)
@given(
    deviations=st.sampled_from(MODALITIES).flatmap(
        lambda present: st.fixed_dictionaries(
            {n: st.floats(-5, 5) for n, c in CUES.items() if c.modality in present}
        )
    ),
    emotion=st.sampled_from(LABELS),
    seed=st.integers(0, 2**32),
)
def test_every_claim_is_supported_whatever_was_measured(
    deviations: dict[str, float], emotion: str, seed: int
) -> None:
    found = evidence(deviations)
    text = write_rationale(found, emotion, random.Random(seed))
    assert find_claims(text)
    assert unsupported(text, found) == []
    assert mentions_modality(text) <= found.modalities


def test_a_thousand_rationales_are_true_and_varied() -> None:
    rng = random.Random(0)
    skeletons = set()
    for _ in range(1000):
        found = random_evidence(rng)
        text = write_rationale(found, rng.choice(LABELS), rng)
        assert unsupported(text, found) == [], text
        assert mentions_modality(text) <= found.modalities, text
        assert MIN_WORDS <= len(text.split()) <= MAX_WORDS, text
        skeletons.add(skeleton(text))
    assert len(skeletons) >= 400


def test_the_conclusion_names_the_emotion() -> None:
    rng = random.Random(0)
    for label in LABELS:
        last = write_rationale(random_evidence(rng), label, rng).split(". ")[-1]
        assert "<emotion>" in skeleton(last)


def test_a_conclusion_against_the_evidence_is_honest() -> None:
    smile = evidence({n: 0.0 for n in CUES} | {"lip_corner_puller": 3.0, "brow_lowerer": -2.0})
    rng = random.Random(0)
    texts = [write_rationale(smile, "sad", rng) for _ in range(50)]
    assert not any("face and voice both" in text for text in texts)
    hedges = ("weak", "none of this", "thin", "little to go on", "doubt", "no single", "clear-cut",
              "loose")  # fmt: skip
    assert all(any(hedge in text.lower() for hedge in hedges) for text in texts)


def test_the_same_seed_writes_the_same() -> None:
    found = random_evidence(random.Random(3))
    first, second = (write_rationale(found, "sad", random.Random(7)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("deviations", [{}, {"lip_pressor": 0.0}])
def test_nothing_sayable_is_refused(deviations: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        write_rationale(evidence(deviations), "sad", random.Random(0))
