"""`Recording`: a session that is being written, window by window."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.sessions.annotations import Annotations
from desktop.sessions.database import Database
from desktop.sessions.presence import Presence
from model.analysis import Analysis
from model.errors import StoreError
from model.sentence import QT_TRANSLATE_NOOP


class Recording:
    """Writes into one session; whatever a call has written is on the disk when it returns.

    Made by `SessionStore.begin`. Any thread may call it. Close it before its store; a `with` block
    does so by itself.

    Args:
        database: the store's file.
        session_id: the session's number.
        presence: tells other programs that this session is being recorded.
    """

    def __init__(self, database: Database, session_id: int, presence: Presence) -> None:
        self.id = session_id
        self._database = database
        self._presence: Presence | None = presence

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, analysis: Analysis) -> None:
        """Keep the results of a window.

        Raises:
            StoreError: here and below, the recording is closed or the file cannot be written.
        """
        with self._writing() as connection:
            add_windows(connection, self.id, [analysis])

    def mark(self, at_s: float, text: str) -> None:
        """Keep a remark at a moment on the recording's clock."""
        with self._annotations() as annotations:
            annotations.mark(at_s, text)

    def unmark(self, at_s: float) -> None:
        """Take a remark back."""
        with self._annotations() as annotations:
            annotations.unmark(at_s)

    def exclude(self, start_s: float, end_s: float, reason: str) -> None:
        """Keep that a span on the recording's clock is not to count.

        Raises:
            ValueError: the span does not end after it begins.
        """
        with self._annotations() as annotations:
            annotations.exclude(start_s, end_s, reason)

    def include(self, start_s: float, end_s: float) -> None:
        """Let a span count again."""
        with self._annotations() as annotations:
            annotations.include(start_s, end_s)

    def keep_media(self, path: Path) -> None:
        """Make a file part of the session: it will be deleted with it.

        Only for files that this program writes because the user ticked the box for it, and best
        called before the first byte is written: a crash then leaves no file that nobody knows of.
        """
        row = self.id, os.fsencode(path.resolve())
        with self._writing() as connection:
            connection.execute("INSERT INTO media (session_id, path) VALUES (?, ?)", row)

    def close(self) -> None:
        """End the session; nothing can be added to it afterwards, even if this fails."""
        presence, self._presence = self._presence, None
        if presence is None:
            return
        try:
            with self._database.writing() as connection:
                connection.execute("UPDATE session SET closed = 1 WHERE id = ?", (self.id,))
        finally:
            presence.give_up()

    @contextmanager
    def _annotations(self) -> Iterator[Annotations]:
        with self._writing() as connection:
            yield Annotations(connection, self.id)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._database.writing() as connection:
            if self._presence is None:
                raise StoreError(
                    QT_TRANSLATE_NOOP(
                        "errors", "This recording has been stopped: begin a new one to go on."
                    )
                )
            yield connection


def add_windows(
    connection: sqlite3.Connection, session_id: int, analyses: Iterable[Analysis]
) -> None:
    """Write the results of windows, within the transaction of a connection."""
    rows = (
        (session_id, a.start_s, a.end_s, a.emotion, json.dumps(a.to_json(), allow_nan=False))
        for a in analyses
    )
    connection.executemany(
        "INSERT INTO window (session_id, start_s, end_s, emotion, analysis) VALUES (?, ?, ?, ?, ?)",
        rows,
    )
