"""Folders of media with an `index.csv`: measured by the perception that ships."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.cues import CUES, Modality
from model.errors import DataError
from model.labels import normalise_label
from model.media import read_clip
from model.runtime.perceiver import Perceiver, Percept
from training.data.bank import Bank
from training.progress import track


@dataclass(frozen=True)
class LabelledClip:
    """One row of an index: a media file, its emotion, and who it shows (if the index says)."""

    path: Path
    emotion: str
    person: str | None


def read_index(folder: Path) -> list[LabelledClip]:
    """Read `index.csv` (columns file, emotion, and optionally speaker).

    Raises:
        DataError: it is missing, lacks a column, or names an unknown emotion.
    """
    path = folder / "index.csv"
    if not path.is_file():
        raise DataError(f"{path}: not found; list the clips in it, one `file,emotion` a line.")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"file", "emotion"} <= set(rows[0]):
        raise DataError(f"{path}: needs a header with the columns file and emotion.")
    clips = []
    for row in rows:
        emotion = normalise_label(row["emotion"])
        if emotion is None:
            raise DataError(f"{path}: `{row['emotion']}` of {row['file']} is no known emotion.")
        clips.append(LabelledClip(folder / row["file"], emotion, row.get("speaker") or None))
    return clips


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
            ["clips"] * len(present),
        )
        for row, i in enumerate(present):
            rows[i][modality] = row
    return banks, rows
