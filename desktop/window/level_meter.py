"""`LevelMeter`: how loud the microphone is, and whether it clips."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.live.messages import FloatArray
from desktop.palette import MODALITY_TONES, MUTED, RULE
from desktop.view.level import SILENCE_DBFS, LevelModel
from desktop.window.theme import ink, shade, sized

_MARKS_DBFS = (-60, -48, -36, -24, -12, 0)
_BAR = 10.0
_TOLD_EVERY_S = 1.0
CLIP = QColor("#d55e00")


class LevelMeter(QWidget):
    """A bar in dBFS with the peak held as a line, and the word CLIP beside it when it clips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = LevelModel()
        self._told_s, self._told_clipped = -math.inf, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Microphone level"))

    @property
    def clipped(self) -> bool:
        """Whether the warning is shown."""
        return self._model.clipped

    def hear(self, start_s: float, samples: FloatArray) -> None:
        """Take in a block of sound, float32 (n,) at 16 kHz, that begins at `start_s`."""
        self._model.hear(start_s, samples)
        # A screen reader hears of every change: twenty a second would be a flood.
        if abs(start_s - self._told_s) >= _TOLD_EVERY_S or self.clipped != self._told_clipped:
            self._told_s, self._told_clipped = start_s, self.clipped
            told = self.tr("{level:.0f} dBFS").format(level=self._model.level_dbfs)
            clip = ", " + self.tr("CLIP") if self.clipped else ""
            self.setAccessibleDescription(told + clip)
        self.update()

    def clear(self) -> None:
        """Show that nothing is heard, which silence is not."""
        self._model.clear()
        self._told_s = -math.inf
        self.setAccessibleDescription("")
        self.update()

    def number(self) -> str:
        """What stands beside the bar."""
        if not self._model.heard:
            return "–"
        level = f"{self._model.level_dbfs:.0f}".replace("-", "−")
        return self.tr("CLIP") if self.clipped else self.tr("{level} dBFS").format(level=level)

    def bar(self) -> QRectF:
        """The bar from silence to full scale."""
        right = self.fontMetrics().horizontalAdvance("−00 dBFS") + 10.0
        inset = self._small_width("−60") / 2
        top = max((self.fontMetrics().height() - _BAR) / 2, 3.0)  # room for the number beside it
        return QRectF(inset, top, max(self.width() - right - inset, 1.0), _BAR)

    def at(self, dbfs: float) -> float:
        """Where on the bar a level lies."""
        bar = self.bar()
        return bar.left() + bar.width() * (dbfs - SILENCE_DBFS) / -SILENCE_DBFS

    def marks(self) -> tuple[int, ...]:
        """The levels that there is room to write below the bar, full scale first."""
        room = self.at(_MARKS_DBFS[1]) - self.at(_MARKS_DBFS[0])
        return _MARKS_DBFS[::-1][:: math.ceil(self._small_width("−60 ") / room)]

    def sizeHint(self) -> QSize:
        """The bar with its scale."""
        return QSize(240, round(self.bar().bottom() + 5 + self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        """The scale can still be read."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bar, peak, scale and number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_bar(painter)
        self._paint_scale(painter)
        self._paint_number(painter)

    def _small_width(self, text: str) -> float:
        return float(self.fontMetrics().horizontalAdvance(text))

    def _paint_bar(self, painter: QPainter) -> None:
        bar, model, palette = self.bar(), self._model, self.palette()
        ground = shade(RULE, palette)
        ground.setAlphaF(0.45)
        painter.fillRect(bar, ground)
        filled = QRectF(bar)
        filled.setRight(self.at(model.level_dbfs))
        painter.fillRect(filled, CLIP if model.clipped else shade(MODALITY_TONES["voice"], palette))
        if model.peak_dbfs > SILENCE_DBFS:
            painter.setPen(QPen(ink(palette), 2.0))
            x = min(self.at(model.peak_dbfs), bar.right() - 1.0)
            painter.drawLine(QPointF(x, bar.top()), QPointF(x, bar.bottom()))

    def _paint_scale(self, painter: QPainter) -> None:
        painter.setFont(sized(self.font(), 0.8))
        painter.setPen(shade(MUTED, self.palette()))
        top, line = self.bar().bottom() + 3.0, float(painter.fontMetrics().height())
        for mark in self.marks():
            x = self.at(mark)
            painter.drawLine(QPointF(x, top - 2.0), QPointF(x, top))
            area = QRectF(x - 20.0, top, 40.0, line)
            painter.drawText(area, Qt.AlignmentFlag.AlignHCenter, str(mark).replace("-", "−"))

    def _paint_number(self, painter: QPainter) -> None:
        bar, line = self.bar(), float(self.fontMetrics().height())
        area = QRectF(bar.right(), bar.center().y() - line / 2, self.width() - bar.right(), line)
        painter.setFont(sized(self.font(), 1.0, bold=self.clipped))
        painter.setPen(ink(self.palette()))
        aligned = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, aligned, self.number())
