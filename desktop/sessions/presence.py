"""How other programs can tell a session that is being recorded from one that a crash cut short."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


class Presence:
    """Says "I am recording" until it is given up or its process dies, however it dies.

    An exclusive lock on a file of its own, by way of SQLite: the only lock in the standard library
    that every system has and takes back from a killed process.

    Args:
        path: the file to lock; it is created, and removed by `give_up`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("BEGIN EXCLUSIVE")

    def give_up(self) -> None:
        """Say no longer that this program is recording."""
        self._connection.close()
        self._path.unlink()


def is_present(path: Path) -> bool:
    """Whether a living program holds the `Presence` of this path."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema")
        except sqlite3.OperationalError:
            return True
    return False
