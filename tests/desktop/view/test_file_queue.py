"""The queue of files: one at a time, errors kept by file, time left by what is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.live.messages import (
    AnalyzeFile,
    CancelFile,
    Explained,
    Failed,
    FileDone,
    Gone,
    Measured,
    Nobody,
    Ready,
)
from desktop.view.file_queue import FileQueue
from model.analysis import Analysis, Contribution

A, B, C = Path("a.mp4"), Path("b.wav"), Path("c.mkv")
LENGTHS = {A: 20.0, B: 10.0, C: 0.0}


class Desk:
    def __init__(self) -> None:
        self.sent: list[object] = []
        self.now_s = 100.0
        self.queue = FileQueue(self.sent.append, lambda: self.now_s, LENGTHS.__getitem__)

    def states(self) -> list[str]:
        return [item.state for item in self.queue.items]


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.queue.take(Ready({}))
    desk.queue.add([A, B, C])
    return desk


def window(path: Path, end_s: float) -> Explained:
    return Explained(Analysis(
        str(path), end_s - 5, end_s, "sad", False, {"sad": 1.0}, "", None, (),
        Contribution(0, 0), 1,
    ))  # fmt: skip


def test_files_are_analysed_one_after_the_other(desk: Desk) -> None:
    assert desk.states() == ["analysing", "waiting", "waiting"]
    assert desk.queue.take(window(A, 5.0))
    assert desk.queue.take(FileDone(A))
    assert desk.states() == ["done", "analysing", "waiting"]
    assert [order.path for order in desk.sent] == [A, B]
    assert [one.end_s for one in desk.queue.item(A).analyses] == [5.0]


def test_a_file_that_fails_keeps_its_sentence_and_the_next_goes_on(desk: Desk) -> None:
    desk.queue.take(Failed("a.mp4 is empty.", A))
    assert (desk.queue.item(A).state, desk.queue.item(A).message) == ("failed", "a.mp4 is empty.")
    assert desk.states() == ["failed", "analysing", "waiting"]


def test_what_is_not_about_a_file_is_left_alone(desk: Desk) -> None:
    assert not desk.queue.take(Failed("The model is gone."))
    assert not desk.queue.take(window(Path("live"), 5.0))


def test_a_worker_that_dies_takes_one_file_along_and_the_others_wait_for_the_next(
    desk: Desk,
) -> None:
    assert desk.queue.take(Gone(-9))
    assert desk.states() == ["failed", "waiting", "waiting"]
    assert "add the file again" in desk.queue.item(A).message
    desk.queue.add([A])
    assert desk.states() == ["waiting", "waiting", "waiting"]
    assert desk.queue.take(Ready({}))
    assert desk.states() == ["analysing", "waiting", "waiting"]
    assert len(desk.sent) == 2


def test_what_is_added_before_a_model_is_loaded_waits_even_if_the_first_cannot_be() -> None:
    desk = Desk()
    desk.queue.add([A, B])
    desk.queue.take(Gone(0))
    assert desk.states() == ["waiting", "waiting"]
    assert desk.sent == []
    desk.queue.take(Ready({}))
    assert desk.states() == ["analysing", "waiting"]


def test_a_stretch_with_nobody_in_it_is_progress(desk: Desk) -> None:
    assert desk.queue.take(Nobody(5.0, str(A)))
    assert (desk.queue.item(A).done_s, desk.queue.item(A).analyses) == (5.0, ())
    assert not desk.queue.take(Nobody(6.0))


def test_progress_and_time_left(desk: Desk) -> None:
    assert desk.queue.left_s() is None
    desk.now_s += 2.5
    desk.queue.take(window(A, 5.0))
    assert desk.queue.item(A).share == 0.25
    assert desk.queue.left_s() == pytest.approx((15 + 10) / 2)
    desk.queue.take(FileDone(A))
    assert desk.queue.item(A).share == 1.0
    assert desk.queue.item(C).share == 0.0


def test_a_file_that_is_measured_first_is_two_fifths_done_by_then(desk: Desk) -> None:
    desk.now_s += 2.0
    assert desk.queue.take(Measured(10.0, str(A)))
    assert (desk.queue.item(A).done_s, desk.queue.item(A).share) == (0.0, 0.2)
    assert desk.queue.left_s() == pytest.approx((16 + 10) / 2)
    desk.queue.take(Measured(20.0, str(A)))
    desk.queue.take(window(A, 5.0))
    assert desk.queue.item(A).share == pytest.approx(0.4 + 0.6 * 0.25)


def test_cancelling(desk: Desk) -> None:
    desk.queue.cancel(B)
    assert desk.states() == ["analysing", "cancelled", "waiting"]
    desk.queue.cancel(A)
    assert isinstance(desk.sent[-1], CancelFile)
    assert desk.states()[0] == "analysing"  # until the worker says so
    desk.queue.take(FileDone(A, cancelled=True))
    assert desk.states() == ["cancelled", "cancelled", "analysing"]


def test_removing_and_doing_again(desk: Desk) -> None:
    desk.queue.remove(B)
    assert [item.path for item in desk.queue.items] == [A, C]
    desk.queue.remove(A)
    assert isinstance(desk.sent[-1], CancelFile)
    desk.queue.take(FileDone(A, cancelled=True))
    desk.queue.take(FileDone(C))
    assert not desk.queue.busy
    desk.queue.add([A])
    assert isinstance(desk.sent[-1], AnalyzeFile)
    assert desk.queue.item(A).state == "analysing"
