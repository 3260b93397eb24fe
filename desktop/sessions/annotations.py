"""Markers and excluded spans in the store: set and taken back, while recording and ever after."""

from __future__ import annotations

import sqlite3

from desktop.sessions.session import Exclusion


class Annotations:
    """Those of one session, within the transaction of a connection."""

    def __init__(self, connection: sqlite3.Connection, session_id: int) -> None:
        self._run, self._id = connection.execute, session_id

    def mark(self, at_s: float, text: str) -> None:
        """Add a remark at a moment."""
        self._run("INSERT INTO marker (session_id, at_s, text) VALUES (?, ?, ?)",
                  (self._id, at_s, storable(text)))  # fmt: skip

    def unmark(self, at_s: float) -> None:
        """Take back the remarks at a moment."""
        self._run("DELETE FROM marker WHERE session_id = ? AND at_s = ?", (self._id, at_s))

    def exclude(self, start_s: float, end_s: float, reason: str) -> None:
        """Add a span that is not to count.

        Raises:
            ValueError: it does not end after it begins.
        """
        span = Exclusion(start_s, end_s, storable(reason))
        self._run(
            "INSERT INTO exclusion (session_id, start_s, end_s, reason) VALUES (?, ?, ?, ?)",
            (self._id, span.start_s, span.end_s, span.reason),
        )

    def include(self, start_s: float, end_s: float) -> None:
        """Let a span count again; what is excluded on either side of it stays so."""
        spans = self._run(
            "SELECT id, start_s, end_s, reason FROM exclusion "
            "WHERE session_id = ? AND start_s < ? AND end_s > ?", (self._id, end_s, start_s),
        ).fetchall()  # fmt: skip
        for number, first_s, last_s, reason in spans:
            self._run("DELETE FROM exclusion WHERE id = ?", (number,))
            for from_s, to_s in ((first_s, start_s), (end_s, last_s)):
                if from_s < to_s:
                    self.exclude(from_s, to_s, reason)


def storable(text: str) -> str:
    """The text in valid UTF-8; a title made of a file's name need not be."""
    return text.encode("utf-8", "replace").decode()
