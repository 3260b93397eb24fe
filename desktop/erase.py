"""Everything that r1-omni has kept for this user, removed at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from desktop.log import log_folder
from desktop.sessions.store import default_store
from desktop.settings import settings_path
from model.errors import StoreError
from model.weights.fetch import cache_dir


def kept_folders() -> list[Path]:
    """The folders that only r1-omni writes into: sessions, settings, log, model."""
    # Of the cache only what is ours: R1_OMNI_CACHE may name any folder.
    cache = cache_dir()
    return [
        default_store().parent,
        settings_path().parent,
        log_folder(),
        cache / "bundles",
        cache / "components",
    ]


def erase_all() -> Iterator[tuple[Path, int, int]]:
    """Remove them, and yield of each the number of its files and their bytes.

    Raises:
        StoreError: a folder cannot be removed.
    """
    for folder in kept_folders():
        if not folder.is_dir():
            continue
        sizes = [path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()]
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise StoreError(
                f"{folder} could not be removed ({error.strerror}): close r1-omni and try again."
            ) from error
        yield folder, len(sizes), sum(sizes)
