"""What was recorded comes back as it was, from other programs too, and is gone once erased."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sessions import Exclusion, Marker, SessionStore, default_store
from desktop.sessions.schema import MIGRATIONS
from model.analysis import Analysis
from model.errors import StoreError

from .examples import FACTS, NASTY, STARTED, nasty, ordinary, record, window

ROOT = Path(__file__).parents[3]
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from desktop.sessions import SessionStore
from model.analysis import Analysis, Contribution

store = SessionStore(Path(sys.argv[1]))
recording = store.begin("live", {}, datetime.now(UTC))
for at in range(1_000_000):
    recording.add(Analysis(
        "camera", at, at + 1.0, "happy", False, {"happy": 1.0}, "word " * 200, None, (),
        Contribution(0.0, 0.0), 1,
    ))
    print(at, flush=True)
    if len(sys.argv) > 2 and at == 2:
        sys.stdin.read()
"""


def start_writer(path: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


def test_a_session_comes_back_as_it_was(store: SessionStore, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"12345")
    analyses = (*ordinary().analyses, *nasty().analyses)
    with store.begin(NASTY, FACTS, STARTED) as recording:
        for analysis in analyses:
            recording.add(analysis)
        recording.mark(3.5, NASTY)
        recording.exclude(1.0, 2.0, "cough")
        recording.keep_media(clip)
    session = store.load(recording.id)
    assert session.analyses == analyses
    assert session.facts == FACTS
    assert session.markers == (Marker(3.5, NASTY),)
    assert session.exclusions == (Exclusion(1.0, 2.0, "cough"),)
    assert session.media == (clip,)
    summary = session.summary
    assert (summary.title, summary.started, summary.duration_s) == (NASTY, STARTED, 110.0)
    assert (summary.windows, summary.markers, summary.media_bytes) == (24, 1, 5)
    assert not summary.open
    assert store.sessions() == [summary]


@given(
    start_s=st.floats(0, 1e6),
    probability=st.floats(0, 1),
    rationale=st.text(),
    emotion=st.sampled_from(["happy", "sad"]),
)
def test_an_analysis_survives_json(
    start_s: float, probability: float, rationale: str, emotion: str
) -> None:
    analysis = window(start_s, None, emotion, probability, rationale=rationale)
    assert Analysis.from_json(json.loads(json.dumps(analysis.to_json()))) == analysis


def test_the_newest_session_comes_first(store: SessionStore) -> None:
    numbers = [record(store, title=title) for title in ("a", "b", "c")]
    assert [s.id for s in store.sessions()] == numbers[::-1]
    assert [s.duration_s for s in store.sessions()] == [0, 0, 0]


def test_every_call_is_on_the_disk_when_it_returns(store: SessionStore, store_path: Path) -> None:
    with store.begin("live", FACTS, STARTED) as recording, SessionStore(store_path) as other:
        for count in range(1, 4):
            recording.add(window(5.0 * count))
            assert other.sessions()[0].windows == count
        assert other.sessions()[0].open
        assert not other.sessions()[0].interrupted
    assert not store.sessions()[0].open
    assert [path.name for path in store_path.parent.iterdir() if "recording" in path.name] == []


def test_of_a_file_that_cannot_be_kept_nothing_is(store: SessionStore) -> None:
    found = [window(0.0), window(5.0)]
    with closing(sqlite3.connect(store._database.path)) as other, other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON window WHEN new.start_s > 0 "
            "BEGIN SELECT raise(ABORT, 'database or disk is full'); END"
        )
    with pytest.raises(StoreError, match="disk is full"):
        store.keep_file(Path("/films/talk.mp4"), found, FACTS, STARTED)
    assert store.sessions() == []
    with closing(sqlite3.connect(store._database.path)) as other, other:
        other.execute("DROP TRIGGER full")
    store.keep_file(Path("/films/talk.mp4"), found, FACTS, STARTED)
    (summary,) = store.sessions()
    assert (summary.title, summary.windows, summary.open) == ("talk.mp4", 2, False)
    assert {one.file for one in store.load(summary.id).analyses} == {"talk.mp4"}


def test_another_program_reads_while_one_writes(store: SessionStore, store_path: Path) -> None:
    with start_writer(store_path, "pause") as writer:
        assert writer.stdout is not None
        assert [next(writer.stdout) for _ in range(3)] == ["0\n", "1\n", "2\n"]
        (summary,) = store.sessions()
        assert (summary.windows, summary.open, summary.interrupted) == (3, True, False)
        assert len(store.load(summary.id).analyses) == 3
        for refused in (store.finish, store.erase):
            with pytest.raises(StoreError, match="still being recorded"):
                refused(summary.id)
        writer.kill()


