"""Pictures and files that splits share: of FER2013's dev and test pictures 8 % are in train.

What was learned by heart tells nothing of strangers, so dev and test are asked about without them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt


def digests(pictures: Iterable[bytes]) -> list[bytes]:
    """What equal pictures, and no others, have in common."""
    return [hashlib.blake2b(picture, digest_size=16).digest() for picture in pictures]


def are_new(pictures: Iterable[bytes], known: Collection[bytes]) -> npt.NDArray[np.bool_]:
    """Of each picture, whether its digest is not among `known`."""
    return np.array([digest not in known for digest in digests(pictures)], bool)


def file_digest(path: Path) -> str:
    """What copies of a file have in common; one that is not there is like none but itself."""
    if not path.is_file():
        return str(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
