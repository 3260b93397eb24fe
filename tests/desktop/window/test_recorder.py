"""What cannot be written is told, and ends the recording."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.capture.rings import FrameRing, SoundRing, TimedFrame
from desktop.sessions import Recording, SessionStore
from desktop.sessions.film import FilmWriter
from desktop.window.recorder import Recorder
from model.errors import StoreError
from tests.desktop.scene import CLAIMS, analysis, cue

BEGUN_S = 600.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SessionStore]:
    with SessionStore(tmp_path / "sessions.sqlite3") as opened:
        yield opened


@pytest.fixture
def frames() -> FrameRing:
    return FrameRing()


@pytest.fixture
def recorder(store: SessionStore, tmp_path: Path, frames: FrameRing) -> Iterator[Recorder]:
    def film_of(
        number: int, begun_s: float, on_end: Callable[[str], None]
    ) -> tuple[Path, FilmWriter]:
        path = tmp_path / "media" / f"{number}.mkv"
        return path, FilmWriter(path, frames, SoundRing(), begun_s, on_end)

    recorder = Recorder(store, lambda: {"model": "nano"}, lambda: BEGUN_S, film_of)
    yield recorder
    recorder.close()


def fail(*_: object) -> None:
    raise StoreError("The disk is full.")


def test_windows_markers_and_exclusions_are_kept(recorder: Recorder, store: SessionStore) -> None:
    recorder.add(analysis())
    recorder.record(True)
    recorder.record(True)
    recorder.add(analysis(605.0, 610.0))
    recorder.mark(607.0, "laughs")
    recorder.exclude(608.0, 609.0)
    recorder.record(False)
    recorder.mark(608.0, "too late")
    (summary,) = store.sessions()
    assert (summary.windows, summary.markers, summary.open) == (1, 1, False)
    assert store.load(summary.id).facts == {"model": "nano", "media": "not kept"}


def test_times_count_from_the_beginning_of_the_recording(
    recorder: Recorder, store: SessionStore
) -> None:
    recorder.record(True)
    claim = dataclasses.replace(CLAIMS[0], start_s=606.0, end_s=607.0)
    nowhere = dataclasses.replace(CLAIMS[1], start_s=0.0, end_s=0.0, verdict="unmeasurable")
    seen = dataclasses.replace(cue("jaw_drop"), start_s=606.5, end_s=607.5)
    recorder.add(analysis(605.0, 610.0, claims=(claim, nowhere), cues=(seen,)))
    for at_s in (607.0, 608.0):
        recorder.mark(at_s, "")
    recorder.unmark(608.0)
    recorder.exclude(605.0, 610.0)
    recorder.include(608.0, 612.0)
    recorder.record(False)
    session = store.load(1)
    (window,) = session.analyses
    assert (window.start_s, window.end_s) == (5.0, 10.0)
    assert [(one.start_s, one.end_s) for one in window.claims] == [(6.0, 7.0), (0.0, 0.0)]
    assert [(one.start_s, one.end_s) for one in window.cues] == [(6.5, 7.5)]
    assert [marker.at_s for marker in session.markers] == [7.0]
    assert [(span.start_s, span.end_s) for span in session.exclusions] == [(5.0, 8.0)]


def test_nothing_of_before_the_recording_is_kept(recorder: Recorder, store: SessionStore) -> None:
    recorder.record(True)
    for start_s in (594.0, 598.0, 600.0):
        recorder.add(analysis(start_s, start_s + 5.0))
        recorder.mark(start_s - 1.0, "")
        recorder.exclude(start_s, start_s + 4.0)
    recorder.record(False)
    session = store.load(1)
    assert [one.start_s for one in session.analyses] == [0.0]
    assert [marker.at_s for marker in session.markers] == [0.0]  # the timeline's now lags
    spans = [(span.start_s, span.end_s) for span in session.exclusions]
    assert spans == [(0.0, 2.0), (0.0, 4.0)]


def test_only_markers_of_the_recording_are_taken_back(
    recorder: Recorder, store: SessionStore
) -> None:
    recorder.record(True)
    for at_s in (599.5, 603.0, 604.0):
        recorder.mark(at_s, "")
    for at_s in (300.0, 599.5, 604.0):  # the first one is of before
        recorder.unmark(at_s)
    recorder.record(False)
    assert [marker.at_s for marker in store.load(1).markers] == [3.0]


@pytest.mark.parametrize("method", ["add", "mark", "exclude", "unmark", "include"])
def test_a_failure_ends_the_recording_and_tells(
    qtbot: QtBot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    recorder.record(True)
    monkeypatch.setattr(Recording, method, fail)
    deeds = {
        "add": lambda: recorder.add(analysis(601.0, 602.0)),
        "mark": lambda: recorder.mark(601.0, ""),
        "exclude": lambda: recorder.exclude(601.0, 602.0),
        "unmark": lambda: recorder.unmark(601.0),
        "include": lambda: recorder.include(601.0, 602.0),
    }
    with (
        qtbot.waitSignal(recorder.failed) as failed,
        qtbot.waitSignal(recorder.recording_changed) as changed,
    ):
        deeds[method]()
    assert failed.args == ["The disk is full."]
    assert changed.args == [False]
    assert not recorder.recording


def test_a_recording_that_failed_can_be_erased_and_another_begun(
    recorder: Recorder, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.record(True)
    with monkeypatch.context() as patched:
        patched.setattr(Recording, "add", fail)
        recorder.add(analysis(605.0, 610.0))
    recorder.record(True)
    assert recorder.recording
    newer, older = store.sessions()
    store.erase(older.id)
    recorder.record(False)
    assert [one.id for one in store.sessions()] == [newer.id]


def test_a_recording_that_cannot_begin_is_told_once(
    qtbot: QtBot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SessionStore, "begin", fail)
    changes: list[bool] = []
    recorder.recording_changed.connect(changes.append)
    with qtbot.waitSignal(recorder.failed):
        recorder.record(True)
    assert not recorder.recording
    assert set(changes) == {False}


def test_pictures_and_sound_are_kept_only_when_that_is_wanted_too(
    qtbot: QtBot, recorder: Recorder, store: SessionStore, tmp_path: Path, frames: FrameRing
) -> None:
    recorder.record(True)
    assert not recorder.filming
    recorder.record(False)
    assert not (tmp_path / "media").exists()
    recorder.with_film = True
    recorder.record(True)
    assert recorder.filming
    frames.push(TimedFrame(BEGUN_S, np.zeros((48, 64, 3), np.uint8)))
    with qtbot.waitSignal(recorder.film_ended) as ended:
        recorder.record(False)
    number, sentence = ended.args
    session = store.load(number)
    assert (sentence, session.facts["media"]) == ("", "kept")
    (film,) = session.media
    assert film.stat().st_mode & 0o77 == 0
    assert session.summary.media_bytes == film.stat().st_size > 0
    assert "1 media file" in store.erase(number).sentence
    assert not film.exists()


def test_a_film_that_cannot_be_written_is_told_and_the_results_go_on(
    qtbot: QtBot, recorder: Recorder, store: SessionStore, tmp_path: Path
) -> None:
    (tmp_path / "media").write_text("in the way")
    recorder.with_film = True
    with qtbot.waitSignal(recorder.failed) as failed:
        recorder.record(True)
    assert "not kept any more" in failed.args[0]
    assert (recorder.recording, recorder.filming) == (True, False)
    recorder.add(analysis(605.0, 610.0))
    recorder.record(False)
    assert store.sessions()[0].windows == 1