def test_kill_loses_nothing_that_was_committed(store_path: Path) -> None:
    with start_writer(store_path) as writer:
        assert writer.stdout is not None
        while int(next(writer.stdout)) < 20:
            pass
        writer.kill()
        told = [int(line) for line in writer.stdout.read().splitlines() if line]
    committed = max(told, default=20) + 1
    with SessionStore(store_path) as store:
        (summary,) = store.sessions()
        assert summary.open
        assert summary.interrupted
        assert committed <= summary.windows <= committed + 1
        starts = [a.start_s for a in store.load(summary.id).analyses]
        assert starts == list(range(summary.windows))
        store.finish(summary.id)
        assert not store.sessions()[0].open
        store.finish(summary.id)  # finishing twice changes nothing
        assert store.erase(summary.id).windows == summary.windows
    assert {path.name for path in store_path.parent.iterdir()} == {"sessions.sqlite3"}


def test_threads_may_share_a_store(store: SessionStore) -> None:
    with store.begin("live", FACTS, STARTED) as recording:

        def work(first: int) -> None:
            for at in range(first, first + 10):
                recording.add(window(float(at)))
                recording.mark(float(at), "now")

        threads = [threading.Thread(target=work, args=(100 * n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (store.sessions()[0].windows, store.sessions()[0].markers) == (40, 40)


def test_nothing_is_recorded_after_the_end(store: SessionStore) -> None:
    recording = store.begin("one", FACTS, STARTED)
    recording.close()
    recording.close()
    with pytest.raises(StoreError, match="has been stopped"):
        recording.add(window())
    assert store.load(recording.id).analyses == ()


def test_a_result_that_is_no_number_is_refused(store: SessionStore) -> None:
    with store.begin("one", FACTS, STARTED) as recording:
        with pytest.raises(ValueError, match="JSON"):
            recording.add(window(probability=float("nan")))
        with pytest.raises(StoreError):
            recording.mark(float("nan"), "when?")
        for end_s in (1.0, float("nan")):
            with pytest.raises(ValueError, match="excluded span"):
                recording.exclude(1.0, end_s, "")
        recording.add(window())
    assert store.sessions()[0].windows == 1


def test_a_title_of_a_file_name_that_is_no_text_is_kept(store: SessionStore) -> None:
    number = record(store, title=os.fsdecode(b"caf\xe9.mp4"))
    assert store.sessions()[0].title == "caf?.mp4"
    store.rename(number, "new")
    assert store.sessions()[0].title == "new"


def test_what_is_gone_is_told_so(store: SessionStore) -> None:
    for action in (
        store.load, store.erase, store.finish, lambda number: store.rename(number, "x")
    ):  # fmt: skip
        with pytest.raises(StoreError, match="no session 7"):
            action(7)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_the_owner_may_look(store: SessionStore, store_path: Path) -> None:
    assert stat.S_IMODE(store_path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(store_path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps folders of a user from others")
def test_only_the_owner_may_look_at_what_a_backup_has_brought_back(store_path: Path) -> None:
    store_path.parent.mkdir(mode=0o755)
    with SessionStore(store_path):
        pass
    store_path.chmod(0o644)
    store_path.parent.chmod(0o755)
    with SessionStore(store_path):
        assert store_path.stat().st_mode & 0o777 == 0o600
        assert store_path.parent.stat().st_mode & 0o777 == 0o700


def test_pragmas_that_the_promises_rest_on(store: SessionStore) -> None:
    promised = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    for name, value in promised.items():
        row = store._database._connection.execute(f"PRAGMA {name}").fetchone()
        assert row[0] == value, name


def test_a_store_of_a_newer_program_is_left_alone(store_path: Path) -> None:
    SessionStore(store_path).close()
    with closing(sqlite3.connect(store_path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match=r"newer r1-omni .* update r1-omni"):
        SessionStore(store_path)


def test_a_file_that_is_no_store_is_told_in_a_sentence(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear store, " * 100)
    with pytest.raises(StoreError, match=r"letter\.txt cannot be used"):
        SessionStore(other)
    with pytest.raises(StoreError, match="cannot be written"):
        SessionStore(other / "sessions.sqlite3")


def test_a_session_is_kept_in_the_users_data_folder() -> None:
    assert default_store().name == "sessions.sqlite3"
    assert default_store().parent.name == "r1-omni"


def test_what_was_marked_and_excluded_can_be_taken_back(store: SessionStore) -> None:
    with store.begin("Live", {}, STARTED) as recording:
        recording.mark(1.0, "laughs")
        recording.mark(2.0, "yawns")
        recording.unmark(1.0)
        recording.exclude(0.0, 10.0, "cough")
        recording.include(4.0, 6.0)
    with store.annotations(recording.id) as notes:
        notes.include(0.0, 1.0)
        notes.mark(3.0, "nods")
        notes.unmark(2.0)
    session = store.load(recording.id)
    assert [(m.at_s, m.text) for m in session.markers] == [(3.0, "nods")]
    spans = sorted((e.start_s, e.end_s, e.reason) for e in session.exclusions)
    assert spans == [(1.0, 4.0, "cough"), (6.0, 10.0, "cough")]
    with pytest.raises(StoreError, match="no session"), store.annotations(99):
        pass
