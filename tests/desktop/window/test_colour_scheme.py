"""A window that is switched between light and dark looks like one that was opened so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QStyleFactory
from pytestqt.qtbot import QtBot

from desktop.palette import LINK
from desktop.settings import Settings
from desktop.window.main_window import MainWindow
from desktop.window.theme import shade, window_palette
from tests.desktop.scene import analysis, cue, glimpse
from tests.desktop.test_palette import contrast
from tests.desktop.window.closed_devices import open_window

CUES = (cue("lip_corner_puller", 2.0), cue("pitch_range", -1.5, "population"))


@pytest.fixture(autouse=True)
def _palette_as_before(qapp: QApplication) -> Iterator[None]:
    before = qapp.palette()
    yield
    qapp.setPalette(before)


def fill(window: MainWindow) -> None:
    """Show something on every page, with what may change left out."""
    window.banners.say("one", "warning", "Something to read.", "Do it", list)
    for view in (window.live.results, window.files.results, window.sessions.results):
        view.add_glimpse(glimpse(4.0))
        for start_s in (0.0, 5.0):
            view.add_analysis(analysis(start_s, start_s + 5.0, cues=CUES))
    window.resize(1400, 900)
    window.statusBar().hide()
    window.show()


def pictures(qapp: QApplication, window: MainWindow) -> list[QImage]:
    found = []
    for page in range(window.pages.count()):
        window.pages.setCurrentIndex(page)
        qapp.processEvents()
        found.append(window.grab().toImage())
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_links_have_a_colour_of_the_scheme(dark: bool) -> None:
    palette = window_palette(dark)
    assert palette.link().color() == palette.linkVisited().color() == shade(LINK, palette)


@pytest.mark.parametrize("dark", [False, True])
def test_the_styles_own_ring_of_the_focus_is_seen(
    qtbot: QtBot, qapp: QApplication, dark: bool
) -> None:
    palette = window_palette(dark)
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setStyle(fusion := QStyleFactory.create("Fusion"))
    field.setPalette(palette)
    field.show()
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    edge = field.grab().toImage().pixelColor(field.width() // 2, 0).name()
    assert contrast(edge, palette.window().color().name()) >= 3
    chosen, text = palette.highlight().color(), palette.highlightedText().color()
    assert contrast(chosen.name(), text.name()) >= 4.5
    field.setStyle(None)
    fusion.deleteLater()


@pytest.mark.parametrize("dark", [False, True], ids=["to light", "to dark"])
def test_switching_repaints_everything(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dark: bool
) -> None:
    qapp.setPalette(window_palette(not dark))
    with open_window(qtbot, tmp_path, Settings()) as window:
        fill(window)
        before = pictures(qapp, window)
        qapp.setPalette(window_palette(dark))
        switched = pictures(qapp, window)
    with open_window(qtbot, tmp_path, Settings()) as window:
        fill(window)
        opened = pictures(qapp, window)
    assert all(one != other for one, other in zip(before, switched, strict=True))
    assert [one == other for one, other in zip(switched, opened, strict=True)] == [True] * 4
