"""Everything that r1-omni has kept for this user, removed at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from desktop.log import log_folder
from desktop.sessions.presence import is_present
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

    What a link leads to may hold more than ours: the link is removed, and the rest told.

    Raises:
        StoreError: after all others have been removed, that some could not be; before any, that
            a session is being recorded, which would go on.
    """
    if any(is_present(path) for path in default_store().parent.glob("*-recording-*")):
        raise StoreError("A session is being recorded: stop the recording and try again.")
    left: list[str] = []
    for place in kept():
        if not os.path.lexists(place):
            continue
        try:
            files = _files(place)
            sizes = [path.lstat().st_size for path in files]
            links = {path: path.resolve() for path in files if path.is_symlink() and path.exists()}
            _remove(place)
        except OSError as error:
            left.append(
                f"{place} could not be removed ({error.strerror}): close r1-omni and try again."
            )
        else:
            left += [
                f"{link} was a link: remove what is kept at its end, {end}, yourself."
                for link, end in links.items()
            ]
            yield place, len(sizes), sum(sizes)
    if left:
        raise StoreError(" ".join(left))


def _files(place: Path) -> list[Path]:
    """All that is not a folder, links to folders included."""
    if place.is_symlink() or place.is_file():
        return [place]
    return [path for path in place.rglob("*") if path.is_symlink() or not path.is_dir()]


def _remove(place: Path) -> None:
    if place.is_symlink() or place.is_file():
        place.unlink()
    else:
        shutil.rmtree(place)
