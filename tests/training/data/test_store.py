"""Prepared sets are written part by part, and an interrupted run goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.errors import DataError
from training.data import store
from training.data.store import RECORD_FILE, Row, cue_columns, read_set, record_of, write_set

ITEMS = list(range(8))


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PART_ROWS", 3)


def prepare(item: int) -> Row | None:
    facts: dict[str, Any] = {"clip": f"clip-{item}", "emotion": "happy", "split": "train"}
    if item % 2:
        facts |= cue_columns([("pitch", item / 2)])
    return facts, {"steps": np.full((2, 3), item, np.float32)}


def write(
    folder: Path,
    items: list[int],
    prepare: Callable[[int], Row | None],
    description: str,
    levels: tuple[int, ...] = (),
) -> None:
    record = record_of(((f"clip-{item}", "happy") for item in items), levels)
    write_set(folder, items, prepare, description, record)


def parts(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.parquet"))


def test_rows_and_tensors_come_back_in_order(tmp_path: Path) -> None:
    write(tmp_path / "voices", ITEMS, prepare, "voices")
    prepared = read_set(tmp_path / "voices")
    assert prepared.name == "voices"
    assert list(prepared.index["clip"]) == [f"clip-{item}" for item in ITEMS]
    assert prepared.tensors["steps"][:, 0, 0].tolist() == ITEMS
    assert len(parts(tmp_path / "voices")) == 3


def test_cues_that_a_clip_does_not_tell_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, ITEMS, prepare, "voices")
    prepared = read_set(tmp_path)
    assert prepared.cue_values()[3] == {"pitch": 1.5}
    assert prepared.cue_values()[4] == {}


def test_an_interrupted_run_goes_on_with_the_first_missing_part(tmp_path: Path) -> None:
    def interrupted(item: int) -> Row | None:
        if item == 5:
            raise KeyboardInterrupt
        return prepare(item)

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, ITEMS, interrupted, "voices")
    assert len(parts(tmp_path)) == 1
    seen: list[int] = []

    def counted(item: int) -> Row | None:
        seen.append(item)
        return prepare(item)

    write(tmp_path, ITEMS, counted, "voices")
    assert seen == ITEMS[3:]
    assert list(read_set(tmp_path).index["clip"]) == [f"clip-{item}" for item in ITEMS]
    write(tmp_path, ITEMS, counted, "voices")
    assert seen == ITEMS[3:]  # nothing is left to be done


def test_items_without_a_row_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, ITEMS, lambda item: prepare(item) if item % 3 else None, "voices")
    prepared = read_set(tmp_path)
    assert list(prepared.index["clip"]) == [f"clip-{item}" for item in ITEMS if item % 3]
    assert prepared.tensors["steps"][:, 0, 0].tolist() == [1, 2, 4, 5, 7]


def test_a_part_without_any_row_does_no_harm(tmp_path: Path) -> None:
    write(tmp_path, ITEMS, lambda item: prepare(item) if item > 2 else None, "voices")
    prepared = read_set(tmp_path)
    assert list(prepared.index["clip"]) == [f"clip-{item}" for item in ITEMS[3:]]
    assert len(prepared.tensors["steps"]) == len(prepared.index)
    assert prepared.cue_values()[0] == {"pitch": 1.5}


def test_a_selection_keeps_index_and_tensors_together(tmp_path: Path) -> None:
    write(tmp_path, ITEMS, prepare, "voices")
    chosen = read_set(tmp_path).select(np.array([item in (2, 5) for item in ITEMS]))
    assert list(chosen.index["clip"]) == ["clip-2", "clip-5"]
    assert chosen.tensors["steps"][:, 0, 0].tolist() == [2, 5]
    assert chosen.cue_values()[1] == {"pitch": 2.5}


def test_nothing_prepared_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing prepared here"):
        read_set(tmp_path)


def test_a_set_of_which_nothing_could_be_prepared_is_told(tmp_path: Path) -> None:
    write(tmp_path, ITEMS, lambda item: None, "voices")
    with pytest.raises(DataError, match="nothing prepared here"):
        read_set(tmp_path)


def test_a_set_of_other_clips_does_not_go_on(tmp_path: Path) -> None:
    """As after a run with a `limit`: its last part would keep its few rows, and lose the rest."""
    write(tmp_path / "voices", ITEMS[:2], prepare, "voices")
    with pytest.raises(DataError, match=r"other clips, labels or splits .*`limit`") as error:
        write(tmp_path / "voices", ITEMS, prepare, "voices")
    assert str(tmp_path / "voices") in str(error.value)
    assert "remove that folder" in str(error.value)
    assert "output=" in str(error.value)
    assert len(read_set(tmp_path / "voices").index) == 2


def test_a_set_at_other_levels_does_not_go_on(tmp_path: Path) -> None:
    write(tmp_path, ITEMS, prepare, "voices", levels=(0, 1))
    write(tmp_path, ITEMS, prepare, "voices", levels=(0, 1))
    with pytest.raises(DataError, match=r"begun with levels=\[0, 1\], not with levels=\[0\]"):
        write(tmp_path, ITEMS, prepare, "voices", levels=(0,))


def test_a_set_that_has_no_part_yet_may_still_change(tmp_path: Path) -> None:
    def interrupted(item: int) -> Row | None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, ITEMS[:2], interrupted, "voices")
    write(tmp_path, ITEMS, prepare, "voices")
    assert len(read_set(tmp_path).index) == len(ITEMS)


@pytest.mark.parametrize("kept", [0, 1])
def test_a_set_from_before_there_were_records_goes_on(tmp_path: Path, kept: int) -> None:
    """Or from when the record was of the clips alone."""
    write(tmp_path, ITEMS, prepare, "voices", levels=(0, 1))
    lines = (tmp_path / RECORD_FILE).read_text().splitlines()
    (tmp_path / RECORD_FILE).unlink()
    if kept:
        (tmp_path / RECORD_FILE).write_text(lines[0])
    for path in tmp_path.glob("part-000006.*"):
        path.unlink()
    assert len(read_set(tmp_path).index) == 6
    write(tmp_path, ITEMS, prepare, "voices", levels=(0, 1))
    assert list(read_set(tmp_path).index["clip"]) == [f"clip-{item}" for item in ITEMS]


def test_parts_that_were_measured_differently_are_told(tmp_path: Path) -> None:
    def narrow(item: int) -> Row | None:
        return {"clip": f"clip-{item}"}, {"steps": np.zeros((1, 3), np.float32)}

    write(tmp_path, ITEMS, prepare, "voices")
    (tmp_path / RECORD_FILE).unlink()
    for path in tmp_path.glob("part-000006.*"):
        path.unlink()
    write(tmp_path, ITEMS, narrow, "voices")
    with pytest.raises(DataError, match="measured in different ways"):
        read_set(tmp_path)
