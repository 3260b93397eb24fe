"""Tables of files and labels: `index.csv` (one's own clips) and MER2023's or EMER's csv."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from model.errors import DataError
from training.data.layouts.common import (
    LabelledClip,
    best_by_stem,
    header_of,
    known_emotion,
    media_files,
    read_table,
    require,
    split_in_name,
)
from training.data.splits import Split, person_name

INDEX = "index.csv"
_MER_LABELS = ("discrete", "label", "emotion")


def is_index(folder: Path) -> bool:
    """Whether there is an `index.csv` of ours."""
    return {"file", "emotion"} <= header_of(folder / INDEX)


def read_index(folder: Path) -> list[LabelledClip]:
    """Read `index.csv`: columns file, emotion, and optionally speaker and split.

    Raises:
        DataError: it is missing, lacks a column, names an unknown emotion or split, or no file.
    """
    path = folder / INDEX
    if not path.is_file():
        raise DataError(f"{path}: not found; list the clips in it, one `file,emotion` a line.")
    rows = read_table(path)
    if not rows or not {"file", "emotion"} <= set(rows[0]):
        raise DataError(
            f"{path}: needs a header with the columns file and emotion, and a line a clip."
        )
    clips = []
    for row in rows:
        emotion = known_emotion(row["emotion"], path, row["file"])
        if not row["file"]:
            raise DataError(f"{path}: a line names no file for {emotion}; complete or remove it.")
        split = row.get("split") or None
        if split is not None and split not in get_args(Split):
            raise DataError(
                f"{path}: split `{split}` of {row['file']} should be train, dev, test or empty."
            )
        person = person_name(row.get("speaker", "")) or None
        clips.append(LabelledClip(_below(folder, row["file"]), emotion, person, split))  # type: ignore[arg-type]
    return clips


def _below(folder: Path, file: str) -> Path:
    """Where a file lies that a table names, which may have been written on Windows."""
    path = folder / file
    slashed = "\\" in file and not path.exists()
    return folder / file.replace("\\", "/") if slashed else path


def is_mer2023(folder: Path) -> bool:
    """Whether there is a csv with MER2023's columns name and discrete."""
    return any({"name", "discrete"} <= header_of(path) for path in folder.rglob("*.csv"))


def read_mer2023(folder: Path) -> list[LabelledClip]:
    """Every csv with a column name and one of discrete, label or emotion; media beside them.

    `train-label.csv` is the training split and `test1-label.csv` the test split; other names leave
    the split open. The set does not say who speaks. Its `worried` is the project's anxiety.

    Raises:
        DataError: no table, an unknown emotion, or clips without a file.
    """
    clips: list[LabelledClip] = []
    files = best_by_stem(media_files(folder))
    for path in sorted(folder.rglob("*.csv")):
        header = header_of(path)
        label = next((name for name in _MER_LABELS if name in header), None)
        if label is None or "name" not in header:
            continue
        rows = read_table(path)
        emotions = [known_emotion(row[label], path, row["name"]) for row in rows]
        found = [files.get(row["name"]) or files.get(Path(row["name"]).stem) for row in rows]
        require(found, [row["name"] for row in rows], path, "unpack the set's videos there.")
        split = split_in_name(path)
        clips += [
            LabelledClip(file, emotion, None, split, "mer2023")
            for file, emotion in zip(found, emotions, strict=True)
            if file is not None
        ]
    if not clips:
        raise DataError(f"{folder}: no csv with the columns name and discrete; put it there.")
    return clips
