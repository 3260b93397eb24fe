"""`python -m tests.benchmarks.live CLIP`: the window with a clip as its camera and microphone.

The clip is played over and over, its pictures brought to 640x480 at 30 a second. Printed are the
pictures a second that came, the intervals between two in the preview, how many of them had their
overlay, how often an emotion is told, how long an explanation takes from the end of its window to
its first and its last word, and memory. Run it on a display of its own (`xvfb-run -a`), or with
`QT_QPA_PLATFORM=offscreen`.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import typer
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from rich.console import Console
from rich.table import Table

from desktop.live.messages import Event, Explained, FloatArray, Glimpsed, Picture, Writing
from desktop.settings import Settings
from desktop.window.application import follow_colour_scheme
from desktop.window.consent import NOTICE_VERSION
from desktop.window.live_page import Sources
from desktop.window.main_window import MainWindow
from model.evidence import Cue
from tests.benchmarks.camera import as_camera


def resident_mb(process: int) -> float:
    """Resident memory of a process in MB (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


class Watch(QObject):
    """Takes times while the window runs."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window, session = window, window.bridge.session
        self._now_s = session.clock.now_s
        self.shown: list[float] = []
        self.came: list[int] = []
        self.overlaid: list[bool] = []
        self.glimpses: list[float] = []
        self.glimpse_ages: list[float] = []
        self.first_words: dict[float, float] = {}
        self.last_words: list[float] = []
        self.memory_mb: list[float] = []
        show = window.live.pane.preview.show_picture

        def counted(picture: Picture, landmarks: FloatArray | None, *more: Sequence[Cue]) -> None:
            self.shown.append(time.perf_counter())
            self.came.append(session.frames.pushed)
            self.overlaid.append(landmarks is not None)
            show(picture, landmarks, *more)

        window.live.pane.preview.show_picture = counted  # type: ignore[method-assign]
        window.bridge.told.connect(self._on_event)

    def take_memory(self) -> None:
        """Note the memory of window and worker together."""
        worker = self._window.bridge.session.worker_id
        own = resident_mb(os.getpid())
        with contextlib.suppress(FileNotFoundError):  # a worker that is just being replaced
            self.memory_mb.append(own + (resident_mb(worker) if worker else 0))

    def _on_event(self, event: Event) -> None:
        match event:
            case Glimpsed(glimpse):
                self.glimpses.append(self._now_s())
                self.glimpse_ages.append(self._now_s() - glimpse.end_s)
            case Writing(end_s):
                self.first_words.setdefault(end_s, self._now_s() - end_s)
            case Explained(analysis):
                self.last_words.append(self._now_s() - analysis.end_s)


def figures(watch: Watch, warm_up: float) -> dict[str, float]:
    """Flat figures; milliseconds end in _ms, seconds in _s."""
    first = int(np.searchsorted(watch.shown, watch.shown[0] + warm_up))
    shown, came = watch.shown[first:], watch.came[first:]
    intervals = np.diff(shown) * 1000
    refresh = np.diff(watch.glimpses[2:])
    memory = watch.memory_mb
    return {
        "pictures_per_s": (came[-1] - came[0]) / (shown[-1] - shown[0]),
        "preview_interval_p50_ms": _percentile(intervals, 50),
        "preview_interval_p95_ms": _percentile(intervals, 95),
        "preview_interval_p99_ms": _percentile(intervals, 99),
        "overlay_share": float(np.mean(watch.overlaid[first:])),
        "labels_per_s": 1 / float(np.mean(refresh)),
        "label_interval_p95_s": _percentile(refresh, 95),
        "label_age_p95_s": _percentile(watch.glimpse_ages, 95),
        "first_word_p95_s": _percentile(list(watch.first_words.values()), 95),
        "last_word_p50_s": _percentile(watch.last_words, 50),
        "last_word_p95_s": _percentile(watch.last_words, 95),
        "explanations": float(len(watch.last_words)),
        "memory_mb": max(memory),
        "memory_growth": memory[-1] / memory[len(memory) // 5] - 1,
    }


def _percentile(values: Iterable[float], percent: float) -> float:
    return float(np.percentile(list(values), percent))


def measure(camera: str, microphone: str, seconds: float) -> dict[str, float]:
    """The figures of `seconds` in which these two recordings are played over and over."""
    application = QApplication([])
    follow_colour_scheme(application)
    sources = Sources(camera, microphone, loop=True)
    window = MainWindow(Settings(consented=NOTICE_VERSION), sources)
    watch = Watch(window)
    window.show()
    window.start()
    memory = QTimer()
    memory.timeout.connect(watch.take_memory)
    ending = QTimer(singleShot=True)
    ending.timeout.connect(application.quit)

    def begin(event: Event) -> None:
        if isinstance(event, Explained) and not ending.isActive():
            memory.start(1000)
            ending.start(round(seconds * 1000))

    window.bridge.told.connect(begin)
    application.exec()
    found = figures(watch, warm_up=5.0)
    window.end()
    return found


def main(clip: Path, seconds: float = 60.0, output: Path = Path("build/live.json")) -> None:
    """Run the window for `seconds` from the first explanation on."""
    with tempfile.TemporaryDirectory() as folder:
        camera = Path(folder, "camera.mp4")
        as_camera(clip, camera)
        found = measure(str(camera), str(clip), seconds)
    table = Table("figure", "value", title=f"{seconds:.0f} s of {clip.name}")
    for name, value in found.items():
        table.add_row(name, f"{value:.2f}")
    Console().print(table)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
