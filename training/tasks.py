"""The sets that a model is asked about: prepared splits, and folders of media."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from model.baseline import Norms
from model.cues import Modality
from model.processing import Statistics
from model.runtime.perceiver import Perceiver
from training.data.bank import Bank
from training.data.clips import clip_banks, measure_clips
from training.data.layouts import read_layout
from training.data.pairs import Pair, PairKind, draw_pairs
from training.evaluate import Task


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
) -> Task:
    """Every clip of a folder with an `index.csv` or in a published layout, of these labels."""
    clips = read_layout(folder)
    banks, rows = clip_banks(clips, measure_clips(clips, perceiver), person)
    pairs, people = [], []
    for clip, row in zip(clips, rows, strict=True):
        if row and clip.emotion in labels:
            pairs.append(Pair(row.get("face"), row.get("voice"), clip.emotion, "congruent"))
            people.append(clip.person or person or clip.path.name)
    return Task(folder.name, banks, tuple(pairs), tuple(people), tuple(labels), statistics, norms)


def _person(banks: dict[Modality, Bank], pair: Pair) -> str:
    """Who a pair's voice is of, or else its face; whoever is not named is a stranger each time."""
    modality: Modality = "face" if pair.voice is None else "voice"
    row, bank = pair.row(modality), banks[modality]
    assert row is not None
    return bank.people[row] or bank.clips[row]
