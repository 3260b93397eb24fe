"""`SessionStore`: the sessions that a user chose to keep, in one SQLite file.

While one program records, others may read the same file. A session whose program was killed keeps
every window that was added to it and is listed as interrupted; `finish` closes it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from desktop.sessions.annotations import Annotations, storable
from desktop.sessions.database import Database
from desktop.sessions.presence import Presence, is_present
from desktop.sessions.recording import Recording, add_windows
from desktop.sessions.session import Erased, Exclusion, Marker, Session, SessionSummary
from model.analysis import Analysis
from model.errors import StoreError
from model.sentence import QT_TRANSLATE_NOOP

_SUMMARIES = """
SELECT id, title, started, closed,
    (SELECT coalesce(max(end_s) - min(start_s), 0) FROM window WHERE session_id = session.id),
    (SELECT count(*) FROM window WHERE session_id = session.id),
    (SELECT count(*) FROM marker WHERE session_id = session.id)
FROM session
"""


def default_store() -> Path:
    """Where the sessions of this user are kept."""
    return user_data_path("r1-omni", appauthor=False) / "sessions.sqlite3"


def films_of(store: Path) -> Path:
    """The folder of the pictures and sound that belong to a store's sessions."""
    return store.with_name("media")


class SessionStore:
    """Everything that was recorded; any thread may call it.

    Args:
        path: the store's file, created with its folder where there is none yet.

    Raises:
        StoreError: here and in every method, where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    def __enter__(self) -> SessionStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def begin(self, title: str, facts: Mapping[str, str], started: datetime) -> Recording:
        """Begin a session; all of its times are in seconds since `started`, as its film's are.

        Args:
            title: what the user calls it.
            facts: what the results depend on: version, model, hashes, labels, baseline, consent.
            started: when the recording begins, with its time zone.
        """
        with self._database.writing() as connection:
            number = _insert(connection, title, facts, started)
            return Recording(self._database, number, Presence(self._presence_path(number)))

    def keep_file(
        self, path: Path, analyses: Iterable[Analysis], facts: Mapping[str, str], now: datetime
    ) -> None:
        """Make a session of what was found in a file: all of it, or none where that fails.

        The file stays the user's: it is no part of the session, and is not deleted with it. Its
        folder is not kept, since that mostly names the user.

        Args:
            path: the file; the session is called as it is.
            analyses: what was found in it.
            facts: as those of `begin`.
            now: when this is done, with its time zone.
        """
        folderless = (dataclasses.replace(one, file=path.name) for one in analyses)
        with self._database.writing() as connection:
            number = _insert(connection, path.name, facts, now, closed=True)
            add_windows(connection, number, folderless)

    def sessions(self) -> list[SessionSummary]:
        """Every session, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_SUMMARIES + "ORDER BY id DESC").fetchall()
            return [self._summary(connection, row) for row in rows]

    def load(self, session_id: int) -> Session:
        """A session with everything in it, as it is at this moment.

        Raises:
            StoreError: there is no such session.
        """
        with self._database.reading() as connection:
            row = connection.execute(_SUMMARIES + "WHERE id = ?", (session_id,)).fetchone()
            if row is None:
                raise _missing(session_id)
            number = (session_id,)
            facts = connection.execute("SELECT facts FROM session WHERE id = ?", number)
            windows = _parts(connection, "analysis FROM window", session_id)
            markers = sorted(_parts(connection, "at_s, text FROM marker", session_id))
            spans = _parts(connection, "start_s, end_s, reason FROM exclusion", session_id)
            return Session(
                summary=self._summary(connection, row),
                facts=json.loads(facts.fetchone()[0]),
                analyses=tuple(Analysis.from_json(json.loads(text)) for (text,) in windows),
                markers=tuple(Marker(*marker) for marker in markers),
                exclusions=tuple(Exclusion(*span) for span in spans),
                media=self._media(connection, session_id),
            )

    def rename(self, session_id: int, title: str) -> None:
        """Give a session another title."""
        with self._database.writing() as connection:
            renamed = "UPDATE session SET title = ? WHERE id = ?"
            if not connection.execute(renamed, (storable(title), session_id)).rowcount:
                raise _missing(session_id)

    @contextmanager
    def annotations(self, session_id: int) -> Iterator[Annotations]:
        """Markers and excluded spans of a session, to be set and taken back; kept at the end.

        Raises:
            StoreError: there is no such session.
        """
        with self._database.writing() as connection:
            found = connection.execute("SELECT 1 FROM session WHERE id = ?", (session_id,))
            if found.fetchone() is None:
                raise _missing(session_id)
            yield Annotations(connection, session_id)

    def finish(self, session_id: int) -> None:
        """Close a session that a crash left open.

        Raises:
            StoreError: there is no such session, or it is still being recorded.
        """
        self._refuse_while_recorded([session_id])
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE session SET closed = 1 WHERE id = ?", (session_id,)
            )
            if not changed.rowcount:
                raise _missing(session_id)
        self._presence_path(session_id).unlink(missing_ok=True)

    def erase(self, session_id: int) -> Erased:
        """Delete a session for good, and its media files with it.

        Raises:
            StoreError: there is no such session, it is still being recorded, or a media file
                cannot be deleted; the session is then kept.
        """
        erased = self._erase([session_id])
        if not erased.sessions:
            raise _missing(session_id)
        self._database.overwrite_erased(shrink=False)
        return erased

    def erase_all(self) -> Erased:
        """Delete everything for good; `Erased.sentence` says what that was."""
        with self._database.reading() as connection:
            numbers = [number for (number,) in connection.execute("SELECT id FROM session")]
        erased = self._erase(numbers)
        self._database.overwrite_erased(shrink=True)
        return erased

    def _erase(self, numbers: list[int]) -> Erased:
        self._refuse_while_recorded(numbers)
        total = Erased(0, 0, 0, 0)
        for number in numbers:
            with self._database.writing() as connection:
                windows, size = connection.execute(
                    "SELECT count(*), coalesce(sum(length(CAST(analysis AS BLOB))), 0) "
                    "FROM window WHERE session_id = ?", (number,),
                ).fetchone()  # fmt: skip
                # Files first: one that cannot be deleted must not be forgotten.
                sizes = [
                    _delete(path) for path in self._media(connection, number) if not _is_gone(path)
                ]
                gone = connection.execute("DELETE FROM session WHERE id = ?", (number,)).rowcount
            self._presence_path(number).unlink(missing_ok=True)
            total = Erased(
                total.sessions + gone,
                total.windows + windows,
                total.media_files + len(sizes),
                total.bytes + size + sum(sizes),
            )
        return total

    def _summary(
        self, connection: sqlite3.Connection, row: tuple[int, str, str, int, float, int, int]
    ) -> SessionSummary:
        number, title, started, closed, duration_s, windows, markers = row
        files = (path for path in self._media(connection, number) if os.path.exists(path))
        return SessionSummary(
            id=number,
            title=title,
            started=datetime.fromisoformat(started),
            duration_s=duration_s,
            windows=windows,
            markers=markers,
            media_bytes=sum(path.stat().st_size for path in files),
            open=not closed,
            interrupted=not closed and not is_present(self._presence_path(number)),
        )

    def _media(self, connection: sqlite3.Connection, session_id: int) -> tuple[Path, ...]:
        """Where a session's films are: where they were written, or where the store has moved to.

        A film that stayed behind when its session was erased would be known to nobody.
        """
        folder = films_of(self._database.path)
        written = (
            Path(os.fsdecode(path)) for (path,) in _parts(connection, "path FROM media", session_id)
        )
        # `Path` raises where nobody may look, as in the home of another user.
        return tuple(
            folder / path.name
            if not os.path.exists(path) and os.path.exists(folder / path.name)
            else path
            for path in written
        )

    def _presence_path(self, session_id: int) -> Path:
        path = self._database.path
        return path.with_name(f"{path.name}-recording-{session_id}")

    def _refuse_while_recorded(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            if is_present(self._presence_path(number)):
                raise StoreError(
                    QT_TRANSLATE_NOOP(
                        "errors",
                        "Session {number} is still being recorded: stop the recording first.",
                    ),
                    number=number,
                )


def _insert(
    connection: sqlite3.Connection,
    title: str,
    facts: Mapping[str, str],
    started: datetime,
    closed: bool = False,
) -> int:
    """Add a session without windows; returns its number."""
    number = connection.execute(
        "INSERT INTO session (title, started, facts, closed) VALUES (?, ?, ?, ?)",
        (storable(title), started.isoformat(), json.dumps(dict(facts)), closed),
    ).lastrowid
    assert number is not None
    return number


def _missing(session_id: int) -> StoreError:
    return StoreError(
        QT_TRANSLATE_NOOP("errors", "There is no session {number} any more: load the list anew."),
        number=session_id,
    )


def _parts(connection: sqlite3.Connection, what: str, session_id: int) -> list[tuple[Any, ...]]:
    return connection.execute(
        f"SELECT {what} WHERE session_id = ? ORDER BY id", (session_id,)
    ).fetchall()


def _is_gone(path: Path) -> bool:
    """Whether a file is known not to be there; one behind a folder that is closed to us may be."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False


def _delete(path: Path) -> int:
    """Delete a media file; returns the bytes that it took."""
    try:
        size = path.stat().st_size
        path.unlink()
    except OSError as error:
        raise StoreError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} cannot be deleted ({fault}): close whatever plays it, then erase "
                "the session again.",
            ),
            path=str(path), fault=error.strerror,
        ) from error  # fmt: skip
    return size
