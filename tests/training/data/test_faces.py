"""Faces of the parquet sets; what cannot be used is named by its file and clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import pytest

pytest.importorskip("torch")

from model.errors import DataError
from training.data.faces import load_faces, read_table


def jpeg(side: int = 64) -> bytes:
    picture = np.random.default_rng(0).integers(0, 256, (side, side), np.uint8)
    return bytes(cv2.imencode(".jpg", picture)[1])


def write(root: Path, name: str, **changes: Any) -> None:
    row = {"image": jpeg(), "emotion": "sad", "split": "train", "source": "muxspace", "clip": "a_1"}
    pd.DataFrame([row, row | changes]).to_parquet(root / f"faces_{name}.parquet")


def test_faces_come_set_by_set(tmp_path: Path) -> None:
    write(tmp_path, "one", clip="b_1", emotion="happy")
    write(tmp_path, "two", clip="c_1", split="dev")
    found = load_faces(tmp_path, ("one", "two"), "train")
    assert found.faces.shape == (3, 48, 48)
    assert found.faces.dtype == np.uint8
    assert found.names == ("a_1", "b_1", "a_1")
    assert found.labels[0] == found.labels[2] != found.labels[1]


def test_pictures_of_train_are_in_no_other_split(tmp_path: Path) -> None:
    write(tmp_path, "one", clip="copy_1", split="test")
    write(tmp_path, "two", clip="new_1", split="test", image=jpeg(80))
    assert load_faces(tmp_path, ("one", "two"), "test").names == ("new_1",)
    assert load_faces(tmp_path, ("one", "two"), "train").names == ("a_1", "a_1")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "mine"}, r"the source 'mine' .* should be fer2013 or muxspace"),
        ({"image": b"no picture"}, "its picture cannot be decoded"),
        ({"image": b""}, "its picture cannot be decoded"),
        ({"image": None}, "its picture cannot be decoded"),
    ],
)
def test_a_face_that_cannot_be_used_is_named(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    write(tmp_path, "mine", clip="bad_1", **changes)
    with pytest.raises(DataError, match=message) as error:
        load_faces(tmp_path, ("mine",), "train")
    assert "faces_mine.parquet: bad_1" in str(error.value)


def test_a_damaged_set_is_named(tmp_path: Path) -> None:
    write(tmp_path, "mine")
    path = tmp_path / "faces_mine.parquet"
    for content in (b"", b"no parquet at all", path.read_bytes()[:-40]):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"faces_mine\.parquet: cannot be read as parquet"):
            read_table(tmp_path, "faces_mine")


@pytest.mark.parametrize(("kind", "lacking"), [("faces", "emotion"), ("voices", "speaker")])
def test_a_set_without_a_column_is_named(tmp_path: Path, kind: str, lacking: str) -> None:
    names = {
        "faces": ("image", "emotion", "split", "source", "clip"),
        "voices": ("audio", "emotion", "speaker", "sex", "language", "source", "clip"),
    }[kind]
    table = pd.DataFrame([dict.fromkeys(names, "")])
    path = tmp_path / f"{kind}_mine.parquet"
    table.to_parquet(path)
    assert list(read_table(tmp_path, path.stem).columns) == list(names)
    table.drop(columns=lacking).to_parquet(path)
    with pytest.raises(DataError, match=rf"{kind}_mine\.parquet: has no column `{lacking}`; docs"):
        read_table(tmp_path, path.stem)


def test_a_split_without_a_face_is_told(tmp_path: Path) -> None:
    write(tmp_path, "mine")
    with pytest.raises(DataError, match="no face of the test split in mine"):
        load_faces(tmp_path, ("mine",), "test")
