"""Folds keep people together; a virtual speaker belongs to the person whose voice it is."""

from __future__ import annotations

import numpy as np
import pytest

from model.errors import ConfigError
from tests.training.toy_banks import toy_bank
from training.data.folds import fingerprint, fold_rows, outside


def test_nobody_is_in_two_folds_and_everybody_is_in_one() -> None:
    bank = toy_bank("voice", ("ana", "ben", "cem", "ana.1", "cem.1"), clips=6)
    folds = fold_rows(bank, 3)
    people = [{bank.people[row].partition(".")[0] for row in fold} for fold in folds]
    assert sorted(map(sorted, people)) == [["ana"], ["ben"], ["cem"]]
    assert sorted(np.concatenate(folds)) == list(range(len(bank)))


def test_people_whose_names_begin_alike_are_several() -> None:
    """A dot is part of a name; only a number behind one tells a virtual speaker."""
    folds = fold_rows(toy_bank("voice", ("j.smith", "j.doe", "j.roe", "j.roe.1"), clips=6), 3)
    assert sorted(len(fold) for fold in folds) == [6, 6, 12]


def test_people_who_are_numbered_behind_a_dot_are_several() -> None:
    """A virtual speaker never comes without the person whose voice it is."""
    folds = fold_rows(toy_bank("voice", ("p.1", "p.2", "p.3", "p.3.1"), clips=6), 3)
    assert sorted(len(fold) for fold in folds) == [6, 6, 12]


def test_strangers_are_spread_evenly() -> None:
    folds = fold_rows(toy_bank("face", (None,), clips=31), 3)
    assert sorted(len(fold) for fold in folds) == [10, 10, 11]


def test_outside_is_the_rest() -> None:
    assert outside(np.array([1, 3]), 5).tolist() == [0, 2, 4]


def test_a_fingerprint_changes_with_clips_their_order_and_who_is_in_them() -> None:
    bank = toy_bank("face", ("ana", None), clips=6)
    again, other = (
        toy_bank("face", ("ana", None), clips=6),
        toy_bank("face", ("ben", None), clips=6),
    )
    fewer, turned = bank.select(np.arange(11)), bank.select(np.arange(12)[::-1])
    assert fingerprint(bank) == fingerprint(again)
    assert len({fingerprint(b) for b in (bank, other, fewer, turned)}) == 4


def test_fewer_people_than_folds_are_refused() -> None:
    with pytest.raises(ConfigError, match="folds=3: the training split's voices are of 2 people"):
        fold_rows(toy_bank("voice", ("ana", "ben", "ana.1")), 3)


def test_copies_of_a_picture_are_in_one_fold() -> None:
    """FER2013 holds some pictures several times: who is in one is no stranger to the other."""
    bank = toy_bank("face", (None,), clips=30)
    bank.pictures = [str(row % 20) for row in range(30)]
    folds = fold_rows(bank, 3)
    assert sorted(len(fold) for fold in folds) == [10, 10, 10]
    held = [{bank.pictures[row] for row in fold} for fold in folds]
    assert sum(map(len, held)) == 20


def test_a_fingerprint_changes_with_what_is_the_same_picture() -> None:
    """Folds that were made of clips alone are others, and what learned through them is refused."""
    bank, without = (toy_bank("face", (None,), clips=6) for _ in range(2))
    bank.pictures = ["a", "b", "c", "d", "e", "f"]
    copied = bank.select(np.arange(6))
    copied.pictures = ["a", "a", "c", "d", "e", "f"]
    assert fingerprint(bank) == fingerprint(bank.select(np.arange(6)))
    assert len({fingerprint(b) for b in (bank, without, copied)}) == 3
