"""Every spelling that sets and models use lands on one vocabulary, and nothing else does."""

from __future__ import annotations

import pytest

from model.labels import DEFAULT_LABEL_SET, LABEL_SETS, normalise_label

EVERY_LABEL = sorted({label for labels in LABEL_SETS.values() for label in labels})


@pytest.mark.parametrize("label", EVERY_LABEL)
def test_labels_stand_for_themselves(label: str) -> None:
    assert normalise_label(label) == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (" Anger.", "angry"),
        ("HAPPINESS", "happy"),
        ("joy!", "happy"),
        ("“surprised”", "surprise"),
        ("Fearful\n", "fear"),
        ("disgusted", "disgust"),
        ("bored", "boredom"),
        ("worried", "anxiety"),
        ("**sad**", "sad"),
        ("(_calm_)", "calm"),
    ],
)
def test_synonyms_case_and_punctuation(text: str, label: str) -> None:
    assert normalise_label(text) == label


@pytest.mark.parametrize("text", [
    "", " ", ".", "happy or sad", "hungry", "angry sad", "happyish", "happy?", "!angry", "≠ angry",
    "an.gry", "an\u200bgry", "happy/sad", "-angry", "angry-",
])  # fmt: skip
def test_anything_else_is_no_emotion(text: str) -> None:
    assert normalise_label(text) is None


def test_label_sets_hold_distinct_labels_and_the_default_is_one_of_them() -> None:
    assert DEFAULT_LABEL_SET in LABEL_SETS
    for labels in LABEL_SETS.values():
        assert len(set(labels)) == len(labels) >= 2
