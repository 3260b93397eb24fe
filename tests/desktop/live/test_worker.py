"""What is told before an order counts for it, although pictures are looked at beside it."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from desktop.live import worker
from desktop.live.messages import (
    AnalyzeFile,
    CancelFile,
    Closed,
    Explained,
    ExplainNow,
    FileDone,
    Forget,
    Glimpsed,
    Gone,
    Listen,
    Look,
    Measured,
    Nobody,
    Pause,
    Quit,
    Ready,
    Seen,
    SettingUp,
    Writing,
)
from model.analysis import AnalysisOptions

from .fake_judge import FakeJudge

PATIENCE_S = 20
FACE = np.ones((4, 4, 3), np.uint8)


class Told:
    """The window's end of the pipe."""

    def __init__(self, pipe: Connection, judge: FakeJudge) -> None:
        self.pipe, self.judge = pipe, judge

    def look(self, first: int, end: int) -> None:
        """Pictures at these tenths of a second."""
        for tenth in range(first, end):
            self.pipe.send(Look(tenth / 10, FACE))

    def until(self, kind: type) -> list:
        events = [self._next()]
        while not isinstance(events[-1], kind):
            events.append(self._next())
        return events

    def _next(self) -> object:
        assert self.pipe.poll(PATIENCE_S), "waited in vain"
        return self.pipe.recv()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    judge = FakeJudge()
    monkeypatch.setattr(worker, "_load", lambda pipe, threads: judge)
    monkeypatch.setattr(worker, "NICENESS", 0)
    monkeypatch.setattr(worker, "crashes_written", contextlib.nullcontext)
    ours, theirs = multiprocessing.Pipe()

    def serve() -> None:
        worker.serve(theirs, 1)
        theirs.send(Gone(0))

    thread = threading.Thread(target=serve)
    thread.start()
    told = Told(ours, judge)
    told.until(Ready)
    yield told
    judge.let_go()
    if thread.is_alive():
        ours.send(Quit())
    thread.join(PATIENCE_S)
    ours.close()


def test_an_explanation_is_of_all_that_was_seen_before_it_was_asked_for(told: Told) -> None:
    told.look(0, 30)
    told.pipe.send(ExplainNow())
    events = told.until(Explained)
    assert events[-1].analysis.end_s == pytest.approx(2.9)
    assert [e.time_s for e in events if isinstance(e, Seen)] == [n / 10 for n in range(30)]


def test_looking_and_glancing_go_on_while_words_are_written(told: Told) -> None:
    told.look(0, 5)
    with told.judge.held():
        told.pipe.send(ExplainNow())
        told.look(5, 25)
        assert not any(isinstance(event, Explained) for event in told.until(Glimpsed))
    told.until(Explained)


def test_words_are_told_before_an_order_that_forgets_is_obeyed(told: Told) -> None:
    told.look(0, 5)
    told.pipe.send(ExplainNow())
    for order in (Forget(), Pause(), Quit()):
        told.pipe.send(order)
    kinds = [type(event).__name__ for event in told.until(Gone)]
    assert kinds.index("Explained") < len(kinds) - kinds[::-1].index("BaselineIs") - 1


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "lost"])
def test_what_was_seen_and_heard_is_not_kept_without_devices(
    told: Told, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    monkeypatch.setattr(worker, "KEPT_S", 60.0 if closed else 0.2)
    told.look(0, 5)
    told.pipe.send(Listen(0.0, np.full(8000, 0.5, np.float32)))
    if closed:
        told.pipe.send(Closed("camera"))
        told.pipe.send(Closed("microphone"))
    else:
        time.sleep(1.0)
    told.pipe.send(ExplainNow())
    assert not any(isinstance(event, Explained) for event in told.until(Nobody))


def test_a_window_that_goes_while_the_model_is_set_up_is_no_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load(pipe: Connection, threads: int) -> FakeJudge:
        pipe.send(SettingUp("encoders"))
        return FakeJudge()

    monkeypatch.setattr(worker, "_load", load)
    monkeypatch.setattr(worker, "NICENESS", 0)
    monkeypatch.setattr(worker, "crashes_written", contextlib.nullcontext)
    ours, theirs = multiprocessing.Pipe()
    ours.close()
    worker.serve(theirs, 1)


def test_a_fault_while_looking_ends_the_worker(told: Told, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise EOFError  # of those that end it without a word

    monkeypatch.setattr("desktop.live.watcher.Watcher.look", fail)
    told.look(0, 1)
    assert not any(isinstance(event, Seen) for event in told.until(Gone))


def test_a_file_in_which_nobody_is_goes_on_visibly_until_it_is_cancelled(told: Told) -> None:
    told.judge.empty_from_s = 5.0
    told.pipe.send(AnalyzeFile(Path("film.mp4"), AnalysisOptions()))
    events = told.until(Nobody)
    assert {event.end_s for event in events if isinstance(event, Writing)} == {5.0}
    assert events[-1] == Nobody(10.0, "film.mp4")
    told.pipe.send(CancelFile())
    assert told.until(FileDone)[-1] == FileDone(Path("film.mp4"), cancelled=True)


def test_a_file_that_is_measured_first_tells_how_far_that_is(told: Told) -> None:
    told.judge.empty_from_s = 0.0
    told.pipe.send(AnalyzeFile(Path("film.mp4"), AnalysisOptions(baseline="recording")))
    assert told.until(Measured)[-1] == Measured(5.0, "film.mp4")
    told.pipe.send(CancelFile())
    events = told.until(FileDone)
    assert events[-1] == FileDone(Path("film.mp4"), cancelled=True)
    assert not any(isinstance(event, Nobody) for event in events)
