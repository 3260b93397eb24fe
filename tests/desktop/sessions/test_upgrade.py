"""A store that the first release has written opens in every later one, with everything in it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop.sessions import schema
from desktop.sessions.schema import MIGRATIONS
from desktop.sessions.store import SessionStore
from desktop.settings import load_settings

# As released in 0.1: never changed, whatever becomes of `MIGRATIONS`.
STORE_OF_0_1 = """
CREATE TABLE session (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL,
    started TEXT NOT NULL, facts TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE window (id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    start_s REAL NOT NULL, end_s REAL NOT NULL, emotion TEXT NOT NULL, analysis TEXT NOT NULL);
CREATE TABLE marker (id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    at_s REAL NOT NULL, text TEXT NOT NULL);
CREATE TABLE exclusion (id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE,
    start_s REAL NOT NULL, end_s REAL NOT NULL CHECK (start_s < end_s), reason TEXT NOT NULL);
CREATE TABLE media (id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES session ON DELETE CASCADE, path BLOB NOT NULL);
INSERT INTO session VALUES (1, 'Monday', '2026-11-23T10:00:00+00:00', '{"model": "nano-0.4"}', 1);
INSERT INTO marker VALUES (1, 1, 2.5, 'laughs');
PRAGMA user_version = 1;
"""

SETTINGS_OF_0_1 = {"consented": 1, "camera": "Webcam", "language": "de", "gone_since": True}


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(STORE_OF_0_1)
    return path


def _titles(path: Path) -> list[str]:
    with SessionStore(path) as store:
        return [session.title for session in store.sessions()]


def test_the_sessions_of_the_first_release_open(old_store: Path) -> None:
    assert _titles(old_store) == ["Monday"]


def test_where_the_model_lay_is_forgotten(old_store: Path) -> None:
    facts = {"model": "nano-0.4", "bundle": "/home/ann/bundle", "labels": "dfew"}
    with closing(sqlite3.connect(old_store)) as connection, connection:
        connection.execute("UPDATE session SET facts = ?", (json.dumps(facts),))
    with SessionStore(old_store) as store:
        assert store.load(1).facts == {"model": "nano-0.4", "labels": "dfew"}


def test_a_later_migration_keeps_them_and_is_made_once(
    old_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = (*MIGRATIONS, ("ALTER TABLE session ADD COLUMN place TEXT NOT NULL DEFAULT ''",))
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    assert _titles(old_store) == _titles(old_store) == ["Monday"]
    with closing(sqlite3.connect(old_store)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(later),)
        assert connection.execute("SELECT text FROM marker").fetchall() == [("laughs",)]


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    old_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, ("DROP TABLE marker", "NONSENSE")))
    with pytest.raises(schema.StoreError):
        SessionStore(old_store)
    monkeypatch.undo()
    assert _titles(old_store) == ["Monday"]
    with closing(sqlite3.connect(old_store)) as connection:
        assert connection.execute("SELECT text FROM marker").fetchall() == [("laughs",)]


def test_the_settings_of_the_first_release_open(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(SETTINGS_OF_0_1), encoding="utf-8")
    settings = load_settings(path)
    assert (settings.consented, settings.camera, settings.language) == (1, "Webcam", "de")
