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
from model.network.face_encoder import CLASSES
from model.perception.face_crop import CROP_SIDE
from training.data.copies import are_new, digests

# Share of each picture's side that is kept, around its centre, so that faces are framed alike.
_KEPT = {"fer2013": 1.0, "muxspace": 0.75}

# What is read of each row, by what the set's name begins with.
_COLUMNS = {
    "faces": ("image", "emotion", "split", "source", "clip"),
    "voices": ("audio", "emotion", "speaker", "sex", "language", "source", "clip"),
}

# Sets whose pictures are named after the person they show, and numbered.
_NAMED = frozenset({"muxspace"})


@dataclass(frozen=True)
class FaceSet:
    """Faces uint8 (n, 48, 48), labels int64 (n,) into `CLASSES`, and the clip name of each."""

    faces: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    names: tuple[str, ...]


def table_path(root: Path, name: str) -> Path:
    """The parquet file of a set."""
    return root / f"{name}.parquet"


def read_table(root: Path, name: str) -> pd.DataFrame:
    """One parquet set of the data root as a table.

    Raises:
        DataError: it is not there, is damaged, or lacks a column.
    """
    path = table_path(root, name)
    if not path.is_file():
        raise DataError(f"{path}: not found; this set is needed here (see docs/training.md).")
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path}: cannot be read as parquet ({error}); copy or convert that set again."
        ) from error
    missing = [c for c in _COLUMNS[name.partition("_")[0]] if c not in table.columns]
    if missing:
        raise DataError(
            f"{path}: has no column `{missing[0]}`; docs/training.md lists those that are read."
        )
    return table


def decode_grey(jpeg: bytes, where: str) -> npt.NDArray[np.uint8]:
    """JPEG bytes → grey picture uint8 (height, width).

    Raises:
        DataError: it cannot be decoded; `where` names its file and clip.
    """
    try:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    except (cv2.error, TypeError):  # no bytes at all
        picture = None
    if picture is None:
        raise DataError(f"{where}: its picture cannot be decoded; replace it or take the row out.")
    return np.asarray(picture, np.uint8)


def frame_face(jpeg: bytes, source: str, where: str) -> npt.NDArray[np.uint8]:
    """A picture of the set `source` → its face, grey uint8 (48, 48), framed as FER2013's are.

    Raises:
        DataError: it cannot be decoded, or how `source` frames faces is not known; `where` names
            its file and clip.
    """
    if source not in _KEPT:
        raise DataError(
            f"{where}: how the source {source!r} frames faces is not known; its `source` should "
            f"be {' or '.join(_KEPT)}."
        )
    picture = decode_grey(jpeg, where)
    side = round(min(picture.shape) * _KEPT[source])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    square = picture[top : top + side, left : left + side]
    if side == CROP_SIDE:
        return square
    return np.asarray(
        cv2.resize(square, (CROP_SIDE, CROP_SIDE), interpolation=cv2.INTER_AREA), np.uint8
    )


def pictured(source: str, clip: str) -> str | None:
    """Who a picture shows, `None` where its set does not tell.

    >>> pictured("muxspace", "Tim_Henman_0012"), pictured("fer2013", "Training_82887422")
    ('muxspace-Tim_Henman', None)
    """
    named = re.fullmatch(r"(.+)_\d+", clip) if source in _NAMED else None
    return f"{source}-{named[1]}" if named else None


def load_faces(root: Path, sets: tuple[str, ...], split: str) -> FaceSet:
    """Faces of one split ("train", "dev" or "test") of the named sets, in the seven classes.

    Of dev and test without pictures that are in the set's training split as well.

    Raises:
        DataError: a set is missing, a picture of it cannot be used, or there is none at all.
    """
    faces, labels, names = [], [], []
    for path in (table_path(root, f"faces_{name}") for name in sets):
        table = read_table(root, path.stem)
        if split != "train":
            known = set(digests(table.image[table.split == "train"]))
            table = table[are_new(table.image, known)]
        table = table[(table.split == split) & table.emotion.isin(CLASSES)]
        faces += [frame_face(r.image, r.source, f"{path}: {r.clip}") for r in table.itertuples()]
        labels += [CLASSES.index(emotion) for emotion in table.emotion]
        names += list(table["clip"])
    if not faces:
        raise DataError(
            f"{root}: no face of the {split} split in {' or '.join(sets)} shows one of "
            f"{', '.join(CLASSES)}; name other sets with sets=[…], or check their columns `split` "
            "and `emotion`."
        )
    return FaceSet(np.stack(faces), np.array(labels, np.int64), tuple(names))
