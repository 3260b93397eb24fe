"""Single faces with an emotion label, from the parquet sets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pandas as pd

from model.errors import DataError
from model.network.face_encoder import CLASSES, CROP_SIZE

# Share of each picture's side that is kept, around its centre, so that faces are framed alike.
_KEPT = {"fer2013": 1.0, "muxspace": 0.75}

# Sets whose pictures are named after the person they show, and numbered.
_NAMED = frozenset({"muxspace"})


@dataclass(frozen=True)
class FaceSet:
    """Faces uint8 (n, 48, 48), labels int64 (n,) into `CLASSES`, and the clip name of each."""

    faces: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    names: tuple[str, ...]


def read_table(root: Path, name: str) -> pd.DataFrame:
    """One parquet set of the data root as a table; DataError if it is not there."""
    path = root / f"{name}.parquet"
    if not path.is_file():
        raise DataError(f"{path}: not found; this set is needed here (see docs/training.md).")
    return pd.read_parquet(path)


def decode_grey(jpeg: bytes) -> npt.NDArray[np.uint8]:
    """JPEG bytes → grey picture uint8 (height, width)."""
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def frame_face(jpeg: bytes, source: str) -> npt.NDArray[np.uint8]:
    """A picture of the set `source` → its face, grey uint8 (48, 48), framed as FER2013's are."""
    picture = decode_grey(jpeg)
    side = round(min(picture.shape) * _KEPT[source])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    square = picture[top : top + side, left : left + side]
    if side == CROP_SIZE:
        return square
    return np.asarray(
        cv2.resize(square, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_AREA), np.uint8
    )


def pictured(source: str, clip: str) -> str | None:
    """Who a picture shows, `None` where its set does not tell.

    >>> pictured("muxspace", "Tim_Henman_0012"), pictured("fer2013", "Training_82887422")
    ('muxspace-Tim_Henman', None)
    """
    named = re.fullmatch(r"(.+)_\d+", clip) if source in _NAMED else None
    return f"{source}-{named[1]}" if named else None


def load_faces(root: Path, sets: tuple[str, ...], split: str) -> FaceSet:
    """Faces of one split ("train", "dev" or "test") of the named sets, in the seven classes."""
    tables = [read_table(root, f"faces_{name}") for name in sets]
    table = pd.concat(tables, ignore_index=True)
    table = table[(table.split == split) & table.emotion.isin(CLASSES)]
    faces = np.stack([frame_face(row.image, row.source) for row in table.itertuples()])
    labels = np.array([CLASSES.index(emotion) for emotion in table.emotion], np.int64)
    return FaceSet(faces, labels, tuple(table["clip"]))
