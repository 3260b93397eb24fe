"""Nothing is cut off where letters are large, or become so."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.window.emotion_panel import EmotionPanel
from desktop.window.level_meter import LevelMeter
from desktop.window.scroller import Column
from desktop.window.theme import sized
from tests.desktop.scene import LABELS, glimpse


def test_a_column_becomes_as_wide_as_what_is_shown_needs(qtbot: QtBot) -> None:
    panel = EmotionPanel(LABELS)
    column = Column(panel)
    qtbot.addWidget(column)
    column.resize(column.minimumSizeHint())
    column.show()
    panel.setFont(sized(panel.font(), 2.0))
    panel.show_glimpse(glimpse(3605.0))
    QApplication.processEvents()
    column.resize(column.minimumSizeHint().width(), 200)
    QApplication.processEvents()
    assert panel.width() <= column.viewport().width()
    for label in panel.findChildren(QLabel):
        assert label.width() >= label.minimumSizeHint().width()


@pytest.mark.parametrize("letters", [1.0, 1.5, 2.0, 3.0])
def test_the_level_has_room_for_its_number(qtbot: QtBot, letters: float) -> None:
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.setFont(sized(meter.font(), letters))
    line, middle = meter.fontMetrics().height(), meter.bar().center().y()
    assert middle - line / 2 >= 0
    assert middle + line / 2 <= meter.sizeHint().height()
