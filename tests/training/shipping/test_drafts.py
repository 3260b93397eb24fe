"""The table holds what follows what, and nothing twice."""

from __future__ import annotations

import pytest

from model.runtime.drafts import Drafts

pytest.importorskip("torch")
pytest.importorskip("pandas")

from training.shipping.drafts import count

TEXTS = [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [9, 2, 8, 4, 7, 6], [9, 2, 8, 4, 7, 6]]


def test_what_was_counted_is_guessed() -> None:
    drafts = Drafts(**count(TEXTS, 1000))
    for text in TEXTS:
        assert drafts.guess(text[:1]) == text[1:]


def test_contexts_that_say_what_a_shorter_one_says_are_left_out() -> None:
    table = count([[1, 2, 3]] * 5, 1000)
    assert sorted(table["tokens"].tolist()) == [2, 3]


def test_what_was_met_once_is_left_out() -> None:
    assert len(count([[1, 2, 3]], 1000)["keys"]) == 0


def test_the_most_frequent_contexts_are_kept() -> None:
    table = count([*TEXTS, *[[20, 21]] * 9], 1)
    assert table["tokens"].tolist() == [21]
    assert list(table["keys"]) == sorted(table["keys"])
