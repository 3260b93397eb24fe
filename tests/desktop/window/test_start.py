"""The window's start as a process: language, log, notice of a crash, icon, what prevents it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from model.errors import EXIT_CODE

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60
# The window is closed where it would load the model.
SCRIPT = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop.window import application
from desktop.window.main_window import MainWindow

def start(window):
    seen = {
        "tabs": [window.pages.tabText(page) for page in range(window.pages.count())],
        "told": window.banners.sentences,
        "icon": not QApplication.windowIcon().isNull(),
    }
    print(json.dumps(seen))
    QTimer.singleShot(0, window.close)  # once the loop runs, which it ends

MainWindow.start = start
sys.exit(application.run_window())
"""
# The box is read and closed once it is open.
REFUSED = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
from desktop.window import application

class Reader(QMessageBox):
    def showEvent(self, event):
        print(json.dumps({"told": self.text()}))
        QTimer.singleShot(0, self.accept)

application.QMessageBox = Reader
sys.exit(application.run_window())
"""


def start(folder: Path, script: str = SCRIPT, code: int = 0) -> dict:
    environment = {
        **os.environ,
        **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CONFIG", "DATA", "STATE")},
    }
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert result.returncode == code, result.stderr
    return json.loads(result.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other folders elsewhere")
def test_the_window_starts_in_the_language_chosen_and_tells_of_a_crash(tmp_path: Path) -> None:
    settings = tmp_path / "CONFIG" / "r1-omni" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"language": "de"}', encoding="utf-8")
    first = start(tmp_path)
    assert first == {
        "tabs": ["Live", "Dateien", "Sitzungen", "Datenschutz"],
        "told": [],
        "icon": True,
    }
    logs = tmp_path / "STATE" / "r1-omni" / "log"
    (logs / "crash.txt").write_text("Fatal Python error: Segmentation fault\n", encoding="utf-8")
    assert "abgestürzt" in start(tmp_path)["told"][0]
    assert start(tmp_path)["told"] == []
    assert "Segmentation fault" in (logs / "r1-omni.log").read_text(encoding="utf-8")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is another thing elsewhere")
def test_a_screen_that_is_not_there_is_told_in_a_sentence_and_is_no_crash(tmp_path: Path) -> None:
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE")}
    result = subprocess.run(
        [sys.executable, "-m", "desktop.cli"],
        cwd=ROOT, env={**os.environ, **folders, "DISPLAY": ":987", "QT_QPA_PLATFORM": "xcb"},
        capture_output=True, text=True, check=False, timeout=PATIENCE_S,
    )  # fmt: skip
    assert result.returncode == EXIT_CODE
    assert result.stderr.startswith("No window can be opened (")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "STATE" / "r1-omni" / "log" / "crash.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other folders elsewhere")
def test_a_store_that_cannot_be_opened_is_told_in_a_box_and_logged(tmp_path: Path) -> None:
    store = tmp_path / "DATA" / "r1-omni" / "sessions.sqlite3"
    store.parent.mkdir(parents=True)
    with closing(sqlite3.connect(store)) as newer:
        newer.execute("PRAGMA user_version = 99")
    told = start(tmp_path, REFUSED, EXIT_CODE)["told"]
    assert "sessions.sqlite3 was written by a newer r1-omni" in told
    log = tmp_path / "STATE" / "r1-omni" / "log" / "r1-omni.log"
    assert "was written by a newer r1-omni" in log.read_text(encoding="utf-8")
