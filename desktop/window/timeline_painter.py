"""Paints the timeline: everything on it but the play head."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainter, QPalette, QPen, QPolygonF

from desktop.palette import MUTED, PAPER, RULE
from desktop.view.clock import clock, ticks
from desktop.view.timeline import Point, TimelineModel
from desktop.window.theme import emotion_colour, emotion_name, ink, shade, sized
from desktop.window.timeline_layout import SWATCH, TimelineLayout
from model.analysis import Analysis
from model.evidence import MAX_DEVIATION

_TICK_PIXELS = 90
_NARROWEST_WORD = 24.0
_NARROWEST_COLUMN = 2
_Column = tuple[int, int, Point]
_Align = Qt.AlignmentFlag


class TimelinePainter:
    """Paints one state of the model.

    Args:
        painter: where to paint; antialiasing is chosen part by part.
        unsure: the word for a window whose answer should not be relied on.
    """

    def __init__(
        self,
        painter: QPainter,
        layout: TimelineLayout,
        model: TimelineModel,
        palette: QPalette,
        font: QFont,
        unsure: str,
    ) -> None:
        self._painter, self._layout, self._model = painter, layout, model
        self._palette, self._font, self._unsure = palette, font, unsure
        painter.setFont(font)

    def paint(self, labels: Sequence[str], cues: Sequence[str], cue_names: Sequence[str]) -> None:
        """Paint everything.

        Args:
            labels: from the bottom of the stack to its top.
            cues: of the strips, from above.
            cue_names: what the cues are called.
        """
        self._legend(labels)
        self._grid()
        self._clip()
        columns = self._columns()
        self._probabilities(labels, columns)
        self._windows()
        for area, name in zip(self._layout.strips, cues, strict=True):
            self._strip(area, name, columns)
        self._exclusions()
        self._markers()
        self._painter.setClipping(False)
        self._captions(cue_names)

    def _clip(self) -> None:
        self._painter.setClipRect(self._layout.tracks.adjusted(0.0, 0.0, 1.0, 1.0))

    def _legend(self, labels: Sequence[str]) -> None:
        for label, area in zip(labels, self._layout.legend, strict=True):
            swatch = QRectF(0.0, 0.0, SWATCH, SWATCH)
            swatch.moveCenter(QPointF(area.left() + SWATCH / 2, area.center().y()))
            self._painter.fillRect(swatch, emotion_colour(label))
            self._painter.setPen(QPen(shade(MUTED, self._palette), 0.75))
            self._painter.drawRect(swatch)
            self._painter.setPen(ink(self._palette))
            words = area.adjusted(SWATCH + 5.0, 0.0, 4.0, 0.0)
            self._painter.drawText(words, _Align.AlignVCenter, emotion_name(label))

    def _grid(self) -> None:
        painter, layout = self._painter, self._layout
        painter.fillRect(layout.plot, shade(PAPER, self._palette))
        start_s, end_s = layout.view
        for time_s in ticks(start_s, end_s, int(layout.plot.width() / _TICK_PIXELS)):
            if time_s < 0:
                continue
            x = round(layout.x(time_s)) + 0.5
            painter.setPen(QPen(shade(RULE, self._palette), 1.0))
            painter.drawLine(QPointF(x, layout.plot.top()), QPointF(x, layout.axis.top() + 2.0))
            painter.setPen(shade(MUTED, self._palette))
            told = clock(time_s)
            width = painter.fontMetrics().horizontalAdvance(told) + 2.0
            left = min(x - width / 2, layout.plot.right() - width)
            words = QRectF(left, layout.axis.top() + 2.0, width, layout.axis.height())
            painter.drawText(words, _Align.AlignHCenter, told)

    def _columns(self) -> list[_Column]:
        """Results in view with their pixels (from, to).

        Of those that come thicker than `_NARROWEST_COLUMN`, the last stands for its neighbours.
        """
        found: list[_Column] = []
        (start_s, end_s), plot = self._layout.view, self._layout.plot
        origin, per_second = plot.left(), plot.width() / (end_s - start_s)
        waiting_from = waiting_to = painted = -1
        for from_s, to_s, point in self._model.columns(start_s, end_s):
            left = max(round(origin + (from_s - start_s) * per_second), painted)
            right = round(origin + (to_s - start_s) * per_second)
            if left <= waiting_to:
                left = waiting_from
            if right - left < _NARROWEST_COLUMN:
                waiting_from, waiting_to = left, right
            else:
                found.append((left, right, point))
                waiting_to, painted = -1, right
        return found

    def _probabilities(self, labels: Sequence[str], columns: Sequence[_Column]) -> None:
        plot = self._layout.plot
        colours = [(label, emotion_colour(label)) for label in labels]
        for left, right, point in columns:
            bottom = plot.bottom()
            for label, colour in colours:
                height = point.probabilities.get(label, 0.0) * plot.height()
                self._painter.fillRect(QRectF(left, bottom - height, right - left, height), colour)
                bottom -= height

    def _windows(self) -> None:
        analyses, row = self._model.analyses, self._layout.windows
        for number, analysis in enumerate(analyses):
            end_s = analysis.end_s
            following = analyses[number + 1] if number + 1 < len(analyses) else None
            if following is not None and following.start_s > analysis.start_s:
                end_s = min(end_s, following.start_s)
            left, right = self._layout.x(analysis.start_s), self._layout.x(end_s)
            if right > row.left() and left < row.right():
                area = QRectF(left + 1, row.top(), max(right - left - 2, 1.0), row.height())
                self._window(analysis, area)

    def _window(self, analysis: Analysis, area: QRectF) -> None:
        painter, chosen = self._painter, analysis is self._model.selected
        painter.setBrush(shade(PAPER, self._palette))
        edge = ink(self._palette) if chosen else shade(RULE, self._palette)
        style = Qt.PenStyle.SolidLine if analysis.rationale else Qt.PenStyle.DashLine
        painter.setPen(QPen(edge, 2.0 if chosen else 1.0, style))
        painter.drawRect(area.adjusted(0.5, 1.5, -0.5, -1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not analysis.unsure:
            foot = QRectF(area.left() + 2.0, area.bottom() - 5.0, area.width() - 4.0, 3.0)
            painter.fillRect(foot, emotion_colour(analysis.emotion))
        self._word_of(analysis, area.adjusted(4.0, 0.0, -4.0, -2.0), bold=chosen)

    def _word_of(self, analysis: Analysis, room: QRectF, *, bold: bool) -> None:
        if room.width() < _NARROWEST_WORD:
            return
        painter = self._painter
        word = self._unsure if analysis.unsure else emotion_name(analysis.emotion)
        painter.setFont(sized(self._font, 0.9, bold=bold))
        painter.setPen(ink(self._palette))
        metrics = QFontMetricsF(painter.font())
        fitting = metrics.elidedText(word, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _Align.AlignCenter, fitting)
        painter.setFont(self._font)

    def _strip(self, area: QRectF, name: str, columns: Sequence[_Column]) -> None:
        middle, reach = area.center().y(), area.height() / 2 - 1.0
        self._painter.setPen(QPen(shade(RULE, self._palette), 1.0))
        self._painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
        colour = shade(MUTED, self._palette)  # an emotion's hue would seem to say one
        for left, right, point in columns:
            deviation = point.deviations.get(name, 0.0)
            height = min(abs(deviation) / MAX_DEVIATION, 1.0) * reach
            top = middle - height if deviation > 0 else middle
            self._painter.fillRect(QRectF(left, top, right - left, height), colour)

    def _exclusions(self) -> None:
        for start_s, end_s in self._model.exclusions:
            left, right = self._layout.x(start_s), self._layout.x(end_s)
            top, bottom = self._layout.plot.top(), self._layout.tracks.bottom()
            area = QRectF(left, top, right - left, bottom - top)
            veil = shade(PAPER, self._palette)
            veil.setAlphaF(0.7)
            self._painter.fillRect(area, veil)
            hatch = QBrush(shade(MUTED, self._palette), Qt.BrushStyle.BDiagPattern)
            self._painter.fillRect(area, hatch)

    def _markers(self) -> None:
        painter, layout = self._painter, self._layout
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        markers = self._model.markers
        room = [*(layout.x(marker.at_s) for marker in markers[1:]), layout.plot.right() + 1.0]
        for marker, end in zip(markers, room, strict=False):
            x = round(layout.x(marker.at_s)) + 0.5
            top, line = layout.flags.top() + 2.0, layout.flags.height()
            painter.setPen(QPen(shade(MUTED, self._palette), 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, top), QPointF(x, layout.tracks.bottom()))
            painter.setPen(QPen(ink(self._palette), 1.0))
            painter.setBrush(ink(self._palette))
            tip = QPointF(x + 8.0, top + 4.5)
            painter.drawPolygon(QPolygonF([QPointF(x, top), tip, QPointF(x, top + 9.0)]))
            words = QRectF(x + 11.0, layout.flags.top(), end - x - 14.0, line)
            metrics = QFontMetricsF(painter.font())
            fitting = metrics.elidedText(
                marker.text, Qt.TextElideMode.ElideRight, max(words.width(), 0.0)
            )
            painter.drawText(words, _Align.AlignVCenter, fitting)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _captions(self, cue_names: Sequence[str]) -> None:
        painter, layout = self._painter, self._layout
        painter.setPen(shade(MUTED, self._palette))
        line = QFontMetricsF(self._font).height()
        right = layout.plot.left() - 8.0
        for share in (0.0, 0.5, 1.0):
            y = layout.plot.bottom() - share * layout.plot.height()
            words = QRectF(0.0, y - line / 2, right, line)
            painter.drawText(words, _Align.AlignRight | _Align.AlignVCenter, f"{share * 100:.0f} %")
        for area, name in zip(layout.strips, cue_names, strict=True):
            words = QRectF(0.0, area.top(), right, area.height())
            painter.drawText(words, _Align.AlignRight | _Align.AlignVCenter, name)
