"""The window fits a small screen, whatever language it speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QSize, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.live.messages import BaselineIs, Explained
from desktop.settings import Settings
from desktop.window.about import AboutDialog, ShortcutsDialog
from desktop.window.language import speak
from desktop.window.panel import Panel
from desktop.window.settings_dialog import SettingsDialog
from desktop.window.theme import sized
from tests.desktop.scene import analysis
from tests.desktop.window.conftest import OpenWindow
from tests.desktop.window.live_window import go_live


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    speak(request.param, qapp)
    yield request.param
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.setParent(None)


def test_at_first_the_window_is_no_larger_than_the_screen(open_window: OpenWindow) -> None:
    window = open_window()
    screen = window.screen().availableSize()
    assert window.width() <= screen.width()
    assert window.height() <= screen.height()


@pytest.mark.usefixtures("language")
def test_every_page_fits_1024_by_700(open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(1024, 700)
    assert (window.width(), window.height()) == (1024, 700)
    for number in range(window.pages.count()):
        window.pages.setCurrentIndex(number)
        page = window.pages.currentWidget()
        assert page.minimumSizeHint().width() <= page.width()
        assert page.minimumSizeHint().height() <= page.height()


@pytest.mark.usefixtures("language")
def test_nothing_overlaps_in_900_by_600(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    go_live(window)
    tell = window.bridge.session.tell
    tell(Explained(analysis(rationale_emotion="sad")))
    tell(BaselineIs("none", 0))
    window.resize(900, 600)
    QApplication.processEvents()
    assert (window.width(), window.height()) == (900, 600)
    parts = (window.live.pane, window.live.devices, *window.live.results.findChildren(Panel))
    qtbot.waitUntil(lambda: all(part.height() >= part.minimumSizeHint().height() for part in parts))
    halves = window.live.devices._halves
    assert not halves[0].geometry().intersects(halves[1].geometry())


class _Screen:
    """What is left of a panel of 1440 by 960 at 200 %."""

    @staticmethod
    def availableSize() -> QSize:
        return QSize(720, 480)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("letters", [1.0, 1.5])
@pytest.mark.parametrize("make", [lambda: SettingsDialog(Settings()), AboutDialog, ShortcutsDialog])
def test_dialogs_fit_720_by_480_and_cut_off_no_word(
    qtbot: QtBot,
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[], QDialog],
    letters: float,
) -> None:
    monkeypatch.setattr(QDialog, "screen", lambda _: _Screen())
    before = qapp.font()
    qapp.setFont(sized(before, letters))
    try:
        dialog = make()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        assert dialog.width() <= 720
        assert dialog.height() <= 480
        for label in dialog.findChildren(QLabel):
            assert label.width() >= label.minimumSizeHint().width()
            assert label.height() >= label.heightForWidth(label.width())
    finally:
        qapp.setFont(before)
