"""Whom a model has learned outside of the training split, and whom it is still a stranger to."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from training.data.bank import Bank


def names(bank: Bank, split: str) -> list[str]:
    """Who each clip is of; clips that name nobody cannot be told from others of their split."""
    return [person or f"nobody of {split}" for person in bank.people]


def among(bank: Bank, split: str, people: Collection[str]) -> Bank:
    """The clips of these people, named as by `names`."""
    return bank.select(np.flatnonzero(np.isin(names(bank, split), list(people))))


def not_among(bank: Bank, split: str, people: Collection[str]) -> Bank:
    """The clips of everybody else."""
    return bank.select(np.flatnonzero(np.isin(names(bank, split), list(people), invert=True)))
