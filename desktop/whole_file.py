"""Writing a file so that nobody ever sees half of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from model.errors import StoreError
from model.sentence import QT_TRANSLATE_NOOP


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file beside the target, which takes the target's place at the end of the block.

    It goes if the block is left by an exception; the target then is what it was.

    Raises:
        StoreError: the folder is missing, full or read-only.
    """
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=".r1-omni-", delete=False) as file:
            temporary = Path(file.name)
            try:
                yield cast(BinaryIO, file)
                file.close()  # Windows replaces no open file
                os.replace(temporary, path)
            except BaseException:
                file.close()
                temporary.unlink()
                raise
    except OSError as error:
        raise _unwritable(path, error) from error


def make_folder(path: Path) -> None:
    """Make a folder and those it lies in, where they are missing.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> StoreError:
    text = QT_TRANSLATE_NOOP(
        "errors",
        "{path} cannot be written ({fault}): choose a folder that exists, that you "
        "may write to, and that has space left.",
    )
    return StoreError(text, path=str(path), fault=error.strerror)
