"""The keyboard reaches everything, and where it is can be seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.palette import BLUE
from desktop.window.about import AboutDialog
from desktop.window.consent import ConsentDialog
from desktop.window.privacy_page import VERIFY
from desktop.window.rationale_text import RationaleText
from desktop.window.scroller import Column, Scroller
from desktop.window.theme import shade, window_palette
from desktop.window.timeline import Timeline
from tests.desktop.window.conftest import OpenWindow
from tests.desktop.window.pixels import alike


def ringed(widget: QWidget) -> bool:
    """Whether the whole edge of a widget is in the colour of the focus."""
    image, wanted = widget.grab().toImage(), shade(BLUE, widget.palette())
    right, bottom = image.width() - 1, image.height() - 1
    middles = ((right // 2, 0), (right // 2, bottom), (0, bottom // 2), (right, bottom // 2))
    return all(alike(image.pixelColor(QPoint(*place)), wanted) for place in middles)


def stops(window: QWidget) -> list[QWidget]:
    """What Tab leads to, from what has the focus once round."""
    found: list[QWidget] = []
    while (now := QApplication.focusWidget()) is not None and now not in found:
        found.append(now)
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_the_focus_is_seen_on_everything_that_the_style_does_not_ring(
    open_window: OpenWindow, dark: bool
) -> None:
    window = open_window()
    window.setPalette(window_palette(dark))
    window.activateWindow()
    unringed = Scroller | RationaleText | QTableWidget | Timeline | QPlainTextEdit
    for number in range(window.pages.count()):
        window.pages.setCurrentIndex(number)
        window.pages.tabBar().setFocus()
        reached = [stop for stop in stops(window) if isinstance(stop, unringed)]
        assert reached
        for stop in reached:
            assert not ringed(stop)
            stop.setFocus()
            assert ringed(stop), stop


def test_the_focus_is_seen_on_the_notice_and_on_the_third_parties(qtbot: QtBot) -> None:
    for dialog, kind in ((ConsentDialog(), Column), (AboutDialog(), QTextBrowser)):
        qtbot.addWidget(dialog)
        dialog.show()
        text = dialog.findChild(kind)
        dialog.activateWindow()
        text.setFocus()
        qtbot.waitUntil(text.hasFocus)
        assert ringed(text)


def test_the_command_that_verifies_can_be_copied_by_keys(open_window: OpenWindow) -> None:
    window = open_window()
    window.pages.setCurrentWidget(window.privacy)
    window.pages.tabBar().setFocus()
    (text,) = (stop for stop in stops(window) if isinstance(stop, QLabel))
    text.setFocus()
    for key in (Qt.Key.Key_A, Qt.Key.Key_C):
        QTest.keyClick(text, key, Qt.KeyboardModifier.ControlModifier)
    assert VERIFY in QApplication.clipboard().text()
    assert ringed(text)


def test_the_focus_is_seen_beside_a_scroll_bar_that_comes(qtbot: QtBot) -> None:
    text = RationaleText()
    qtbot.addWidget(text)
    text.resize(300, 80)
    text.show()
    text.activateWindow()
    text.setFocus()
    qtbot.waitUntil(text.hasFocus)
    text.write("The brows are raised. " * 40)
    qtbot.waitUntil(text.verticalScrollBar().isVisible)
    assert ringed(text)


def test_the_keyboard_comes_to_the_sessions_before_what_erases_them(
    open_window: OpenWindow,
) -> None:
    window = open_window()
    window.activateWindow()
    window.pages.setCurrentWidget(window.sessions)
    window.pages.tabBar().setFocus()
    table, first = stops(window)[1:3]
    assert table is window.sessions.table
    assert isinstance(first, QPushButton)
    assert first.text() == "Erase all…"  # nothing is chosen
