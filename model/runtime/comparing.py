"""What each window of a recording is compared with: the person's windows before it, or all others.

A newcomer is a person of whom nothing is known, as live: all of it, the voice may be another's too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

import numpy.typing as npt

from model.baseline import Baseline
from model.errors import R1OmniError
from model.processing import observe
from model.runtime.perceiver import Percept


def take_in(baseline: Baseline, percept: Percept) -> None:
    """Take a window of the person into the baseline."""
    for modality, vectors in percept.vectors.items():
        observe(baseline, modality, vectors)
    baseline.update_cues(percept.values)


def with_earlier(
    percepts: Iterable[Percept], baseline: Baseline
) -> Iterator[tuple[Percept, Baseline]]:
    """Each window with `baseline`; a running one takes it in as soon as the next is asked for."""
    for percept in percepts:
        if percept.newcomer and baseline.kind == "running":
            baseline = Baseline("running")
        yield percept, baseline
        if baseline.kind == "running":
            take_in(baseline, percept)


def with_others(percepts: Iterable[Percept]) -> Iterator[tuple[Percept, Baseline]]:
    """Each window with the mean of all others of its person, earlier and later.

    The whole recording is measured before the first comes; of each window some 70 kB are kept. One
    that is damaged is judged up to there, each window against what is in front of the damage.
    """
    stays: list[tuple[list[Percept], Baseline]] = []
    damage: R1OmniError | None = None
    try:
        for percept in percepts:
            if percept.newcomer or not stays:
                stays.append(([], Baseline("running")))
            windows, known = stays[-1]
            windows.append(dataclasses.replace(percept, voice=None))  # it is large, for display
            take_in(known, percept)
    except R1OmniError as error:
        damage = error
    for windows, known in stays:
        for percept in windows:
            own: dict[str, npt.ArrayLike] = {m: v.pooled for m, v in percept.vectors.items()}
            yield percept, known.without(own, percept.values)
    if damage is not None:
        raise damage
