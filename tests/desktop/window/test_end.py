"""Whoever ends the window: what is being recorded is made whole first."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.live.messages import FileDone
from desktop.sessions import SessionStore
from desktop.view.film import length_of
from desktop.window.application import end_well
from desktop.window.main_window import MainWindow
from tests.desktop.window.conftest import OpenWindow
from tests.desktop.window.live_window import button, go_live, show

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60
YES = QMessageBox.StandardButton.Yes
# The window without a worker records results and a film, then says so; a box may be in front of it.
SCRIPT = """
import signal, sys
from pathlib import Path
import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
from desktop.capture.rings import TimedFrame
from desktop.window import application, bridge
from desktop.window.main_window import MainWindow
from tests.desktop.scene import analysis
from tests.desktop.window.fake_session import FakeSession

bridge.LiveSession = FakeSession
# Who runs the tests by nohup ignores the one, and in the background the other.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)

def start(window):
    window.recorder.with_film = True
    window.recorder.record(True)
    now_s = window.bridge.session.clock.now_s()
    window.recorder.add(analysis(now_s, now_s + 5.0))
    window.files.add([Path("talk.mp4")])  # it is asked about where somebody closes the window
    window.bridge.session.frames.push(TimedFrame(now_s, np.zeros((48, 64, 3), np.uint8)))
    QTimer.singleShot(0, lambda: tell(window))

def tell(window):
    print("recording", flush=True)
    if sys.argv[1:] == ["asking"]:
        QMessageBox.question(window, "Erase", "Erase it?")

MainWindow.start = start
sys.exit(application.run_window())
"""


def recorded_until(number: signal.Signals, folder: Path, *arguments: str) -> int:
    """Record in a process, end it by a signal, and return its exit code."""
    environment = {
        **os.environ,
        **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CONFIG", "DATA", "STATE")},
    }
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "recording\n"
        process.send_signal(number)
        try:
            return process.wait(PATIENCE_S)
        finally:
            process.kill()  # else, if it has not heeded the signal, it is waited for without end


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other folders elsewhere")
@pytest.mark.parametrize(
    ("number", "arguments"),
    [
        (signal.SIGTERM, ()),
        (signal.SIGTERM, ("asking",)),
        (signal.SIGINT, ()),
        (signal.SIGHUP, ()),
    ],
)
def test_a_signal_ends_the_recording_before_the_program(
    tmp_path: Path, number: signal.Signals, arguments: tuple[str, ...]
) -> None:
    assert recorded_until(number, tmp_path, *arguments) == 0
    with SessionStore(tmp_path / "DATA" / "r1-omni" / "sessions.sqlite3") as store:
        (summary,) = store.sessions()
        (film,) = store.load(summary.id).media
    assert (summary.open, summary.interrupted, summary.windows) == (False, False, 1)
    assert length_of(film) > 0  # only a film that was ended says how long it is
    settings = tmp_path / "CONFIG" / "r1-omni" / "settings.json"
    assert json.loads(settings.read_text(encoding="utf-8"))["geometry"]


def test_a_program_that_is_quit_closes_its_window_first(
    qapp: QApplication, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    button(window.live.devices, "Record results").click()
    end_well(qapp, window)
    qapp.aboutToQuit.emit()  # all that is told when Windows logs somebody out
    assert not window.bridge.session.running
    with SessionStore(tmp_path / "sessions.sqlite3") as store:
        (summary,) = store.sessions()
    assert not summary.open
    window.close()  # once more, as closing the window quits the program


def test_what_is_recorded_is_whole_before_somebody_is_logged_out(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    window.live.devices.film_toggled.emit(True)
    button(window.live.devices, "Record results").click()
    show(window, window.bridge.session.clock.now_s(), 100)
    window.settle()
    (film,) = tmp_path.rglob("*.mkv")
    assert length_of(film) > 0
    with SessionStore(tmp_path / "sessions.sqlite3") as store:
        (summary,) = store.sessions()
    assert not summary.open
    assert any("logged out" in said for said in window.banners.sentences)
    assert window.isVisible()  # who logs out may yet think better of it


def analysing(window: MainWindow, folder: Path) -> Path:
    """The window analyses a file, which is returned."""
    go_live(window)
    clip = folder / "talk.mp4"
    clip.touch()
    window.files.add([clip])
    return clip


def test_who_closes_the_window_while_files_are_analysed_is_asked_first(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    analysing(window, tmp_path)
    for answer, stays in ((QMessageBox.StandardButton.No, True), (YES, False)):
        window.close()
        assert window.isVisible()
        box = window.findChildren(QMessageBox)[-1]
        assert "have not kept" in box.text()
        assert box.defaultButton() is box.button(QMessageBox.StandardButton.No)
        box.button(answer).click()
        assert (window.isVisible(), window.bridge.session.running) == (stays, stays)


def test_a_window_with_nothing_left_to_analyse_closes_at_once(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    window.bridge.session.tell(FileDone(analysing(window, tmp_path)))
    window.close()
    assert not window.bridge.session.running


@pytest.mark.parametrize("logged_out", [True, False])
def test_nobody_is_asked_where_a_question_would_hold_up_the_end_of_a_session(
    qapp: QApplication, open_window: OpenWindow, tmp_path: Path, logged_out: bool
) -> None:
    window = open_window()
    analysing(window, tmp_path)
    end_well(qapp, window)
    if logged_out:
        window.settle()
        window.close()  # as Qt does, before it says that it is about to quit
    else:
        qapp.aboutToQuit.emit()
    assert window.findChild(QMessageBox) is None
    assert not window.bridge.session.running
