"""What a screen reader is told, and how often."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from desktop.capture.portaudio import SAMPLE_RATE_HZ
from desktop.window.annotator import Annotator
from desktop.window.banner import Banners
from desktop.window.emotion_panel import EmotionPanel
from desktop.window.level_meter import LevelMeter
from desktop.window.probability_bars import ProbabilityBars
from desktop.window.rationale_panel import RationalePanel
from desktop.window.timeline import Timeline
from tests.desktop.scene import LABELS, analysis, glimpse

Politeness = QAccessible.AnnouncementPoliteness


class NoKeeper:
    """Keeps nothing of what an `Annotator` tells."""

    def mark(self, at_s: float, text: str) -> None: ...

    def unmark(self, at_s: float) -> None: ...

    def exclude(self, start_s: float, end_s: float) -> None: ...

    def include(self, start_s: float, end_s: float) -> None: ...


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Politeness]]:
    """Every announcement, as if a screen reader listened."""
    heard: list[tuple[str, Politeness]] = []

    def listen(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append((event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    return heard


def test_notices_are_announced(qtbot: QtBot, said: list[tuple[str, Politeness]]) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    banners.say("one", "information", "Written: a.csv")
    banners.say("two", "problem", "The camera is gone.")
    assert said == [
        ("Information: Written: a.csv", Politeness.Polite),
        ("Problem: The camera is gone.", Politeness.Assertive),
    ]


def test_what_keys_do_in_the_timeline_is_announced(
    qtbot: QtBot, said: list[tuple[str, Politeness]]
) -> None:
    timeline = Timeline(LABELS)
    qtbot.addWidget(timeline)
    annotator = Annotator(timeline, NoKeeper(), timeline)
    assert annotator.parent() is timeline
    for number in range(2):
        timeline.add_analysis(analysis(number * 5.0, number * 5.0 + 5.0))
    assert said == []  # live results would be a flood
    for key in (Qt.Key.Key_Left, Qt.Key.Key_X, Qt.Key.Key_X, Qt.Key.Key_M, Qt.Key.Key_M):
        qtbot.keyClick(timeline, key)
    qtbot.keyClick(timeline, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    window, *rest = [sentence for sentence, _ in said]
    assert window.startswith("0:05.0 – 0:10.0: Happy 70 %")
    assert rest[:4] == ["Excluded", "Counted again", "Marker set at 0:10.0", "Marker cleared"]
    assert rest[4].startswith("0:0")


def test_the_keyboard_is_told_what_was_measured_of_a_clause(
    qtbot: QtBot, said: list[tuple[str, Politeness]]
) -> None:
    panel = RationalePanel()
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    panel.show()
    panel.show_analysis(analysis())
    panel.activateWindow()
    panel.text.setFocus()
    qtbot.waitUntil(panel.text.hasFocus)
    said.clear()
    qtbot.keyClick(panel.text, Qt.Key.Key_Tab)
    assert "Supported by the measurement" in QToolTip.text()
    assert [sentence for sentence, _ in said] == [QToolTip.text()]
    panel.show_analysis(analysis(5.0, 10.0))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())  # it was of the explanation before


def test_the_level_is_told_once_a_second(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    meter, told = LevelMeter(), set[str]()
    qtbot.addWidget(meter)
    times = 0

    def count(text: str) -> None:
        nonlocal times
        times += text not in told
        told.add(text)

    monkeypatch.setattr(meter, "setAccessibleDescription", count)
    for block in range(100):
        loud = np.full(SAMPLE_RATE_HZ // 20, 0.005 * 1.05**block, np.float32)
        meter.hear(block / 20, loud)
    assert 3 <= times <= 6


def test_a_glimpse_is_told_as_one_change(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = EmotionPanel(LABELS)
    qtbot.addWidget(panel)
    shown: list[object] = []
    monkeypatch.setattr(
        panel.findChild(ProbabilityBars), "show_probabilities", lambda them: shown.append(them)
    )
    panel.show_glimpse(glimpse(5.0))
    assert len(shown) == 1
