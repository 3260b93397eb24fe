"""Banners and badges."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.view.badges import BadgeKind, BadgeText, badges
from desktop.window.badge import Badge, BadgeRow
from desktop.window.banner import MOST, Banner, Banners
from tests.desktop.window.pixels import colour_at


def click(qtbot: QtBot, button: QWidget | None) -> None:
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_same_key_replaces_and_the_oldest_gives_way(qtbot: QtBot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    assert banners.isHidden()
    for number in range(MOST + 1):
        banners.say(f"key {number}", "information", f"Sentence {number}.")
    banners.say("key 2", "warning", "Another sentence.")
    assert banners.sentences == ("Sentence 1.", "Sentence 3.", "Another sentence.")
    assert not banners.isHidden()


def test_a_banner_can_be_dismissed(qtbot: QtBot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    banners.say("camera", "problem", "The camera is gone.")
    click(qtbot, banners.findChild(QToolButton))
    assert banners.sentences == ()
    assert banners.isHidden()
    banners.dismiss("camera")


def test_a_banner_offers_something_to_do(qtbot: QtBot) -> None:
    done: list[str] = []
    banner = Banner("warning", "Not calibrated.", "Calibrate", lambda: done.append("calibrated"))
    qtbot.addWidget(banner)
    assert banner.accessibleName() == "Warning: Not calibrated."
    click(qtbot, banner.findChild(QPushButton))
    assert done == ["calibrated"]


def test_a_very_long_name_does_not_widen_the_window(qtbot: QtBot) -> None:
    banner = Banner("information", f"Written: /home/ann/{'n' * 250}.csv")
    qtbot.addWidget(banner)
    assert banner.minimumSizeHint().width() < 400


def test_a_banner_is_dismissed_by_its_own_button(qtbot: QtBot) -> None:
    banners = Banners()
    qtbot.addWidget(banners)
    banners.say("camera", "problem", "Gone.", "Choose", lambda: banners.dismiss("camera"))
    click(qtbot, banners.findChild(QPushButton))
    assert banners.sentences == ()


def test_badges_are_replaced(qtbot: QtBot) -> None:
    row = BadgeRow()
    qtbot.addWidget(row)
    row.show_badges(badges(running=True, recording=True, faces=0))
    assert row.accessibleDescription() == "LIVE, REC RESULTS, NO FACE"
    row.show_badges(badges(running=True, paused=True))
    row.show_badges(badges(running=True, paused=True))
    visible = [pill for pill in row.findChildren(Badge) if not pill.isHidden()]
    assert [pill.accessibleName() for pill in visible] == ["PAUSED"]
    row.grab()


def luminance(colour: QColor) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("kind", ["on", "recording", "resting", "warning"])
def test_the_words_of_badges_can_be_read(qtbot: QtBot, kind: BadgeKind) -> None:
    badge = Badge(BadgeText("M", kind))
    qtbot.addWidget(badge)
    badge.resize(badge.sizeHint())
    ground = colour_at(badge, QPointF(badge.width() / 2, 2.0))
    assert 1.05 / (luminance(ground) + 0.05) >= 4.5
