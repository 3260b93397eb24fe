"""One connection to the store's file, safe to share between threads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from desktop.sessions.schema import migrate
from model.errors import StoreError
from model.sentence import QT_TRANSLATE_NOOP


class Database:
    """The file with its tables, created where there is none yet.

    Args:
        path: the file, in a folder of its own. Only their owner may read both, also where they come
            from a backup or another machine.

    Raises:
        StoreError: here and in every transaction, where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            with suppress(OSError):  # they may be another's, or on a disk that knows no rights
                path.parent.chmod(0o700)
                path.chmod(0o600)
        except OSError as error:
            raise StoreError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} cannot be written ({fault}): choose another place for it, or "
                    "give yourself the right to write there.",
                ),
                path=str(path), fault=error.strerror,
            ) from error  # fmt: skip
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            with self._told():
                self._prepare()
        except StoreError:
            self.close()
            raise

    def _prepare(self) -> None:
        run = self._connection.execute
        run("PRAGMA journal_mode = WAL")  # others may read while one writes
        # A killed process loses only what it has not committed whatever is set here. FULL writes
        # through to the disk at each commit, so that a power cut loses no more; at one window
        # every few seconds that costs nothing.
        run("PRAGMA synchronous = FULL")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA secure_delete = ON")  # what is erased is overwritten
        migrate(self._connection, self.path)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the store for as long as the block lasts."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A change that is on the disk when the block has ended; undone if it raises."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def overwrite_erased(self, shrink: bool) -> None:
        """Let nothing that was erased linger in the write-ahead log.

        Args:
            shrink: also write the whole file anew, without the erased pages.
        """
        with self._lock, self._told():
            if shrink:
                self._connection.execute("VACUUM")
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise StoreError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "The results were erased, but another program still reads {path}, and "
                    "their traces in it could not be overwritten: close that program and erase "
                    "once more.",
                ),
                path=str(self.path),
            )

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock, self._told(), self._connection:
            self._connection.execute(begin)
            yield self._connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError:  # ours, not the user's
            raise
        except sqlite3.DatabaseError as error:
            raise StoreError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} cannot be used ({fault}): see that the disk is not full, that no "
                    "other program holds the file, and that it is a store of r1-omni.",
                ),
                path=str(self.path), fault=str(error),
            ) from error  # fmt: skip
