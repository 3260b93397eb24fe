"""Writing an export's text."""

from __future__ import annotations

from pathlib import Path

from desktop.whole_file import whole_file


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all.

    Raises:
        StoreError: as `whole_file`.
    """
    with whole_file(path) as file:
        file.write(text.encode("utf-8", "replace"))  # a media file's name need not be valid text
