"""The whole window with the real worker and the real model, on a clip in place of the devices."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPointF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.live.messages import BaselineIs, Failed, Gone
from desktop.settings import Settings
from desktop.window.consent import NOTICE_VERSION
from desktop.window.device_choice import Sources
from desktop.window.main_window import MainWindow
from model.analysis import Analysis
from model.bundle import Bundle
from model.runtime.analyzer import Analyzer
from tests.desktop.window.pixels import colour_at

SAMPLE = Path(__file__).parents[2] / "samples" / "happy.mp4"
PATIENCE_MS = 180_000


class Watched(QObject):
    """A window, and what went wrong in it.

    Attributes:
        baselines: what was told of the person's, in order.
    """

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__()
        source = str(SAMPLE)
        settings = Settings(consented=NOTICE_VERSION, threads=1)
        self.window = MainWindow(settings, Sources(source, source, loop=True), folder)
        self._qtbot = qtbot
        self._wrong: list[object] = []
        self.baselines: list[BaselineIs] = []
        qtbot.addWidget(self.window)
        self.window.bridge.told.connect(self._look)
        self.window.show()
        self.window.start()

    def _look(self, event: object) -> None:
        if isinstance(event, BaselineIs):
            self.baselines.append(event)
        if isinstance(event, Failed | Gone) and event != Gone(-signal.SIGKILL):
            self._wrong.append(event)

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(lambda: bool(self._wrong or condition()), timeout=PATIENCE_MS)
        assert self._wrong == []


def bare(analysis: Analysis) -> Analysis:
    return dataclasses.replace(analysis, timings_ms={})


def words(window: MainWindow) -> str:
    return " | ".join(label.text() for label in window.live.results.findChildren(QLabel))


@pytest.mark.usefixtures("devices")
def test_a_clip_is_explained_live_and_as_a_file_and_nothing_is_left(
    qtbot: QtBot, bundle_folder: Path, tmp_path: Path
) -> None:
    threads = set(threading.enumerate())
    watched = Watched(qtbot, tmp_path)
    window = watched.window
    live = window.live.results.model
    watched.wait(lambda: bool(live.analyses))
    (first, *_) = live.analyses
    assert first.rationale
    assert set(first.probabilities) == set(Settings().labels)
    assert "Nothing was analysed yet" not in words(window)
    preview = window.live.pane.preview
    middle = QPointF(preview.width() / 2, preview.height() / 2)
    assert colour_at(preview, middle) != QColor(0, 0, 0)

    window.pages.setCurrentWidget(window.files)
    window.files.add([SAMPLE])
    watched.wait(lambda: window.files.queue.item(SAMPLE).state == "done")
    found = [bare(one) for one in window.files.queue.item(SAMPLE).analyses]
    window.close()
    assert multiprocessing.active_children() == []
    assert set(threading.enumerate()) <= threads

    analyzer = Analyzer(Bundle.load(bundle_folder), threads=1)
    expected = analyzer.analyze_file(SAMPLE, window.files.queue.options)
    assert found == [bare(one) for one in expected]


@pytest.mark.usefixtures("devices", "bundle_folder")
@pytest.mark.skipif(os.name == "nt", reason="a signal to one process")
def test_a_worker_that_is_killed_is_replaced_by_one_that_knows_the_person(
    qtbot: QtBot, tmp_path: Path
) -> None:
    watched = Watched(qtbot, tmp_path)
    window, told = watched.window, watched.baselines
    watched.wait(lambda: any(baseline.clips for baseline in told))
    window.recorder.record(True)
    killed, told[:] = window.bridge.session.worker_id, told[-1:]
    os.kill(killed, signal.SIGKILL)
    before = len(window.live.results.model.analyses)
    watched.wait(lambda: len(window.live.results.model.analyses) > before)
    assert window.bridge.session.worker_id != killed
    assert all(baseline.clips for baseline in told)
    assert window.recorder.recording
    window.close()
    assert multiprocessing.active_children() == []
