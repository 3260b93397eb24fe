"""A rationale is paid for words that belong side by side, in whatever order its sentences come."""

from __future__ import annotations

import random

import pytest

from model.cues import CUES
from training.rationales.grammar import write_rationale
from training.reinforcement.wording import Wording, word_pairs

from .test_rewards import evidence


def written(seed: int) -> str:
    rng = random.Random(seed)
    return write_rationale(evidence({name: rng.gauss(0, 2) for name in CUES}), "sad")


TAUGHT = Wording(written(seed) for seed in range(1500))


def paid(rationale: str) -> float:
    return TAUGHT([f"<think>{rationale}</think><answer>sad</answer>"])[0]


def test_unseen_rationales_of_the_grammar_are_paid_and_shuffled_ones_are_not() -> None:
    unseen = [written(seed) for seed in range(10_000, 10_100)]
    rng = random.Random(0)
    shuffled = [" ".join(rng.sample(text.split(), len(text.split()))) for text in unseen]
    assert sum(map(paid, unseen)) / len(unseen) > 0.9
    assert max(map(paid, shuffled)) == 0.0


@pytest.mark.parametrize("end", ["Sadness are thesad.", "Sadder sad the by face.", "�� of sad"])
def test_word_salad_behind_true_claims_costs(end: str) -> None:
    text = next(text for text in map(written, range(1500)) if paid(text) == 1.0)
    assert paid(f"{text} {end}") <= 0.5


def test_what_is_ill_formed_or_empty_earns_nothing() -> None:
    assert TAUGHT(["sad", "<think></think><answer>sad</answer>"]) == [0.0, 0.0]


def test_case_and_spaces_do_not_matter_and_signs_do() -> None:
    assert list(word_pairs("A wide-eyed  Look.")) == list(word_pairs("a wide-eyed look ."))
    assert list(word_pairs("a; b")) != list(word_pairs("a b"))
    assert list(word_pairs("a _b_ __ c")) != list(word_pairs("a b c"))
