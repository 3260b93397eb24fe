"""Banners and badges."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.view.badges import badges
from desktop.window.badge import Badge, BadgeRow
from desktop.window.banner import MOST, Banner, Banners


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
    assert row.accessibleDescription() == "LIVE, REC, NO FACE"
    row.show_badges(badges(running=True, paused=True))
    row.show_badges(badges(running=True, paused=True))
    visible = [pill for pill in row.findChildren(Badge) if not pill.isHidden()]
    assert [pill.accessibleName() for pill in visible] == ["PAUSED"]
    row.grab()
