"""Files that are the old one or the new one, and never half of it."""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, data: bytes | str) -> None:
    """Write a file; until all of it is on the disk, what lay there before stays.

    Args:
        data: text is kept in UTF-8.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.write_bytes(data.encode() if isinstance(data, str) else data)
        partial.replace(path)
    except BaseException:  # a full disk, Ctrl-C
        partial.unlink(missing_ok=True)
        raise
