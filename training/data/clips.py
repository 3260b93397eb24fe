"""Labelled clips measured by the perception that ships, and the split that each of them is in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from model.cues import CUES, Modality
from model.errors import DataError
from model.media import read_clip
from model.runtime.perceiver import Perceiver, Percept
from training.data.bank import Bank
from training.data.copies import file_digest
from training.data.layouts import LabelledClip, read_index
from training.data.splits import Split
from training.progress import track

__all__ = [
    "LabelledClip", "clip_banks", "measure_clips", "person_of", "read_index", "split_clips",
    "stated_splits",
]  # fmt: skip


def stated_splits(clips: Iterable[LabelledClip]) -> dict[str, Split]:
    """The split of each person of whom any of the clips states one.

    Raises:
        DataError: one person is put into two splits.
    """
    stated: dict[str, tuple[Split, Path]] = {}
    for clip in clips:
        if clip.person is None or clip.split is None:
            continue
        before, where = stated.setdefault(clip.person, (clip.split, clip.path))
        if before != clip.split:
            raise DataError(
                f"{clip.path}: {clip.person} is in {before} and in {clip.split} ({before}: "
                f"{where}); put all clips of one person into one split."
            )
    return {person: split for person, (split, _) in stated.items()}


def split_clips(clips: Sequence[LabelledClip], stated: Mapping[str, Split]) -> list[Split]:
    """The split of each clip; nobody is in two.

    What is stated holds for all clips of that person. Otherwise a hash of the person's name
    (of the clip's name where the person is not known) draws train, dev or test, 8 : 1 : 1.

    Args:
        stated: `stated_splits` of these clips and of all that are prepared with them.
    """
    return [
        clip.split or stated.get(clip.person or "") or _drawn(clip.person or clip.path.name)
        for clip in clips
    ]


def _drawn(name: str) -> Split:
    tenth = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % 10
    return "train" if tenth < 8 else ("dev" if tenth == 8 else "test")


def person_of(clip: LabelledClip) -> str:
    """Whom a clip shows; where its set does not say, a stranger, who is told by the file alone.

    So the same clip is of the same stranger in whatever folder it lies, and under whatever name.
    """
    return clip.person or f"stranger {file_digest(clip.path)}"


def measure_clips(clips: list[LabelledClip], perceiver: Perceiver) -> list[Percept]:
    """Perception of every clip, each taken as one window."""
    return [perceiver.perceive(read_clip(clip.path)) for clip in track(clips, "perception")]


def clip_banks(
    clips: list[LabelledClip], percepts: list[Percept], person: str | None
) -> tuple[dict[Modality, Bank], list[dict[Modality, int]]]:
    """Banks of the clips' faces and voices, and for each clip its row in them.

    Args:
        person: whom clips show whose index does not say; `None` for a stranger each.
    """
    banks: dict[Modality, Bank] = {}
    rows: list[dict[Modality, int]] = [{} for _ in clips]
    for modality in ("face", "voice"):
        present = [i for i, percept in enumerate(percepts) if modality in percept.vectors]
        if not present:
            continue
        vectors = [percepts[i].vectors[modality] for i in present]
        cues = [
            {n: v for n, v in percepts[i].values.items() if CUES[n].modality == modality}
            for i in present
        ]
        banks[modality] = Bank(
            modality,
            np.stack([v.steps for v in vectors]),
            np.stack([v.pooled for v in vectors]),
            cues,
            [clips[i].emotion for i in present],
            [clips[i].person or person for i in present],
            [clips[i].path.name for i in present],
            [clips[i].source for i in present],
        )
        for row, i in enumerate(present):
            rows[i][modality] = row
    return banks, rows
