"""Whom a model has learned beside the public training sets, and whom it is still a stranger to."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from training.data.bank import Bank
from training.data.load import FACE_SETS, VOICE_SETS

_PUBLIC = tuple(name.partition("_")[2] for name in (*FACE_SETS, *VOICE_SETS))
"""Sources of the public training sets."""


def names(bank: Bank, split: str) -> list[str]:
    """Who each clip is of; clips that name nobody cannot be told from others of their split."""
    return [person or f"nobody of {split}" for person in bank.people]


def taught(bank: Bank, split: str) -> set[str]:
    """Whom these clips of a split teach a stage, named as by `names`.

    Of the training split only people of own clips: those of the public sets are in it wherever they
    are prepared, while the same own clips may be asked about as a folder, or prepared once more.
    """
    people = zip(names(bank, split), bank.sources, strict=True)
    return {name for name, source in people if split != "train" or source not in _PUBLIC}


def among(bank: Bank, split: str, people: Collection[str]) -> Bank:
    """The clips of these people, named as by `names`."""
    return bank.select(np.flatnonzero(np.isin(names(bank, split), list(people))))


def not_among(bank: Bank, split: str, people: Collection[str]) -> Bank:
    """The clips of everybody else."""
    return bank.select(np.flatnonzero(np.isin(names(bank, split), list(people), invert=True)))
