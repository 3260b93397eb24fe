"""The worker's process: a real one, through real pipes, on the real model where there is one."""

from __future__ import annotations

import os
import queue
import signal
from pathlib import Path

import pytest

from desktop.live.link import WorkerLink
from desktop.live.messages import AnalyzeFile, Explained, Failed, FileDone, Gone, Ready, Writing
from model.analysis import AnalysisOptions

SAMPLES = Path(__file__).parents[2] / "samples"
PATIENCE_S = 120


class Told:
    """What a worker tells."""

    def __init__(self) -> None:
        self._events: queue.Queue = queue.Queue()
        self.put = self._events.put

    def until(self, *kinds: type) -> list:
        events = [self._events.get(timeout=PATIENCE_S)]
        while not isinstance(events[-1], kinds):
            events.append(self._events.get(timeout=PATIENCE_S))
        return events


@pytest.fixture
def linked(bundle_folder: Path):
    told = Told()
    link = WorkerLink(told.put, threads=1)
    link.start()
    yield link, told
    link.stop()


def test_a_file_is_analysed_and_a_wrong_one_told_in_a_sentence(linked, tmp_path: Path) -> None:
    link, told = linked
    assert isinstance(told.until(Ready, Failed, Gone)[-1], Ready)
    text = tmp_path / "renamed.mp4"
    text.write_text("no film")
    link.send(AnalyzeFile(text, AnalysisOptions()))
    failed = told.until(Failed)[-1]
    assert failed.path == text
    assert "renamed.mp4" in failed.sentence
    clip = SAMPLES / "happy.mp4"
    link.send(AnalyzeFile(clip, AnalysisOptions()))
    events = told.until(FileDone)
    (analysis,) = [event.analysis for event in events if isinstance(event, Explained)]
    assert analysis.emotion == "happy"
    written = "".join(event.piece for event in events if isinstance(event, Writing))
    assert written == analysis.rationale


@pytest.mark.skipif(os.name == "nt", reason="a signal to one process")
def test_ctrl_c_in_a_terminal_is_left_to_the_window(linked) -> None:
    link, told = linked
    told.until(Ready)
    os.kill(link.process_id, signal.SIGINT)
    link.send(AnalyzeFile(SAMPLES / "happy.mp4", AnalysisOptions()))
    assert isinstance(told.until(FileDone, Gone)[-1], FileDone)


def test_a_worker_that_dies_is_told(linked) -> None:
    link, told = linked
    told.until(Ready)
    os.kill(link.process_id, signal.SIGKILL)
    assert told.until(Gone)[-1].exit_code == -signal.SIGKILL
