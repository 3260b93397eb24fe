"""What a widget looks like, asked by colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

NEAR = 12


def colour_at(widget: QWidget, point: QPointF) -> QColor:
    """The colour of a widget's pixel."""
    return _image(widget).pixelColor(round(point.x()), round(point.y()))


def alike(one: QColor, other: QColor) -> bool:
    """Whether two colours differ by no more than smoothing does."""
    pairs = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)
    return all(abs(a - b) <= NEAR for a, b in pairs)


def has_colour(widget: QWidget, colour: QColor, area: QRectF | None = None) -> bool:
    """Whether a colour is anywhere on a widget, or in a part of it."""
    image = _image(widget)
    part = image if area is None else image.copy(area.toAlignedRect())
    return any(
        alike(part.pixelColor(x, y), colour)
        for y in range(part.height())
        for x in range(part.width())
    )


def _image(widget: QWidget) -> QImage:
    return widget.grab().toImage()
