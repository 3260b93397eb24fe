"""The window on one clip without anybody at the keys: what is asked for, and what comes of it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop.live.messages import AnalyzeFile, Explained, FileDone, Order, Ready
from desktop.settings import Settings
from desktop.window import bridge as bridge_module
from desktop.window.main_window import MainWindow
from desktop.window.self_test import run_self_test
from model.analysis import AnalysisOptions
from model.errors import EXIT_CODE
from tests.desktop.scene import analysis
from tests.desktop.window.fake_session import FakeSession


@pytest.fixture
def asked(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> list[AnalysisOptions]:
    """How files were to be analysed; each has one window."""
    asked: list[AnalysisOptions] = []

    class Answering(FakeSession):
        def start(self) -> None:
            super().start()
            self.tell(Ready({"model": "nano", "providers": "CPU"}))

        def send(self, order: Order) -> None:
            if isinstance(order, AnalyzeFile):
                asked.append(order.options)
                QTimer.singleShot(0, lambda: self.answer(order.path))

        def answer(self, path: Path) -> None:
            self.tell(Explained(dataclasses.replace(analysis(), file=str(path))))
            self.tell(FileDone(path))

    def window(settings: Settings, folder: Path) -> MainWindow:
        made = MainWindow(settings, folder=folder)
        qtbot.addWidget(made)  # which deletes it, and its timers
        return made

    monkeypatch.setattr(bridge_module, "LiveSession", Answering)
    monkeypatch.setattr("desktop.window.self_test.MainWindow", window)
    monkeypatch.setattr("desktop.window.self_test.follow_colour_scheme", lambda _: None)
    return asked


def written(path: Path, **changes: object) -> Path:
    """A file as `r1-omni analyze --json` prints it."""
    printed = dataclasses.replace(analysis(), **changes).to_json()
    path.write_text(json.dumps(printed) + "\n", encoding="utf-8")
    return path


def test_a_clip_is_analysed_as_the_command_does_without_options(
    asked: list[AnalysisOptions], tmp_path: Path
) -> None:
    picture = tmp_path / "window.png"
    assert run_self_test(tmp_path / "clip.mp4", picture, written(tmp_path / "golden.jsonl")) == 0
    assert asked == [AnalysisOptions()]
    assert picture.stat().st_size


def test_what_is_not_as_expected_is_told(
    asked: list[AnalysisOptions], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = written(tmp_path / "golden.jsonl", emotion="sad")
    assert run_self_test(tmp_path / "clip.mp4", None, other) == EXIT_CODE
    assert "'happy' and not 'sad'" in capsys.readouterr().err
