"""The window fits a small screen, whatever language it speaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from desktop.window.language import speak
from tests.desktop.window.conftest import OpenWindow


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    speak(request.param, qapp)
    yield request.param
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.setParent(None)


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
