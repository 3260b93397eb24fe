"""Where the parts of the timeline lie, and which moment is at which pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QFontMetricsF

from desktop.view.spans import Span

SWATCH = 10.0
GAP = 8.0
EDGE = 4.0
"""Left free at both sides: the ring of the focus goes there."""
PLOT_HEIGHT = 44.0


@dataclass(frozen=True)
class TimelineLayout:
    """Areas from above: legend, flags, probabilities, windows, one strip per cue, axis.

    Attributes:
        legend: the area of each label, swatch and word.
        strips: the area of each cue.
        view: what is in view, (start_s, end_s).
    """

    legend: tuple[QRectF, ...]
    flags: QRectF
    plot: QRectF
    windows: QRectF
    strips: tuple[QRectF, ...]
    axis: QRectF
    view: Span

    def x(self, time_s: float) -> float:
        """Where a moment is drawn."""
        start_s, end_s = self.view
        return self.plot.left() + (time_s - start_s) / (end_s - start_s) * self.plot.width()

    def time(self, x: float) -> float:
        """The moment that is drawn there."""
        start_s, end_s = self.view
        return start_s + (x - self.plot.left()) / self.plot.width() * (end_s - start_s)

    @property
    def tracks(self) -> QRectF:
        """Everything that shares the axis of time."""
        bottom = self.strips[-1].bottom() if self.strips else self.windows.bottom()
        top = self.flags.top()
        return QRectF(self.plot.left(), top, self.plot.width(), bottom - top)


def lay_out(
    size: QSizeF,
    metrics: QFontMetricsF,
    labels: Sequence[str],
    cues: Sequence[str],
    right_of_legend: float,
    view: Span,
) -> TimelineLayout:
    """Place everything.

    Args:
        size: of the widget.
        labels, cues: as they are written.
        right_of_legend: width that the buttons at the legend's right take.
    """
    line = metrics.height()
    gutter = max([metrics.horizontalAdvance(text) for text in ("100 %", *cues)]) + GAP + EDGE
    legend = _legend(metrics, labels, size.width() - right_of_legend)
    top = max((area.bottom() for area in legend), default=line) + 6.0
    width = max(size.width() - gutter - EDGE, 1.0)
    flags = QRectF(gutter, top, width, line)
    strip_height, block_height = line + 2.0, line + 8.0
    below = block_height + GAP + len(cues) * strip_height + GAP + line
    plot = QRectF(gutter, flags.bottom(), width, max(size.height() - flags.bottom() - below, 20.0))
    windows = QRectF(gutter, plot.bottom() + 4.0, width, block_height)
    first = windows.bottom() + 4.0
    strips = [
        QRectF(gutter, first + number * strip_height, width, strip_height)
        for number in range(len(cues))
    ]
    axis = QRectF(gutter, first + len(cues) * strip_height + 2.0, width, line + 4.0)
    return TimelineLayout(tuple(legend), flags, plot, windows, tuple(strips), axis, view)


def _legend(metrics: QFontMetricsF, labels: Sequence[str], width: float) -> list[QRectF]:
    line, x, y = metrics.height() + 2.0, EDGE, 2.0
    areas = []
    for label in labels:
        wide = SWATCH + 5.0 + metrics.horizontalAdvance(label)
        if x + wide > width and x > EDGE:
            x, y = EDGE, y + line
        areas.append(QRectF(x, y, wide, line))
        x += wide + 14.0
    return areas
