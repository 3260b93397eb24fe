"""Where files were chosen is kept among the settings, and nowhere that erasing would not reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60
# In the window without a worker, "Add files…" is answered by the first file that is there.
SCRIPT = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton
from desktop.window import application, bridge
from desktop.window.main_window import MainWindow
from tests.desktop.window.fake_session import FakeSession

bridge.LiveSession = FakeSession

def answer():
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    print(json.dumps(dialog.directory().absolutePath()))
    if sys.argv[1:]:
        dialog.findChild(QLineEdit).setText(sys.argv[1] + "/clip.wav")
        dialog.accept()
    else:
        dialog.reject()

def start(window):
    QTimer.singleShot(0, lambda: ask(window))

def ask(window):
    QTimer.singleShot(100, answer)
    buttons = window.files.findChildren(QPushButton)
    next(button for button in buttons if button.text() == "Add files…").click()
    window.end()

MainWindow.start = start
application.run_window()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other folders elsewhere")
def test_the_folder_is_found_again_and_goes_with_everything_else(tmp_path: Path) -> None:
    home, clips = tmp_path / "home", tmp_path / "clips"
    for folder in (home, clips):
        folder.mkdir()
    (clips / "clip.wav").write_bytes(b"RIFF")
    begun = [run(home, str(clips)), run(home)]
    assert begun[1] == str(clips)
    assert begun[0] != str(clips)
    named = [file for file in home.rglob("*") if file.is_file() and b"clips" in file.read_bytes()]
    assert home / ".config" / "r1-omni" / "settings.json" in named
    assert {file.parent for file in named} == {home / ".config" / "r1-omni"}


def run(home: Path, *folder: str) -> str:
    """Ask for files in a process whose user has nothing but a home; where the dialog began."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, *folder],
        cwd=ROOT, env={**own, "HOME": str(home), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True, timeout=PATIENCE_S,
    )  # fmt: skip
    return str(json.loads(result.stdout))
