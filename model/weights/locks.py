"""Locks between processes, on a file: the system releases them where a process dies."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from model.weights.download import storage

_POLL_S = 0.1


def lock(file: IO[bytes]) -> None:
    """Takes the lock or raises OSError at once; closing the file gives it back."""
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def one_at_a_time(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Waits until no other process holds the lock file `path`, which is gone afterwards.

    Args:
        on_wait: called once where there is somebody to wait for.

    Raises:
        BundleError: the disk is full or cannot be written.
    """
    file, told = _held(path), False
    while file is None:
        if not told:
            on_wait()
            told = True
        time.sleep(_POLL_S)
        file = _held(path)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows removes no file that is open, here or there
            path.unlink()
        file.close()


def _held(path: Path) -> IO[bytes] | None:
    """The lock file, locked, unless another process holds it."""
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
        with contextlib.suppress(BlockingIOError, PermissionError, FileNotFoundError):
            lock(file)
            # Whoever held it may have removed it after we opened it: then it locks nobody out.
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()
    return None
