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


def kept() -> list[Path]:
    """What only r1-omni writes, folders and files: sessions, settings, log, model."""
    # Of the cache only what is ours: R1_OMNI_CACHE may name any folder.
    cache = cache_dir()
    return [
        default_store().parent,
        settings_path().parent,
        log_folder(),
        cache / "bundles",
        cache / "components",
        cache / "long",
        *sorted(cache.glob("whisper-base-*.int8.onnx")),
    ]


def erase_all() -> Iterator[tuple[Path, int, int]]:
    """Remove them, and yield of each the number of its files and their bytes.

    Raises:
        StoreError: one of them cannot be removed.
    """
    for place in kept():
        if not place.exists():
            continue
        files = [place] if place.is_file() else place.rglob("*")
        sizes = [path.lstat().st_size for path in files if not path.is_dir()]
        try:
            _remove(place)
        except OSError as error:
            raise StoreError(
                f"{place} could not be removed ({error.strerror}): close r1-omni and try again."
            ) from error
        yield place, len(sizes), sum(sizes)


def _remove(place: Path) -> None:
    if place.is_file():
        place.unlink()
    else:
        shutil.rmtree(place)
