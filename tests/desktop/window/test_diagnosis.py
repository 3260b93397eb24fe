"""The log in the window, and what is told when something has gone wrong."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal, qWarning
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.live.messages import Ready
from desktop.log import Tail
from desktop.settings import Settings
from desktop.window.diagnosis import Diagnosis
from desktop.window.faults import Faults
from desktop.window.log_drawer import LogDrawer
from desktop.window.main_window import MainWindow
from tests.desktop.window.closed_devices import open_window

FACTS = {"model": "nano", "bundle": "/opt/nano", "providers": "CPUExecutionProvider"}


@pytest.fixture
def tail() -> Iterator[Tail]:
    handler, root = Tail(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def faults(qapp: QApplication) -> Iterator[Faults]:
    hooks = Faults()
    hooks.install()
    yield hooks
    hooks.remove()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    with open_window(qtbot, tmp_path, Settings()) as opened:
        yield opened


class Clicked(QObject):
    now = Signal()


def test_the_drawer_shows_what_was_logged_and_follows(qtbot: QtBot, tail: Tail) -> None:
    logging.getLogger("test").info("before")
    drawer = LogDrawer(tail, lambda: "a report")
    qtbot.addWidget(drawer)
    assert drawer.isHidden()
    drawer.show()
    assert drawer.lines.toPlainText() == "before"
    elsewhere = threading.Thread(target=logging.getLogger("test").info, args=("after",))
    elsewhere.start()
    elsewhere.join()
    qtbot.waitUntil(lambda: drawer.lines.toPlainText() == "before\nafter")
    drawer.hide()
    assert tail.listener is None
    drawer.copy_button.click()
    assert QGuiApplication.clipboard().text() == "a report"


def test_a_key_opens_the_drawer(window: MainWindow, tail: Tail, faults: Faults) -> None:
    drawer = Diagnosis(window, tail, faults).drawer
    action = next(a for a in window.findChildren(QAction) if a.text() == "Log")
    assert action.shortcut().toString() == "Ctrl+L"
    window.show()
    assert not drawer.isVisible()
    action.trigger()
    assert drawer.isVisible()


def test_a_fault_in_a_slot_is_logged_and_told_once(
    window: MainWindow, tail: Tail, faults: Faults
) -> None:
    Diagnosis(window, tail, faults)
    clicked = Clicked()
    clicked.now.connect(lambda: {}["missing"])
    clicked.now.emit()
    clicked.now.emit()
    (sentence,) = window.banners.sentences
    assert sentence.startswith("Something went wrong")
    assert [line for line in tail.lines if "KeyError" in line] == ["KeyError: 'missing'"] * 2


def test_a_fault_in_a_thread_is_told(
    qtbot: QtBot, window: MainWindow, tail: Tail, faults: Faults
) -> None:
    Diagnosis(window, tail, faults)
    thread = threading.Thread(target=lambda: [][0])
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(window.banners.sentences) == 1)
    assert "IndexError: list index out of range" in tail.lines


def test_a_report_has_the_models_facts_and_the_log(
    window: MainWindow, tail: Tail, faults: Faults
) -> None:
    diagnosis = Diagnosis(window, tail, faults)
    window.bridge.told.emit(Ready(FACTS))
    report = diagnosis.report()
    assert "providers  CPUExecutionProvider" in report
    assert "bundle     /opt/nano" in report
    assert "offscreen" in report
    assert report.rstrip().endswith("ready: nano on CPUExecutionProvider")


def test_a_crash_of_the_last_run_is_told_with_the_report(
    window: MainWindow, tail: Tail, faults: Faults
) -> None:
    diagnosis = Diagnosis(window, tail, faults)
    window.show()
    diagnosis.tell_crash("Fatal Python error: Segmentation fault")
    assert "crashed the last time" in window.banners.sentences[0]
    window.banners.findChild(type(diagnosis.drawer.copy_button)).click()
    assert "Segmentation fault" in QGuiApplication.clipboard().text()
    assert diagnosis.drawer.isVisible()


def test_messages_of_qt_are_logged(tail: Tail, faults: Faults) -> None:
    qWarning("odd")
    assert list(tail.lines) == ["odd"]


def test_ctrl_c_is_no_fault(qtbot: QtBot, faults: Faults, tail: Tail) -> None:
    with qtbot.assertNotEmitted(faults.happened):
        faults.note(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not tail.lines
