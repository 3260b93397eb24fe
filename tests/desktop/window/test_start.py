"""The window's start as a process: language, log, notice of a crash, icon."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def start(folder: Path) -> dict:
    environment = {
        **os.environ,
        **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CONFIG", "DATA", "STATE")},
    }
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
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
