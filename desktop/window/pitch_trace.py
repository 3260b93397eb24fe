"""`PitchTrace`: the pitch of the voice in the last seconds."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.live.messages import FloatArray
from desktop.palette import MODALITY_TONES, MUTED, RULE
from desktop.view.pitch import height, voiced_pieces
from desktop.window.theme import shade, sized

_LINES_HZ = (75, 150, 300, 600)
_EMPTY: FloatArray = np.zeros(0, np.float32)


class PitchTrace(QWidget):
    """F0 on a logarithmic axis in Hz; nothing is drawn where the voice has no pitch.

    Args:
        seconds: how much of the past is shown.
    """

    def __init__(self, seconds: float = 5.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(self.tr("Pitch"))
        self.clear()

    def show_pitch(self, times_s: FloatArray, f0_hz: FloatArray) -> None:
        """Show F0 in Hz, (m,) and nan where unvoiced, at times (m,); the last one is now."""
        self._times_s, self._f0_hz = times_s, f0_hz
        voiced = f0_hz[np.isfinite(f0_hz)]
        told = (
            self.tr("median {hz:.0f} Hz").format(hz=float(np.median(voiced))) if len(voiced) else ""
        )
        self.setAccessibleDescription(told)
        self.update()

    def clear(self) -> None:
        """Show no pitch."""
        self._times_s = self._f0_hz = _EMPTY
        self.setAccessibleDescription("")
        self.update()

    def sizeHint(self) -> QSize:
        """Some lines high."""
        return QSize(240, 90)

    def minimumSizeHint(self) -> QSize:
        """The axis can still be read."""
        return QSize(120, 40)

    def plot(self) -> QRectF:
        """The area of the trace."""
        left = self.fontMetrics().horizontalAdvance("600 Hz") + 6.0
        line = self.fontMetrics().height()
        return QRectF(left, line / 2, max(self.width() - left - 1.0, 1.0), self.height() - line)

    def place(self, time_s: float, f0_hz: float) -> QPointF:
        """Where a moment's F0 is drawn."""
        plot, now_s = self.plot(), float(self._times_s[-1])
        share = 1.0 - (now_s - time_s) / self._seconds
        return QPointF(plot.left() + share * plot.width(), _y(plot, f0_hz))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the axis and the trace."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axis(painter)
        painter.setClipRect(self.plot().adjusted(0.0, -3.0, 1.0, 3.0))
        pen = QPen(shade(MODALITY_TONES["voice"], self.palette()), 2.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for times, values in voiced_pieces(self._times_s, self._f0_hz):
            points = zip(times.tolist(), values.tolist(), strict=True)
            painter.drawPolyline(QPolygonF([self.place(time, f0) for time, f0 in points]))

    def _paint_axis(self, painter: QPainter) -> None:
        plot, palette = self.plot(), self.palette()
        painter.setFont(sized(self.font(), 0.85))
        line = float(painter.fontMetrics().height())
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        step = plot.height() / (len(_LINES_HZ) - 1)
        for hz in _LINES_HZ:
            y = _y(plot, hz)
            painter.setPen(QPen(shade(RULE, palette), 1.0))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            if step < line and hz not in (_LINES_HZ[0], _LINES_HZ[-1]):
                continue  # there is no room for every number
            painter.setPen(shade(MUTED, palette))
            label = QRectF(0.0, y - line / 2, plot.left() - 6.0, line)
            painter.drawText(label, flags, self.tr("{hz} Hz").format(hz=hz))


def _y(plot: QRectF, f0_hz: float) -> float:
    return plot.bottom() - height(f0_hz) * plot.height()
