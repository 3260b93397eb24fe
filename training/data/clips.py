"""Labelled clips measured by the perception that ships, and the split that each of them is in."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from model.clip import Clip
from model.cues import CUES, Modality
from model.errors import DataError, MediaError
from model.media import Modality as Media
from model.media import read_windows
from model.runtime.perceiver import Perceiver, Percept
from training.data.bank import Bank
from training.data.copies import file_digest
from training.data.layouts import LabelledClip, read_index
from training.data.splits import Split
from training.progress import track

__all__ = [
    "LONGEST_S", "LabelledClip", "beginning", "check_spelling", "clip_banks", "measure_clips",
    "person_of", "read_index", "split_clips", "stated_splits",
]  # fmt: skip

LONGEST_S = 10.0
"""What of a longer clip is measured: its beginning."""


def check_spelling(clips: Iterable[LabelledClip], known: Iterable[str] = ()) -> None:
    """Refuse a name that is written in two ways: one person would be two, and cross the splits.

    Args:
        known: people who are in no clip of these.

    Raises:
        DataError: names differ in nothing but capitals, or in how their accents are kept.
    """
    spelt = {_unspelt(name): name for name in known}
    for clip in clips:
        if clip.person is None:
            continue
        other = spelt.setdefault(_unspelt(clip.person), clip.person)
        if other != clip.person:
            raise DataError(
                f"{clip.path}: shows {clip.person}, who is {other} elsewhere; write the name alike "
                "if that is one person, else give two people names that differ in more than "
                "capitals."
            )


def _unspelt(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


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


def beginning(path: Path, modality: Media = "both") -> Clip | None:
    """A clip, or the first `LONGEST_S` of a longer one, as one window; `None` if it holds nothing.

    Raises:
        MediaError: it cannot be read, or has not the modality asked for.
    """
    with closing(read_windows(path, LONGEST_S, LONGEST_S, modality=modality)) as windows:
        return next(windows, None)


def measure_clips(
    clips: Sequence[LabelledClip], perceiver: Perceiver
) -> tuple[list[Percept | None], list[MediaError]]:
    """Perception of every clip's beginning; `None` for those of which nothing can be read, and why.

    One damaged file is no reason not to ask about the others.
    """
    percepts: list[Percept | None] = []
    unreadable: list[MediaError] = []
    for clip in track(clips, "perception"):
        try:
            window = beginning(clip.path)
        except MediaError as error:
            window = None
            unreadable.append(error)
        percepts.append(None if window is None else perceiver.perceive(window))
    return percepts, unreadable


def clip_banks(
    clips: Sequence[LabelledClip], percepts: Sequence[Percept | None], person: str | None
) -> tuple[dict[Modality, Bank], list[dict[Modality, int]]]:
    """Banks of the clips' faces and voices, and for each clip its row in them.

    Args:
        percepts: of each clip, `None` of one that could not be read.
        person: whom clips show whose index does not say; `None` for a stranger each.
    """
    banks: dict[Modality, Bank] = {}
    rows: list[dict[Modality, int]] = [{} for _ in clips]
    for modality in ("face", "voice"):
        found = [(i, p) for i, p in enumerate(percepts) if p is not None and modality in p.vectors]
        if not found:
            continue
        present = [i for i, _ in found]
        vectors = [percept.vectors[modality] for _, percept in found]
        cues = [
            {n: v for n, v in percept.values.items() if CUES[n].modality == modality}
            for _, percept in found
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
