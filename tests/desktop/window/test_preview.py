"""The picture, mirrored or not, and what is drawn on it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktop.window.preview import Layers, Preview, clear_of
from tests.desktop.scene import cue
from tests.desktop.window.pixels import colour_at

RED, BLUE, BLACK = QColor(255, 0, 0), QColor(0, 0, 255), QColor(0, 0, 0)
NOTHING = Layers(box=False, landmarks=False, cues=False)


def halves() -> np.ndarray:
    """Red at the left, blue at the right, 320 × 240."""
    picture = np.zeros((240, 320, 3), np.uint8)
    picture[:, :160, 0] = picture[:, 160:, 2] = 255
    return picture


def face(middle: float = 80.0) -> np.ndarray:
    """Landmarks scattered about a place in the left half."""
    scatter = np.random.default_rng(1).uniform(-40, 40, (478, 2))
    return np.asarray(scatter + np.array([middle, 120.0]), np.float32)


@pytest.fixture
def preview(qtbot: QtBot) -> Preview:
    widget = Preview()
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    return widget


def image(preview: Preview) -> QImage:
    return preview.grab().toImage()


@pytest.mark.parametrize(("mirrored", "left", "right"), [(False, RED, BLUE), (True, BLUE, RED)])
def test_a_mirror_swaps_left_and_right(
    preview: Preview, mirrored: bool, left: QColor, right: QColor
) -> None:
    preview.mirrored = mirrored
    preview.show_picture(halves(), None)
    assert colour_at(preview, QPointF(100, 240)) == left
    assert colour_at(preview, QPointF(540, 240)) == right


def test_the_picture_keeps_its_shape(preview: Preview) -> None:
    preview.resize(640, 700)
    preview.mirrored = False
    preview.show_picture(halves(), None)
    assert colour_at(preview, QPointF(320, 50)) == BLACK
    assert colour_at(preview, QPointF(100, 350)) == RED
    assert colour_at(preview, QPointF(320, 650)) == BLACK


@pytest.mark.parametrize(
    "layers",
    [Layers(True, False, False), Layers(False, True, False), Layers(False, False, True), Layers()],
)
def test_every_layer_is_drawn_and_can_be_left_out(preview: Preview, layers: Layers) -> None:
    preview.layers = NOTHING
    preview.show_picture(halves(), face(), [cue("jaw_drop", 2.0)])
    plain = image(preview)
    preview.layers = layers
    preview.show_picture(halves(), face(), [cue("jaw_drop", 2.0)])
    assert image(preview) != plain
    preview.show_picture(halves(), None, [cue("jaw_drop", 2.0)])
    assert image(preview) == plain


@pytest.mark.parametrize(("mirrored", "side"), [(False, slice(320)), (True, slice(320, 640))])
def test_what_is_drawn_is_where_the_face_is(preview: Preview, mirrored: bool, side: slice) -> None:
    preview.mirrored = mirrored
    preview.show_picture(halves(), None)
    plain = pixels(preview)
    preview.show_picture(halves(), face())
    changed = (pixels(preview) != plain).any(axis=2)
    assert changed[:, side].sum() > 500
    assert changed.sum() == changed[:, side].sum()


def pixels(preview: Preview) -> np.ndarray:
    shown = image(preview).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), -1)
    return rows[:, : 3 * shown.width()].reshape(shown.height(), shown.width(), 3).copy()


def test_cues_of_the_voice_and_small_ones_are_not_drawn(preview: Preview) -> None:
    preview.layers = Layers(False, False, True)
    preview.show_picture(halves(), None)
    plain = image(preview)
    preview.show_picture(halves(), face(), [cue("pitch", 3.0), cue("jaw_drop", 0.1)])
    assert image(preview) == plain


def test_a_hint_takes_the_place_of_the_picture(preview: Preview) -> None:
    preview.show_picture(halves(), face())
    preview.show_hint("The camera is closed.")
    assert colour_at(preview, QPointF(10, 10)) == BLACK
    shown = image(preview)
    preview.show_hint("")
    assert image(preview) != shown
    preview.show_picture(halves(), None)
    assert colour_at(preview, QPointF(100, 240)) != BLACK


def test_labels_cover_none_of_one_another() -> None:
    placed: list[QRect] = []
    for top in (40, 44, 20, 43, 41):
        placed.append(clear_of(QRect(10, top, 50, 16), placed))
    assert placed[0].top() == 40
    for number, box in enumerate(placed):
        assert not any(box.intersects(other) for other in placed[:number])
    assert clear_of(QRect(100, 40, 50, 16), placed) == QRect(100, 40, 50, 16)
