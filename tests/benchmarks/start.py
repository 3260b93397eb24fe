"""`python -m tests.benchmarks.start`: from the start of the process to the window's first paint.

Printed are the seconds to the first paint, warm and cold, the seconds until the model is loaded,
and the longest time until then in which the window did not answer. Warm: a start like the one
before. Cold: the files of the interpreter's packages and of the program have been evicted from the
system's cache (`posix_fadvise`) as far as no running program maps them: the less else runs, the
colder. Each start is a process of its own, with settings and sessions of its own. Run it on a
display of its own (`xvfb-run -a`), or with `QT_QPA_PLATFORM=offscreen`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from statistics import median

import typer
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
# `time.monotonic` is the same clock in every process.
SCRIPT = """
import json, os, sys, time
BEGUN = float(os.environ["BEGUN"])
from PySide6.QtCore import QEvent, QObject, QTimer
from desktop.window import application
from desktop.window.main_window import MainWindow

class Watch(QObject):
    painted_s = None
    gap_s = 0.0

    def __init__(self, window):
        super().__init__(window)
        self.window = window
        window.installEventFilter(self)
        window.ready.connect(self.end)
        self.beat_s = None
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.beat)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and self.painted_s is None:
            self.painted_s = -1.0
            QTimer.singleShot(0, self.paint)
        return False

    def paint(self):
        self.painted_s = time.monotonic() - BEGUN
        self.timer.start(5)

    def beat(self):
        now = time.monotonic()
        if self.beat_s is not None:
            self.gap_s = max(self.gap_s, now - self.beat_s)
        self.beat_s = now

    def end(self):
        found = {"first_paint_s": self.painted_s, "model_ready_s": time.monotonic() - BEGUN,
                 "longest_gap_s": self.gap_s}
        print(json.dumps(found), flush=True)
        self.window.end()

show = MainWindow.show
def watched(window):
    Watch(window)
    show(window)
MainWindow.show = watched
sys.exit(application.run_window())
"""


def start() -> dict[str, float]:
    """Open the window in a process of its own, until its model is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        own = {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "DATA", "STATE")}
        result = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT, env={**os.environ, **own, "BEGUN": repr(time.monotonic())},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return dict(json.loads(result.stdout))


def evict() -> None:
    """Let the system forget every file that a start reads, if it can."""
    for folder in (sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"), ROOT / "desktop",
                   ROOT / "model"):  # fmt: skip
        for path in Path(folder).rglob("*"):
            if path.suffix in (".py", ".pyc", ".so", ".qm") or ".so." in path.name:
                descriptor = os.open(path, os.O_RDONLY)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)


def main(times: int = 3) -> None:
    """Start it `times` times warm and cold, and print the medians."""
    start()  # so that the first of them is warm
    warm = [start() for _ in range(times)]
    cold = []
    for _ in range(times):
        evict()
        cold.append(start())
    table = Table("figure", "warm", "cold", title=f"medians of {times} starts")
    for name in warm[0]:
        table.add_row(name, *(f"{median(one[name] for one in kind):.2f}" for kind in (warm, cold)))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
