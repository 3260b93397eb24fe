"""`AffectPad`: the plane of valence and arousal with a fading trail."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.palette import MUTED, RULE
from desktop.view.affect import Affect, AffectTrail
from desktop.window.theme import ink, shade, sized


class AffectPad(QWidget):
    """Valence to the right, arousal up; derived from the emotions' probabilities."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trail = AffectTrail()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Valence and arousal"))
        self.setToolTip(
            self.tr(
                "Mean place of the emotions on Russell's circumplex, weighted by their "
                "probabilities. Derived from them, not measured."
            )
        )

    def show_probabilities(self, probabilities: Mapping[str, float]) -> None:
        """Move on to the place that the probabilities of one result give."""
        self._trail.add(probabilities)
        place = self._trail.places[-1]
        told = self.tr("valence {valence:+.2f}, arousal {arousal:+.2f}, derived")
        self.setAccessibleDescription(told.format(valence=place.valence, arousal=place.arousal))
        self.update()

    def clear(self) -> None:
        """Forget the trail."""
        self._trail.clear()
        self.setAccessibleDescription("")
        self.update()

    def place(self, affect: Affect) -> QPointF:
        """Where on the widget a place of the plane lies."""
        circle = self._circle()
        radius, middle = circle.width() / 2, circle.center()
        return QPointF(middle.x() + affect.valence * radius, middle.y() - affect.arousal * radius)

    def sizeHint(self) -> QSize:
        """A square of a few lines' height, with room for the captions."""
        return QSize(220, 220)

    def minimumSizeHint(self) -> QSize:
        """The captions still fit."""
        return QSize(180, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axes, captions and trail."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter)
        self._paint_captions(painter)
        self._paint_trail(painter)

    def _circle(self) -> QRectF:
        line = self.fontMetrics().height()
        side = min(self.width() - 8.0, self.height() - 3.0 * line)
        area = QRectF(0.0, 0.0, side, side)
        area.moveCenter(QPointF(self.width() / 2, (self.height() - line) / 2))
        return area

    def _paint_axes(self, painter: QPainter) -> None:
        circle = self._circle()
        painter.setPen(QPen(shade(RULE, self.palette()), 1.0))
        painter.drawEllipse(circle)
        middle = circle.center()
        painter.drawLine(QPointF(circle.left(), middle.y()), QPointF(circle.right(), middle.y()))
        painter.drawLine(QPointF(middle.x(), circle.top()), QPointF(middle.x(), circle.bottom()))

    def _paint_captions(self, painter: QPainter) -> None:
        circle, font = self._circle(), sized(self.font(), 0.85)
        painter.setFont(font)
        painter.setPen(shade(MUTED, self.palette()))
        line, across = float(painter.fontMetrics().height()), float(self.width())
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        top = QRectF(0.0, circle.top() - line - 1, across, line)
        painter.drawText(top, centre, self.tr("aroused"))
        below = QRectF(0.0, circle.bottom() + 1, across, line)
        painter.drawText(below, centre, self.tr("calm"))
        foot = QRectF(0.0, self.height() - line, across, line)
        painter.drawText(foot, centre, self.tr("derived, not measured"))
        inner = circle.adjusted(5.0, 0.0, -5.0, -circle.height() / 2 - 1.0)
        low = Qt.AlignmentFlag.AlignBottom
        painter.drawText(inner, low | Qt.AlignmentFlag.AlignLeft, self.tr("unpleasant"))
        painter.drawText(inner, low | Qt.AlignmentFlag.AlignRight, self.tr("pleasant"))

    def _paint_trail(self, painter: QPainter) -> None:
        places = [self.place(affect) for affect in self._trail.places]
        colour = ink(self.palette())
        for age, (one, other) in enumerate(reversed(list(pairwise(places)))):
            colour.setAlphaF(max(0.6 - 0.055 * age, 0.05))
            painter.setPen(QPen(colour, 1.5))
            painter.drawLine(one, other)
        if places:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink(self.palette()))
            painter.drawEllipse(places[-1], 5.0, 5.0)
