"""`ProbabilityBars`: one bar for every label, always in the same place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.palette import MUTED, RULE
from desktop.view.emotion_names import percent, ranked
from desktop.window.theme import emotion_colour, emotion_name, ink, shade, sized

_GAP = 10.0
_BAR_HEIGHT = 10.0


class ProbabilityBars(QWidget):
    """Bars whose lengths are the probabilities themselves, unsmoothed.

    Args:
        labels: in the order in which they are shown.
    """

    def __init__(self, labels: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Probabilities"))
        self._probabilities: Mapping[str, float] = {}
        self.set_labels(labels)

    def set_labels(self, labels: Sequence[str]) -> None:
        """Show other labels, without probabilities for now."""
        self._labels = tuple(labels)
        self.show_probabilities({})
        self.updateGeometry()

    def show_probabilities(self, probabilities: Mapping[str, float]) -> None:
        """Show these; an empty mapping shows empty bars."""
        self._probabilities = dict(probabilities)
        told = [f"{emotion_name(n)} {percent(p)}" for n, p in ranked(self._probabilities)]
        self.setAccessibleDescription(", ".join(told))
        self.update()

    def bar(self, label: str) -> QRectF:
        """Where a label's bar would end if it were certain."""
        metrics = QFontMetrics(sized(self.font(), 1.0, bold=True))
        left = max(metrics.horizontalAdvance(emotion_name(name)) for name in self._labels) + _GAP
        right = metrics.horizontalAdvance(percent(1.0)) + _GAP
        middle = self._row_height() * (self._labels.index(label) + 0.5)
        width = max(self.width() - left - right, 1.0)
        return QRectF(left, middle - _BAR_HEIGHT / 2, width, _BAR_HEIGHT)

    def sizeHint(self) -> QSize:
        """High enough for every label."""
        return QSize(260, round(self._row_height() * len(self._labels)))

    def minimumSizeHint(self) -> QSize:
        """Never fewer rows than labels."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name, bar and number of every label."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max(self._probabilities, key=self._probabilities.__getitem__, default=None)
        for label in self._labels:
            self._paint_row(painter, label, leading=label == top)

    def _row_height(self) -> float:
        return max(self.fontMetrics().height() + 6.0, _BAR_HEIGHT + 8.0)

    def _paint_row(self, painter: QPainter, label: str, *, leading: bool) -> None:
        bar, height = self.bar(label), self._row_height()
        top = bar.center().y() - height / 2
        painter.setFont(sized(self.font(), 1.0, bold=leading))
        painter.setPen(ink(self.palette()) if leading else shade(MUTED, self.palette()))
        name = QRectF(0.0, top, bar.left() - _GAP, height)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, emotion_name(label))
        probability = self._probabilities.get(label)
        number = QRectF(bar.right(), top, self.width() - bar.right(), height)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(number, flags, "–" if probability is None else percent(probability))
        self._paint_bar(painter, bar, label, probability or 0.0)

    def _paint_bar(self, painter: QPainter, bar: QRectF, label: str, probability: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        track = shade(RULE, self.palette())
        track.setAlphaF(0.45)
        painter.setBrush(track)
        painter.drawRoundedRect(bar, 3.0, 3.0)
        filled = QRectF(bar)
        filled.setWidth(bar.width() * probability)
        if filled.width() >= 0.5:
            painter.setBrush(emotion_colour(label))
            painter.setPen(QPen(shade(MUTED, self.palette()), 0.75))
            painter.drawRoundedRect(filled, min(3.0, filled.width() / 2), 3.0)
