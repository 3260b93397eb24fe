"""Clips from films with five published splits: DFEW and MAFW.

Neither set says who is in a clip, so nothing here keeps an actor on one side of a split.
"""

from __future__ import annotations

import re
from pathlib import Path

from model.errors import DataError
from training.data.layouts.common import (
    LabelledClip,
    best_by_stem,
    header_of,
    known_emotion,
    media_files,
    read_table,
    require,
)
from training.data.splits import Split

DFEW_EMOTIONS = ("happy", "sad", "neutral", "angry", "surprise", "disgust", "fear")
"""Labels 1 to 7."""
MAFW_EMOTIONS = (
    "angry", "disgust", "fear", "happy", "neutral", "sad", "surprise",
    "contempt", "anxiety", "helplessness", "disappointment",
)  # fmt: skip
"""Labels 1 to 11, where a table gives numbers."""
SPLITS: tuple[Split, ...] = ("train", "test")

# Columns of the split lists, and of the annotation table saved as csv.
_DFEW_COLUMNS = (("video_name", "label"), ("order", "annotation"))
_NOT_SINGLE = "0"

Listed = list[tuple[str, str, Split | None, Path]]
"""Clip, label, split and table of each line."""


def is_dfew(folder: Path) -> bool:
    """Whether there is a csv with DFEW's columns."""
    return any(_dfew_columns(path) for path in folder.rglob("*.csv"))


def read_dfew(folder: Path, fold: int) -> list[LabelledClip]:
    """`train(single-labeled)/set_N.csv` and its test list, else an annotation csv without splits.

    Clips are media files (`Clip/original/1.mp4` or `Clip/clip_224x224_avi/00001.avi`); folders of
    single frames have no sound and no times and are not read.

    Raises:
        DataError: no table, an unknown label, or clips without a file.
    """
    listed: Listed = []
    for path in sorted(folder.rglob(f"set_{fold}.csv")):
        split = next((s for s in SPLITS if path.parent.name.lower().startswith(s)), None)
        if split is not None:
            listed += _dfew_rows(path, split)
    if not listed:
        tables = [p for p in sorted(folder.rglob("*.csv")) if not re.match(r"set_\d", p.name)]
        listed = [row for path in tables if _dfew_columns(path) for row in _dfew_rows(path, None)]
    if not listed:
        raise DataError(
            f"{folder}: neither train and test lists set_{fold}.csv nor an annotation csv "
            "(video_name,label); unpack the set's EmoLabel_DataSplit there."
        )
    files = {str(int(s)): p for s, p in best_by_stem(media_files(folder)).items() if s.isdigit()}
    emotions = [_numbered(DFEW_EMOTIONS, label, table, c) for c, label, _, table in listed]
    paths = [files.get(clip.removesuffix(".mp4").lstrip("0")) for clip, *_ in listed]
    return _clips(listed, emotions, paths, "dfew", "unpack the set's Clip/original there.")


def _dfew_columns(path: Path) -> tuple[str, str] | None:
    header = header_of(path)
    return next((columns for columns in _DFEW_COLUMNS if set(columns) <= header), None)


def _dfew_rows(path: Path, split: Split | None) -> Listed:
    columns = _dfew_columns(path)
    if columns is None:
        raise DataError(f"{path}: needs a header with the columns video_name and label.")
    clip, label = columns
    # A clip on whose emotion the annotators did not agree is in the annotation as label 0.
    return [
        (row[clip], row[label], split, path)
        for row in read_table(path)
        if label == "label" or row[label] != _NOT_SINGLE
    ]


def is_mafw(folder: Path) -> bool:
    """Whether there are MAFW's split lists or its single-label table."""
    return bool(_mafw_lists(folder, "*") or _mafw_tables(folder))


def read_mafw(folder: Path, fold: int) -> list[LabelledClip]:
    """`single/no_caption/set_N/train.txt` and test.txt, else a table `single*.txt` or `.csv`.

    A line is `00025.mp4 anger`; compound labels and the lists with captions are not read.

    Raises:
        DataError: no table, an unknown label, or clips without a file.
    """
    listed: Listed = []
    for path in _mafw_lists(folder, str(fold)):
        listed += _mafw_lines(path, "train" if path.stem == "train" else "test")
    if not listed:
        listed = [row for path in _mafw_tables(folder) for row in _mafw_lines(path, None)]
    if not listed:
        raise DataError(
            f"{folder}: neither lists single/no_caption/set_{fold}/train.txt nor a table "
            "single.txt (`clip.mp4 emotion` a line); unpack the set's Train & Test Set there."
        )
    files = best_by_stem(media_files(folder))
    emotions = [
        _numbered(MAFW_EMOTIONS, label, table, clip)
        if label.isdigit()
        else known_emotion(label, table, clip)
        for clip, label, _, table in listed
    ]
    paths = [files.get(Path(clip).stem) for clip, *_ in listed]
    return _clips(listed, emotions, paths, "mafw", "unpack the set's clips there.")


def _mafw_lists(folder: Path, fold: str) -> list[Path]:
    found = [p for s in SPLITS for p in sorted(folder.rglob(f"set_{fold}/{s}.txt"))]
    return [p for p in found if not {"compound", "with_caption"} & set(p.parts)]


def _mafw_tables(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("single*")) if p.suffix in (".txt", ".csv")]


def _mafw_lines(path: Path, split: Split | None) -> Listed:
    rows: Listed = []
    for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        words = re.split(r"[\s,]+", line.strip())
        if words[0].lower() in ("", "clip"):  # an empty line, a header
            continue
        if len(words) != 2:
            raise DataError(f"{path}: the line `{line.strip()}` should read `clip.mp4 emotion`.")
        rows.append((words[0], words[1], split, path))
    return rows


def _numbered(emotions: tuple[str, ...], label: str, table: Path, clip: str) -> str:
    if not label.isdigit() or not 1 <= int(label) <= len(emotions):
        raise DataError(
            f"{table}: label `{label}` of clip {clip} should be 1 to {len(emotions)}; "
            "correct or remove that line."
        )
    return emotions[int(label) - 1]


def _clips(
    listed: Listed, emotions: list[str], paths: list[Path | None], source: str, cure: str
) -> list[LabelledClip]:
    require(paths, [clip for clip, *_ in listed], listed[0][3], cure)
    return [
        LabelledClip(path, emotion, None, split, source)
        for path, emotion, (_, _, split, _) in zip(paths, emotions, listed, strict=True)
        if path is not None
    ]
