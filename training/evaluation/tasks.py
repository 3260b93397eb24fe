"""The sets that a model is asked about: prepared splits, and folders of media."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from model.baseline import Norms
from model.cues import Modality
from model.errors import DataError
from model.processing import Statistics
from model.runtime.perceiver import Perceiver
from training.data.bank import Bank
from training.data.clips import (
    check_spelling,
    clip_banks,
    measure_clips,
    person_of,
    stated_splits,
)
from training.data.layouts import LabelledClip, read_layout
from training.data.pairs import Pair, PairKind, draw_pairs
from training.evaluation.answering import Task


def split_task(
    name: str,
    banks: dict[Modality, Bank],
    kind: PairKind,
    count: int | None,
    labels: Sequence[str],
    statistics: Statistics,
    norms: Norms,
    seed: int = 0,
) -> Task:
    """Clips of one modality ("face" or "voice"), or pairs of both: `count` random ones, or all."""
    if kind in ("face", "voice"):
        bank = banks[kind]
        pairs = [
            Pair(row if kind == "face" else None, row if kind == "voice" else None, emotion, kind)
            for row, emotion in enumerate(bank.emotions)
        ]
    else:
        pairs = draw_pairs(banks, {kind: 1.0}, count or 300, seed)
    kept = tuple(pair for pair in pairs if pair.emotion in labels)
    if count is not None and count < len(kept):
        # Clips come set by set: the first ones would be of one corpus, or of one person.
        kept = tuple(random.Random(seed).sample(kept, count))
    people = tuple(_person(banks, pair) for pair in kept)
    return Task(name, banks, kept, people, tuple(labels), statistics, norms)


def folder_task(
    folder: Path,
    perceiver: Perceiver,
    labels: Sequence[str],
    statistics: Statistics,
    norms: Norms,
    person: str | None,
    learned: Collection[str] = (),
) -> Task:
    """Every clip of a folder with an `index.csv` or in a published layout, of these labels.

    Those that cannot be read are left out, and told of.

    Args:
        learned: whom the stage has learned (`Stage.learned`); they are left out, and so is whoever
            is said to be of the training split.

    Raises:
        DataError: nobody else is in the folder, or somebody is written in two ways.
    """
    listed = read_layout(folder)
    check_spelling(listed, learned)
    clips, left_out = _strangers(listed, person, learned)
    if not clips:
        raise DataError(
            f"{folder}: the stage has learned everybody in it, or the split train is stated for "
            "them; ask about other people, or a stage of before that."
        )
    percepts, unreadable = measure_clips(clips, perceiver)
    if unread := percepts.count(None):
        left_out["that cannot be read"] = unread
    banks, rows = clip_banks(clips, percepts, person)
    pairs, people = [], []
    for clip, percept, row in zip(clips, percepts, rows, strict=True):
        if percept is None:
            continue
        if not row:
            left_out["in which neither face nor voice was perceived"] += 1
        elif clip.emotion not in labels:
            left_out["of emotions that are not asked for"] += 1
        else:
            pairs.append(Pair(row.get("face"), row.get("voice"), clip.emotion, "congruent"))
            people.append(clip.person or person or clip.path.name)
    told = ", ".join(f"{count} {what}" for what, count in left_out.items())
    return Task(
        folder.name, banks, tuple(pairs), tuple(people), tuple(labels), statistics, norms,
        (*map(str, unreadable), *[f"{folder.name}: clips left out: {told}."] * bool(told)),
    )  # fmt: skip


def _strangers(
    clips: Sequence[LabelledClip], person: str | None, learned: Collection[str]
) -> tuple[list[LabelledClip], Counter[str]]:
    """Clips that a stage has not learned from, and how many of the others there are, by why."""
    stated = stated_splits(clips)
    kept: list[LabelledClip] = []
    left_out: Counter[str] = Counter()
    for clip in clips:
        if learned and not {person_of(clip), clip.person or person}.isdisjoint(learned):
            left_out["of people whom the stage has learned"] += 1
        elif "train" in (clip.split, stated.get(clip.person or "")):
            left_out["of the training split"] += 1
        else:
            kept.append(clip)
    return kept, left_out


def _person(banks: dict[Modality, Bank], pair: Pair) -> str:
    """Who a pair's voice is of, or else its face; whoever is not named is a stranger each time."""
    modality: Modality = "face" if pair.voice is None else "voice"
    row, bank = pair.row(modality), banks[modality]
    assert row is not None
    return bank.people[row] or bank.clips[row]
