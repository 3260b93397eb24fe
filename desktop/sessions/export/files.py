"""Writing a file so that nobody ever sees half of it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from model.errors import StoreError
from model.sentence import QT_TRANSLATE_NOOP


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text beside the target, then put it in the target's place.

    Raises:
        StoreError: the folder is missing, full or read-only.
    """
    content = text.encode("utf-8", "replace")  # a media file's name need not be valid text
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=".r1-omni-", delete=False) as file:
            temporary = Path(file.name)
            try:
                file.write(content)
                file.close()  # Windows replaces no open file
                os.replace(temporary, path)
            except BaseException:
                temporary.unlink()
                raise
    except OSError as error:
        raise StoreError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} cannot be written ({fault}): choose a folder that exists, that you "
                "may write to, and that has space left.",
            ),
            path=str(path), fault=error.strerror,
        ) from error  # fmt: skip
