"""The tables of the session store, and how a store of an earlier version becomes one of today.

`PRAGMA user_version` counts the migrations that a file has been through. Append to `MIGRATIONS`;
what has been released is never changed.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from model.errors import StoreError
from model.sentence import QT_TRANSLATE_NOOP

_FIRST = (
    # AUTOINCREMENT: the number of an erased session is never given to another one.
    """CREATE TABLE session (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        started TEXT NOT NULL,
        facts TEXT NOT NULL,
        closed INTEGER NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE window (
        id INTEGER PRIMARY KEY,
        session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
        start_s REAL NOT NULL,
        end_s REAL NOT NULL,
        emotion TEXT NOT NULL,
        analysis TEXT NOT NULL
    )""",
    """CREATE TABLE marker (
        id INTEGER PRIMARY KEY,
        session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
        at_s REAL NOT NULL,
        text TEXT NOT NULL
    )""",
    """CREATE TABLE exclusion (
        id INTEGER PRIMARY KEY,
        session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
        start_s REAL NOT NULL,
        end_s REAL NOT NULL CHECK (start_s < end_s),
        reason TEXT NOT NULL
    )""",
    # A path as the operating system's bytes: file names need not be valid text.
    """CREATE TABLE media (
        id INTEGER PRIMARY KEY,
        session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
        path BLOB NOT NULL
    )""",
    "CREATE INDEX window_time ON window (session_id, start_s, end_s)",
    "CREATE INDEX window_emotion ON window (session_id, emotion)",
    "CREATE INDEX marker_session ON marker (session_id)",
    "CREATE INDEX exclusion_session ON exclusion (session_id)",
    "CREATE INDEX media_session ON media (session_id)",
)
# Facts used to say in which folder the model lay, and so, mostly, the user's name.
_NO_FOLDER = ("UPDATE session SET facts = json_remove(facts, '$.bundle')",)
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _NO_FOLDER)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a store up to date, all of it or nothing.

    Raises:
        StoreError: a newer program has written it.
    """
    with connection:
        connection.execute("BEGIN IMMEDIATE")  # first, so that two programs cannot both migrate
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise StoreError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} was written by a newer r1-omni (version {version} of the store, this "
                    "one knows {known}): update r1-omni, or move the file away.",
                ),
                path=str(path),
                version=version,
                known=len(MIGRATIONS),
            )
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
