"""`BadgeRow`: small pills that say what state the window is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.view.badges import BadgeKind, BadgeText
from desktop.window.theme import sized

_INK = QColor("#ffffff")
_GROUNDS: Mapping[BadgeKind, QColor] = {
    "on": QColor("#00694b"),
    "recording": QColor("#a3260f"),
    "resting": QColor("#454c57"),
    "warning": QColor("#7a4a00"),
}
"""The same over a picture in any light; white text on each has a contrast of at least 4.5:1."""
_SIGN = 8.0
_PAD = 8.0


class Badge(QWidget):
    """One pill: a shape that tells its kind, and a word."""

    def __init__(self, badge: BadgeText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = badge.kind
        self._text = QCoreApplication.translate("badge", badge.text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(sized(self.font(), 0.85, bold=True))
        self.setAccessibleName(self._text)

    def sizeHint(self) -> QSize:
        """The word with its shape."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._text) + _SIGN + 2.6 * _PAD
        return QSize(round(width), metrics.height() + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint pill, shape and word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_GROUNDS[self._kind])
        area = QRectF(self.rect())
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.setBrush(_INK)
        sign = QRectF(_PAD, area.center().y() - _SIGN / 2, _SIGN, _SIGN)
        _paint_sign(painter, sign, self._kind)
        painter.setPen(_INK)
        text = area.adjusted(_PAD + _SIGN + 0.6 * _PAD, 0.0, 0.0, 0.0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self._text)


class BadgeRow(QWidget):
    """Badges beside each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badges: tuple[BadgeText, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addStretch()
        self.setAccessibleName(self.tr("State"))

    def show_badges(self, badges: Sequence[BadgeText]) -> None:
        """Show these instead of the present ones."""
        if tuple(badges) == self._badges:
            return
        self._badges = tuple(badges)
        while self._row.count() > 1:
            item = self._row.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        pills = [Badge(badge) for badge in badges]
        for place, pill in enumerate(pills):
            self._row.insertWidget(place, pill)
        self.setAccessibleDescription(", ".join(pill.accessibleName() for pill in pills))


def _paint_sign(painter: QPainter, area: QRectF, kind: BadgeKind) -> None:
    """A triangle for what runs, a disc for recording, two bars for rest, a diamond for warning."""
    if kind == "on":
        tip = QPointF(area.right(), area.center().y())
        painter.drawPolygon(QPolygonF([area.topLeft(), tip, area.bottomLeft()]))
    elif kind == "recording":
        painter.drawEllipse(area)
    elif kind == "resting":
        bar = QRectF(area.left(), area.top(), area.width() * 0.36, area.height())
        painter.drawRect(bar)
        painter.drawRect(bar.translated(area.width() * 0.64, 0.0))
    else:
        middle = area.center()
        top, bottom = QPointF(middle.x(), area.top()), QPointF(middle.x(), area.bottom())
        left, right = QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y())
        painter.drawPolygon(QPolygonF([top, right, bottom, left]))
