"""Prepared sets on disk: everything frozen that training needs, computed once.

A prepared set is a folder of numbered parts, each an index (parquet: one row a clip) beside its
tensors (safetensors: one row a clip). Parts are written whole, so an interrupted run goes on with
the first missing part. Beside them lies a record of what the set is made from: parts are kept by
their place in the list of clips, so neither the list nor how it is measured may change in between.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from safetensors.numpy import load_file, save_file

from model.errors import DataError
from training.progress import track

PART_ROWS = 500
CUE_COLUMN = "cue:"
RECORD_FILE = "listing.sha256"
_FILES = "files="
EXCERPTS = "excerpts"
"""What `copy_name` calls a set's clips as the live window catches them."""

Row = tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]
"""Index columns and tensors of one clip."""


@dataclass(frozen=True)
class PreparedSet:
    """All clips of one set: `index` has as many rows as every tensor of `tensors`."""

    name: str
    index: pd.DataFrame
    tensors: dict[str, npt.NDArray[Any]]

    def select(self, rows: npt.NDArray[np.bool_]) -> PreparedSet:
        """The clips for which `rows` (bool, one a clip) is true."""
        tensors = {name: values[rows] for name, values in self.tensors.items()}
        return PreparedSet(self.name, self.index[rows].reset_index(drop=True), tensors)

    def cue_values(self) -> list[dict[str, float]]:
        """`model.cues.cue_values` of each clip, as it was measured."""
        columns = [column for column in self.index.columns if column.startswith(CUE_COLUMN)]
        names = [column.removeprefix(CUE_COLUMN) for column in columns]
        return [
            {name: value for name, value in zip(names, row, strict=True) if math.isfinite(value)}
            for row in self.index[columns].to_numpy(np.float64).tolist()
        ]


def write_set(
    folder: Path,
    items: list[Any],
    prepare: Callable[[Any], Row | None],
    description: str,
    record: Sequence[str],
) -> None:
    """Prepare `items` part by part, keeping parts that exist; `None` leaves an item out.

    Args:
        record: `record_of` the items.

    Raises:
        DataError: the parts that exist were made from something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _check_record(folder, record)
    starts = range(0, len(items), PART_ROWS)
    todo = [start for start in starts if not _index_path(folder, start).is_file()]
    flat = [(start, item) for start in todo for item in items[start : start + PART_ROWS]]
    rows: list[Row] = []
    for position, (start, item) in enumerate(track(flat, description)):
        row = prepare(item)
        if row is not None:
            rows.append(row)
        if position + 1 == len(flat) or flat[position + 1][0] != start:
            _write_part(folder, start, rows)
            rows = []


def record_of(
    clips: Iterable[Sequence[str]], levels: Sequence[int] = (), files: Sequence[str] = ()
) -> list[str]:
    """What a set is made from: a digest of the facts of its clips, and what else matters.

    Args:
        clips: of each its name, its label and who is in it, in order.
        levels: of the speech encoder, that a voice is kept at.
        files: digests of the clips' files, where each has one of its own.
    """
    record = [_digest("\n".join("\t".join(facts) for facts in clips))]
    record += [f"levels={list(levels)}"] if levels else []
    record += [_FILES + _digest(" ".join(files))] if files else []
    return record


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _check_record(folder: Path, record: Sequence[str]) -> None:
    """Write the record of a set that is begun; compare it with that of one that goes on.

    Sets from before there were records, or with shorter ones, are taken as they are.
    """
    path = folder / RECORD_FILE
    if not any(folder.glob("part-*.parquet")):
        path.write_text("\n".join(record), encoding="utf-8")
        return
    before = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for kept, asked in zip(before, record, strict=False):
        if kept != asked:
            what = f"{kept}, not with {asked} as is asked for now"
            if asked == record[0]:
                what = (
                    "other clips, labels or splits (`limit` and `seed` change them, too) than are "
                    "asked for now"
                )
            elif asked.startswith(_FILES):
                what = "other files than lie there now under their names"
            raise DataError(
                f"{folder}: was begun with {what}; remove that folder to measure it anew, or "
                "choose another output=…."
            )


def _index_path(folder: Path, start: int) -> Path:
    return folder / f"part-{start:06d}.parquet"


def _write_part(folder: Path, start: int, rows: list[Row]) -> None:
    path = _index_path(folder, start)
    names = rows[0][1] if rows else {}
    tensors = {name: np.stack([row[1][name] for row in rows]) for name in names}
    save_file(tensors, path.with_suffix(".safetensors"))
    partial = path.with_suffix(".partial")
    pd.DataFrame([row[0] for row in rows]).to_parquet(partial)
    partial.replace(path)  # the index appears last: a part without one is not there


def copy_name(name: str, copy: int | str) -> str:
    """Folder of a set's clips as virtual speaker number `copy` says them, or of its `EXCERPTS`."""
    return f"{name}.{copy}"


def read_set(folder: Path) -> PreparedSet:
    """Read a prepared set.

    Raises:
        DataError: the folder holds none, or its parts do not belong together.
    """
    paths = sorted(folder.glob("part-*.parquet"))
    if not paths:
        raise DataError(f"{folder}: nothing prepared here; run `python -m training prepare` first.")
    indexes = [pd.read_parquet(path) for path in paths]
    parts = [load_file(path.with_suffix(".safetensors")) for path in paths]
    filled = [part for part in parts if part]
    if not filled:
        raise DataError(f"{folder}: nothing prepared here could be measured; check its media.")
    if len({_layout_of(part) for part in filled}) > 1:
        raise DataError(
            f"{folder}: its parts were measured in different ways (with other `levels`?); remove "
            "that folder and run `python -m training prepare` again."
        )
    tensors = {name: np.concatenate([part[name] for part in filled]) for name in filled[0]}
    return PreparedSet(folder.name, pd.concat(indexes, ignore_index=True), tensors)


def _layout_of(part: dict[str, npt.NDArray[Any]]) -> frozenset[tuple[str, tuple[int, ...]]]:
    """Names of a part's tensors, and each one's shape for one clip."""
    return frozenset((name, values.shape[1:]) for name, values in part.items())


def cue_columns(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Cue values as index columns."""
    return {CUE_COLUMN + name: value for name, value in values}
