"""What is erased is gone: rows, media files and the bytes that they were."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop.sessions import Erased, SessionStore
from desktop.sessions.store import films_of
from model.errors import StoreError

from .examples import FACTS, STARTED, record, window


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_erasing_one_leaves_the_others(store: SessionStore, tmp_path: Path) -> None:
    kept_clip, clip, missing = (tmp_path / name for name in ("kept.mp4", "gone.mp4", "never.mp4"))
    kept_clip.write_bytes(b"1")
    clip.write_bytes(b"0" * 2_000_000)
    kept = record(store, window())
    with store.begin("secret", FACTS, STARTED) as recording:
        recording.add(window(rationale="The unmistakable giggle."))
        recording.keep_media(clip)
        recording.keep_media(missing)
        recording.mark(1.0, "unmistakable remark")
    folder = tmp_path / "kept"
    assert b"unmistakable" in bytes_on_disk(folder)
    erased = store.erase(recording.id)
    assert (erased.sessions, erased.windows, erased.media_files) == (1, 1, 1)
    assert erased.sentence == "1 session with 1 window and 1 media file was erased (2.0 MB)."
    assert not clip.exists()
    assert kept_clip.exists()
    assert b"unmistakable" not in bytes_on_disk(folder)
    assert [s.id for s in store.sessions()] == [kept]
    assert record(store) > recording.id  # its number is not given again


def test_what_was_erased_is_said_in_plain_figures() -> None:
    assert Erased(3, 120, 2, 14_200_000).sentence == (
        "3 sessions with 120 windows and 2 media files were erased (14.2 MB)."
    )
    assert Erased(1, 0, 0, 900).sentence == (
        "1 session with no windows and no media files was erased (0.9 kB)."
    )


def test_erasing_all_leaves_no_trace(store: SessionStore, store_path: Path) -> None:
    for title in ("unmistakable", "b", "c"):
        record(store, *(window(5.0 * n, rationale="An unmistakable sigh.") for n in range(40)),
               title=title)  # fmt: skip
    erased = store.erase_all()
    assert (erased.sessions, erased.windows, erased.media_files) == (3, 120, 0)
    assert erased.bytes > 100_000
    assert erased.sentence.startswith("3 sessions with 120 windows and no media files were erased")
    assert store.sessions() == []
    assert b"unmistakable" not in bytes_on_disk(store_path.parent)
    assert store_path.stat().st_size < 100_000
    assert store.erase_all() == Erased(0, 0, 0, 0)
    assert store.erase_all().sentence == "Nothing was erased: no session was kept."


def test_a_reader_that_holds_old_results_is_told_of(store: SessionStore, store_path: Path) -> None:
    record(store, window())
    with closing(sqlite3.connect(store_path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM window").fetchall()
        store._database._connection.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(StoreError, match="another program still reads"):
            store.erase_all()
    assert store.erase_all().sessions == 0


def test_media_that_cannot_be_deleted_keep_the_session(store: SessionStore, tmp_path: Path) -> None:
    with store.begin("one", FACTS, STARTED) as recording:
        recording.keep_media(tmp_path / "folder")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="folder cannot be deleted"):
        store.erase(recording.id)
    assert store.load(recording.id).media == (tmp_path / "folder",)


def test_a_film_goes_also_where_its_store_has_moved(store_path: Path, tmp_path: Path) -> None:
    with SessionStore(store_path) as store, store.begin("one", FACTS, STARTED) as recording:
        film = films_of(store_path) / "session-1.mkv"
        film.parent.mkdir()
        film.write_bytes(b"0" * 100)
        recording.keep_media(film)
    moved = store_path.parent.rename(tmp_path / "of another user")
    with SessionStore(moved / store_path.name) as store:
        film = moved / "media" / film.name
        assert store.load(recording.id).media == (film,)
        assert store.erase(recording.id).media_files == 1
    assert not film.exists()


def test_a_film_in_a_closed_folder_keeps_the_session(
    store: SessionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path, **options: bool) -> os.stat_result:
        if path.name == "film.mkv":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return os.stat(path, **options)

    with store.begin("one", FACTS, STARTED) as recording:
        recording.keep_media(tmp_path / "film.mkv")
    monkeypatch.setattr(Path, "stat", closed)
    assert [one.media_bytes for one in store.sessions()] == [0]
    with pytest.raises(StoreError, match=r"film.mkv cannot be deleted \(Permission denied\)"):
        store.erase(recording.id)
    assert store.load(recording.id).media == (tmp_path / "film.mkv",)
