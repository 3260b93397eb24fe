"""The icon is there, in the size of a dock and in that of a title bar."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from desktop.window.icon import ICONS, application_icon

BLUE, ORANGE, GREEN = "#56b4e9", "#e69f00", "#009e73"


@pytest.mark.parametrize("side", [32, 256])
def test_face_voice_and_check_mark_can_be_seen(qapp: QApplication, side: int) -> None:
    picture = application_icon().pixmap(side, side).toImage()
    assert picture.width() == side
    seen = {picture.pixelColor(x, y).hue() // 10 for x in range(side) for y in range(side)}
    assert {QColor(colour).hue() // 10 for colour in (BLUE, ORANGE, GREEN)} <= seen


def test_the_drawing_is_shipped_too() -> None:
    drawing = (ICONS / "r1-omni.svg").read_text(encoding="utf-8")
    assert all(colour in drawing for colour in (BLUE, ORANGE, GREEN))
