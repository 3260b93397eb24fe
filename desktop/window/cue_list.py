"""`CueList`: the cues of a face or of a voice, row by row, with their deviations as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.palette import MUTED, RULE
from desktop.view.cue_names import CUE_NAMES, deviation_text, value_text
from desktop.window.cue_words import against_text, cue_name, cue_text
from desktop.window.theme import ink, shade, sized
from model.cues import CUES
from model.evidence import MAX_DEVIATION, Cue

ROWS = 6
_FEWEST_ROWS = 3
_GAP = 10.0
_SCALE_SIGMA = MAX_DEVIATION

_LEAST_BAR = 30.0
Widths = tuple[float, float, float, float, float]


class CueList(QWidget):
    """Up to `ROWS` cues: action unit, name, value, bar of the deviation, and against whom."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._cues: tuple[Cue, ...] = ()

    @property
    def cues(self) -> tuple[Cue, ...]:
        """What is shown, from above."""
        return self._cues

    def show_cues(self, cues: Sequence[Cue]) -> None:
        """Show these, from above."""
        self._cues = tuple(cues[:ROWS])
        told = (
            f"{cue_name(c.name)} {deviation_text(c.deviation)}, {against_text(c)}"
            for c in self._cues
        )
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        """Room for every row, whether it is filled or not, so that nothing jumps."""
        return QSize(400, round(self._row_height() * ROWS))

    def minimumSizeHint(self) -> QSize:
        """Names and bars still fit; of the rows, those at the top."""
        _, name, _, deviation, _ = self._all_columns()
        return QSize(round(name + deviation + _LEAST_BAR), round(self._row_height() * _FEWEST_ROWS))

    def bar(self, row: int) -> QRectF:
        """The bar of a row, from the middle to its deviation, cut at ±`MAX_DEVIATION`."""
        track = self._track(row)
        share = min(max(self._cues[row].deviation / _SCALE_SIGMA, -1.0), 1.0)
        length = share * track.width() / 2
        zero = track.center().x()
        return QRectF(min(zero, zero + length), track.top(), abs(length), track.height())

    def event(self, event: QEvent) -> bool:
        """Tell everything about a cue where the mouse rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = int(event.pos().y() / self._row_height())
            text = cue_text(self._cues[row]) if 0 <= row < len(self._cues) else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that fit."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fitting = int((self.height() + 1.0) / self._row_height())
        for row, cue in enumerate(self._cues[:fitting]):
            self._paint_words(painter, row, cue)
            self._paint_bar(painter, row, cue)

    def _row_height(self) -> float:
        return self.fontMetrics().height() + 5.0

    def _columns(self) -> Widths:
        """As many columns as there is room for beside a bar: code, value and comparison may go."""
        unit, name, value, deviation, side = self._all_columns()
        room = self.width() - _LEAST_BAR - _GAP - name - deviation
        side = side if room >= side else 0.0
        value = value if room >= side + value else 0.0
        unit = unit if room >= side + value + unit else 0.0
        return unit, name, value, deviation, side

    def _all_columns(self) -> Widths:
        """Widths of action unit, name, value, deviation and comparison."""
        metrics = self.fontMetrics()
        small = QFontMetrics(sized(self.font(), 0.85))
        names = max(metrics.horizontalAdvance(cue_name(name)) for name in CUE_NAMES)
        return (
            small.horizontalAdvance("AU00") + _GAP,
            names + _GAP,
            metrics.horizontalAdvance("−00.0 syll/s") + _GAP,
            metrics.horizontalAdvance("−00.0 σ") + _GAP,
            max(small.horizontalAdvance(text) for text in self._sides()) + _GAP,
        )

    def _sides(self) -> tuple[str, str]:
        return self.tr("own"), self.tr("people")

    def _track(self, row: int) -> QRectF:
        unit, name, value, *rest = self._columns()
        left = unit + name + value + _GAP
        width = max(self.width() - left - sum(rest), 20.0)
        height = self._row_height()
        return QRectF(left, row * height + 5.0, width, height - 10.0)

    def _paint_words(self, painter: QPainter, row: int, cue: Cue) -> None:
        unit, name, value, deviation, side = self._columns()
        top, height = row * self._row_height(), self._row_height()
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.setFont(self.font())
        painter.setPen(ink(self.palette()))
        painter.drawText(QRectF(unit, top, name, height), middle, cue_name(cue.name))
        if value:
            number = QRectF(unit + name, top, value - _GAP, height)
            painter.drawText(number, middle | right, value_text(cue.value, cue.unit))
        after = QRectF(self._track(row).right(), top, deviation, height)
        painter.drawText(after, middle | right, deviation_text(cue.deviation))
        painter.setFont(sized(self.font(), 0.85))
        painter.setPen(shade(MUTED, self.palette()))
        if unit:
            painter.drawText(QRectF(0.0, top, unit, height), middle, CUES[cue.name].action_unit)
        if side:
            own, people = self._sides()
            last = QRectF(self.width() - side, top, side, height)
            painter.drawText(last, middle | right, own if cue.against == "person" else people)

    def _paint_bar(self, painter: QPainter, row: int, cue: Cue) -> None:
        track, palette = self._track(row), self.palette()
        ground = shade(RULE, palette)
        ground.setAlphaF(0.35)
        painter.fillRect(track, ground)
        painter.fillRect(self.bar(row), shade(MUTED, palette))
        painter.setPen(QPen(ink(palette), 1.0))
        zero = round(track.center().x()) + 0.5
        painter.drawLine(QPointF(zero, track.top() - 2), QPointF(zero, track.bottom() + 2))
