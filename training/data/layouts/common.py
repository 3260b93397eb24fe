"""What all layouts share: the clip that they yield, tables, and finding the media of a name."""

from __future__ import annotations

import csv
import dataclasses
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from model.errors import DataError
from model.labels import normalise_label
from training.data.splits import Split, split_of

# Best first: where a set offers a clip in several forms, the one with picture and sound is taken.
SUFFIXES = (
    ".mp4", ".mov", ".mkv", ".webm", ".flv", ".avi", ".mts",
    ".wav", ".flac", ".m4a", ".ogg", ".mp3",
)  # fmt: skip
RAVDESS_NAME = re.compile(r"\d\d(-\d\d){5}-(?P<actor>\d\d)")
_NAMED_MISSING = 3

Sex = Literal["female", "male"]


@dataclass(frozen=True)
class LabelledClip:
    """A media file with its label.

    Attributes:
        path: the file.
        emotion: in the project's vocabulary (`model.labels`).
        person: whom it shows, unique among all sets; `None` if the set does not say.
        split: what the set says; `None` leaves it to `training.data.clips.split_clips`.
        source: name of the set.
        sex: of the person, where the set's file names say.
    """

    path: Path
    emotion: str
    person: str | None
    split: Split | None = None
    source: str = "clips"
    sex: Sex | None = None

    def __post_init__(self) -> None:
        """Hold RAVDESS to the test split under whatever layout it comes.

        Raises:
            DataError: a table asks for one of its clips in another split.
        """
        name = RAVDESS_NAME.fullmatch(self.path.stem)
        if name is None:
            return
        person = f"ravdess-{name['actor']}"
        if self.split not in (None, "test"):
            raise DataError(
                f"{self.path}: a RAVDESS clip, which only ever tests; remove its split "
                f"`{self.split}`."
            )
        object.__setattr__(self, "person", person)
        object.__setattr__(self, "source", "ravdess")
        object.__setattr__(self, "split", split_of("ravdess", person))


def known_emotion(word: str, table: Path, clip: str) -> str:
    """A label in the project's vocabulary; DataError if it is no known emotion."""
    emotion = normalise_label(word)
    if emotion is None:
        raise DataError(
            f"{table}: `{word}` of {clip} is no known emotion; correct or remove that line."
        )
    return emotion


def coded_emotion(codes: Mapping[str, str], code: str, path: Path) -> str:
    """The emotion that a code in a file's name stands for; DataError if it stands for none."""
    if code not in codes:
        raise DataError(
            f"{path}: its name has the unknown emotion code `{code}`; give it the set's own name "
            f"again (codes {', '.join(codes)})."
        )
    return codes[code]


def media_files(folder: Path) -> list[Path]:
    """All media files under `folder`, in the order of their paths."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def best_by_stem(paths: Iterable[Path]) -> dict[str, Path]:
    """One file for each name without its ending: the form that comes first in `SUFFIXES`."""
    ranked = sorted(paths, key=lambda path: (SUFFIXES.index(path.suffix.lower()), path))
    best: dict[str, Path] = {}
    for path in ranked:
        best.setdefault(path.stem, path)
    return dict(sorted(best.items()))


def require(found: Sequence[Path | None], names: Sequence[str], table: Path, cure: str) -> None:
    """Raise a DataError if a clip that `table` lists was not found; it says how many are not."""
    missing = [name for name, path in zip(names, found, strict=True) if path is None]
    if missing:
        named = ", ".join(missing[:_NAMED_MISSING]) + ", …" * (len(missing) > _NAMED_MISSING)
        raise DataError(
            f"{table}: {len(missing)} of the {len(names)} clips in it are missing ({named}); {cure}"
        )


def listed_once(clips: Iterable[LabelledClip], table: Path) -> list[LabelledClip]:
    """Clips of which each file is one, however often it is listed: else it is its own baseline.

    What one line leaves open, another may say.

    Raises:
        DataError: lines contradict each other; it names `table`.
    """
    listed: dict[str, LabelledClip] = {}
    for clip in clips:
        key = os.path.normpath(clip.path)
        before = listed.setdefault(key, clip)
        for one, other in zip(_said(before), _said(clip), strict=True):
            if one and other and one != other:
                raise DataError(
                    f"{table}: {clip.path.name} is {one} in one line and {other} in another; "
                    "remove the wrong one."
                )
        person, split = before.person or clip.person, before.split or clip.split
        listed[key] = dataclasses.replace(before, person=person, split=split)
    return list(listed.values())


def _said(clip: LabelledClip) -> tuple[str, str, str]:
    """Emotion, person and split of a clip, each in words; empty where it is not said."""
    person = f"of {clip.person}" if clip.person else ""
    return clip.emotion, person, f"in {clip.split}" if clip.split else ""


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a csv with a header, keyed by lower-case column names; cells are stripped.

    Raises:
        DataError: the file cannot be read as text.
    """
    try:
        rows = list(_rows(path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{path}: cannot be read as a table ({error}); save it as UTF-8 csv."
        ) from (error)
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    return [
        dict(
            zip(header, [*(c.strip() for c in row), *[""] * (len(header) - len(row))], strict=False)
        )
        for row in rows[1:]
        if any(cell.strip() for cell in row)
    ]


def header_of(path: Path) -> set[str]:
    """Lower-case column names of a csv; empty if it has none that can be read."""
    try:
        return {cell.strip().lower() for cell in next(_rows(path), [])}
    except (OSError, UnicodeDecodeError, csv.Error):
        return set()


def _rows(path: Path) -> Iterator[list[str]]:
    """Cells between commas, or between semicolons: what Excel writes where commas are decimal."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        head = file.readline()
        file.seek(0)
        yield from csv.reader(file, delimiter=";" if ";" in head and "," not in head else ",")


def split_in_name(path: Path) -> Split | None:
    """The split that a table's name begins with or contains as a word, if any."""
    words = re.split(r"[^a-z]+", path.stem.lower())
    for word, split in (("train", "train"), ("dev", "dev"), ("val", "dev"), ("test", "test")):
        if word in words:
            return split  # type: ignore[return-value]
    return None
