"""Folds of the training clips: what the language model reads must come from unseen people.

A trunk is almost always right about the clips that it was trained on. A language model that learns
from such answers believes the surer modality blindly. So each fold's windows are read by a trunk
that was trained on the other folds (stacked generalisation; Wolpert, 1992).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from model.errors import ConfigError
from training.data.bank import Bank
from training.data.virtual_speakers import real_speaker


def fold_rows(bank: Bank, count: int) -> list[npt.NDArray[np.intp]]:
    """Rows of each of `count` folds of about equal size; nobody's clips are in two of them.

    Nor are copies of one picture, of which nobody knows whom it shows.

    Raises:
        ConfigError: there are fewer people than folds.
    """
    clips_of: dict[str, list[int]] = defaultdict(list)
    strangers, there = bank.pictures or bank.clips, set(bank.people)
    for row, (person, stranger) in enumerate(zip(bank.people, strangers, strict=True)):
        if person is None:
            name = stranger
        else:  # "p.1" is a virtual speaker only beside a "p"; people may be numbered so, too
            name = real if (real := real_speaker(person)) in there else person
        clips_of[name].append(row)
    if len(clips_of) < count:
        raise ConfigError(
            f"folds={count}: the training split's {bank.modality}s are of {len(clips_of)} people; "
            "prepare clips of more people, or take fewer folds for trunks and all that follows."
        )
    folds: list[list[int]] = [[] for _ in range(count)]
    # The largest first, each into the smallest fold so far.
    for name in sorted(clips_of, key=lambda name: (-len(clips_of[name]), name)):
        min(folds, key=len).extend(clips_of[name])
    return [np.array(sorted(fold)) for fold in folds]


def fingerprint(bank: Bank) -> str:
    """16 hexadecimal digits that change with the clips, their order, who and what is in them.

    Folds made of another bank are other people's, even where there are as many clips.
    """
    columns = [bank.clips, bank.people, *([bank.pictures] if bank.pictures else [])]
    lines = ("\t".join(map(str, facts)) for facts in zip(*columns, strict=True))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def outside(rows: npt.NDArray[np.intp], total: int) -> npt.NDArray[np.intp]:
    """All rows but these."""
    return np.setdiff1d(np.arange(total), rows)
