"""Rationales are true, varied, of the right length, and silent on what was not measured."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.claims import WEIGHT_CUES, find_claims, mentions_modality, skeleton
from model.cues import CUES
from model.evidence import Cue, Evidence
from model.labels import LABEL_SETS
from training.rationales.frames import ALONE, WEAK
from training.rationales.grammar import MAX_WORDS, MIN_WORDS, write_rationale

LABELS = sorted({label for labels in LABEL_SETS.values() for label in labels})
MODALITIES = (("face",), ("voice",), ("face", "voice"))


def evidence(deviations: dict[str, float], weights: dict[str, float] | None = None) -> Evidence:
    """With the same weights for every emotion."""
    cues = {
        name: Cue(name, CUES[name].modality, 0.0, CUES[name].unit, 0.0, "person", z, 0.0, 1.0)
        for name, z in deviations.items()
    }
    modalities = frozenset(cue.modality for cue in cues.values())
    return Evidence(cues, modalities, {} if weights is None else dict.fromkeys(LABELS, weights))


def random_evidence(rng: random.Random) -> Evidence:
    present, spread = rng.choice(MODALITIES), rng.choice((0.3, 1.0, 1.5))
    weights = {modality: rng.gauss(1, 1) for modality in present}
    cues = {n: rng.gauss(0, spread) for n, c in CUES.items() if c.modality in present}
    return evidence(cues, weights)


def unsupported(text: str, found: Evidence, emotion: str) -> list[str]:
    return [c.text for c in find_claims(text) if found.check(c, emotion) != "supported"]


@settings(max_examples=150, deadline=None)
@given(
    deviations=st.sampled_from(MODALITIES).flatmap(
        lambda present: st.fixed_dictionaries(
            {n: st.floats(-5, 5) for n, c in CUES.items() if c.modality in present}
        )
    ),
    emotion=st.sampled_from(LABELS),
    face=st.floats(-3, 3),
    voice=st.floats(-3, 3),
)
def test_every_claim_is_supported_whatever_was_measured(
    deviations: dict[str, float], emotion: str, face: float, voice: float
) -> None:
    present = {CUES[name].modality for name in deviations}
    weights = {"face": face, "voice": voice}
    found = evidence(deviations, {m: w for m, w in weights.items() if m in present})
    text = write_rationale(found, emotion)
    assert find_claims(text)
    assert unsupported(text, found, emotion) == []
    assert mentions_modality(text) <= found.modalities


def test_a_thousand_rationales_are_true_and_varied() -> None:
    rng = random.Random(0)
    skeletons = set()
    for _ in range(1000):
        found = random_evidence(rng)
        emotion = rng.choice(LABELS)
        text = write_rationale(found, emotion)
        assert unsupported(text, found, emotion) == [], text
        assert mentions_modality(text) <= found.modalities, text
        assert MIN_WORDS <= len(text.split()) <= MAX_WORDS, text
        skeletons.add(skeleton(text))
    assert len(skeletons) >= 400


def test_the_conclusion_names_the_emotion() -> None:
    rng = random.Random(0)
    for label in LABELS:
        last = write_rationale(random_evidence(rng), label).split(". ")[-1]
        assert "<emotion>" in skeleton(last)


def weighed(face: float, voice: float) -> list[str | None]:
    """The claims of weight in what is said where face and voice weigh so much."""
    found = evidence(dict.fromkeys(CUES, 1.0), {"face": face, "voice": voice})
    claims = find_claims(write_rationale(found, "sad"))
    return [claim.cue for claim in claims if claim.cue in WEIGHT_CUES]


def test_the_conclusion_says_what_weighs() -> None:
    assert weighed(2.0, 0.5) == ["face_weight"]
    assert weighed(-0.5, 1.5) == ["voice_weight"]
    assert weighed(2.0, 1.5) == ["face_weight", "voice_weight"]


def test_a_conclusion_that_nothing_speaks_for_is_honest() -> None:
    texts = [
        write_rationale(evidence(dict.fromkeys(CUES, 1.0), {"face": 0.3, "voice": -2.0}), label)
        for label in LABELS
    ]
    assert all(any(text.endswith(f"{end}.") for end in WEAK) for text in texts)


def test_what_fits_best_does_not_do_so_most_of_all() -> None:
    rng = random.Random(11)
    face = [name for name, cue in CUES.items() if cue.modality == "face"]
    texts = [
        write_rationale(
            evidence({name: rng.uniform(-3, 3) for name in rng.sample(face, 5)}, {"face": 2.0}),
            "sad",
        )
        for _ in range(300)
    ]
    ends = tuple(f"{end}." for end in ALONE if end)
    assert sum(text.endswith(ends) for text in texts) > 50
    assert not any(
        re.search(r"(fits best|closest match|answer is sadness) ", text) for text in texts
    )


def test_weights_that_nobody_knows_are_not_spoken_of() -> None:
    text = write_rationale(evidence(dict.fromkeys(CUES, 1.0)), "sad")
    assert skeleton(text).rstrip(".").split()[-1] in ("<emotion>", "best", "match")


def test_nothing_in_front_of_the_emotion_depends_on_it() -> None:
    rng = random.Random(3)
    for _ in range(50):
        found = random_evidence(rng)
        sad, fear = (write_rationale(found, emotion) for emotion in ("sad", "fear"))
        start = sad.lower().index("sadness")
        assert fear.lower()[:start] == sad.lower()[:start]
        assert fear.lower()[start:].startswith("fear")


def test_another_voice_leaves_what_is_said_of_the_face() -> None:
    rng = random.Random(5)
    for _ in range(50):
        face, one, other = ({n: rng.gauss(0, 1.5) for n, c in CUES.items() if c.modality == m}
                            for m in ("face", "voice", "voice"))  # fmt: skip
        texts = [
            write_rationale(evidence(face | voice), "sad").split(". ") for voice in (one, other)
        ]
        assert mentions_modality(texts[0][0]) == {"face"}
        assert texts[0][0] == texts[1][0]
        assert texts[0][1] != texts[1][1]


def test_what_deviates_most_is_said_first() -> None:
    text = write_rationale(
        evidence({n: 0.0 for n in CUES} | {"jaw_drop": 2.0, "pitch": -3.0}), "sad"
    )
    assert next(claim.cue for claim in find_claims(text)) == "jaw_drop"


@pytest.mark.parametrize("deviations", [{}, {"lip_pressor": 0.0}])
def test_nothing_sayable_is_refused(deviations: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        write_rationale(evidence(deviations), "sad")
