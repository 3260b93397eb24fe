"""`TimelineCanvas`: shows what was found over time; `Timeline` lets it be operated."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QPushButton, QToolTip, QWidget

from desktop.palette import INK
from desktop.view.clock import clock
from desktop.view.emotion_names import percent, ranked
from desktop.view.timeline import LIVE_KEPT_S, TimelineModel
from desktop.window.cue_words import cue_name
from desktop.window.focus_ring import FocusRing
from desktop.window.theme import emotion_name, shade
from desktop.window.timeline_layout import PLOT_HEIGHT, TimelineLayout, lay_out
from desktop.window.timeline_painter import TimelinePainter
from model.analysis import Analysis, Glimpse
from model.labels import DEFAULT_LABEL_SET, LABEL_SETS

CUE_STRIPS = 4


class TimelineCanvas(QWidget):
    """Probabilities stacked over time, analysed windows, cues, markers and excluded ranges.

    Args:
        labels: from the bottom of the stack to its top.
        kept_s: how much of the past is kept.

    Attributes:
        model: what is shown; changed through the methods here, which paint it anew.
        play_head_s: the moment that is played.

    Signals:
        followed: the present is to be shown again, and the window that is chosen still is no more.
    """

    followed = Signal()

    def __init__(
        self,
        labels: Sequence[str] = LABEL_SETS[DEFAULT_LABEL_SET],
        kept_s: float = LIVE_KEPT_S,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = TimelineModel(kept_s)
        self._labels = tuple(labels)
        self.play_head_s: float | None = None
        self._picture = QPixmap()
        self._picture_of: tuple[object, ...] = ()
        self.setAccessibleName(self.tr("Timeline"))
        self._back = QPushButton(self.tr("Back to now"), self)
        self._back.clicked.connect(self.follow)
        FocusRing(self)
        self.refresh()

    # --- what it shows --------------------------------------------------------------------------

    def set_labels(self, labels: Sequence[str]) -> None:
        """Show other labels from now on."""
        self._labels = tuple(labels)
        self.refresh()

    def add_glimpse(self, glimpse: Glimpse) -> None:
        """Show a glimpse."""
        self.model.add_glimpse(glimpse)
        self.refresh()

    def add_analysis(self, analysis: Analysis) -> None:
        """Show an analysed window."""
        self.model.add_analysis(analysis)
        self.refresh()

    def add_marker(self, at_s: float, text: str) -> None:
        """Show a marker."""
        self.model.add_marker(at_s, text)
        self.refresh()

    def remove_marker(self, at_s: float) -> None:
        """Show a marker no longer."""
        self.model.remove_marker(at_s)
        self.refresh()

    def exclude(self, start_s: float, end_s: float) -> None:
        """Hatch a range."""
        self.model.exclude(start_s, end_s)
        self.refresh()

    def include(self, start_s: float, end_s: float) -> None:
        """Take the hatching of a range away."""
        self.model.include(start_s, end_s)
        self.refresh()

    def advance(self, now_s: float) -> None:
        """Let time go on while nothing is found."""
        self.model.advance(now_s)
        self.refresh()

    def choose(self, analysis: Analysis | None) -> None:
        """Choose a window without a signal."""
        self.model.select(analysis)
        self.refresh()

    def set_play_head(self, at_s: float | None) -> None:
        """Show which moment is played; cheap enough for every picture."""
        for moment in (self.play_head_s, at_s):
            if moment is not None:
                x = round(self.layout_now().x(moment))
                self.update(x - 8, 0, 17, self.height())
        self.play_head_s = at_s
        self._offer_present()

    def follow(self) -> None:
        """Go back to the present and stay with it."""
        self.followed.emit()
        self.set_play_head(None)
        self.model.select(None)
        self.model.follow()
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self.model.clear()
        self.set_play_head(None)
        self.refresh()

    def place(self, time_s: float) -> QPointF:
        """Where a moment lies in the row of analysed windows."""
        layout = self.layout_now()
        return QPointF(layout.x(time_s), layout.windows.center().y())

    def sizeHint(self) -> QSize:
        """Wide, and high enough for every track."""
        return QSize(720, self.minimumSizeHint().height() + 76)

    def minimumSizeHint(self) -> QSize:
        """The plot keeps `PLOT_HEIGHT` pixels."""
        lines = 5 + CUE_STRIPS
        return QSize(360, round(PLOT_HEIGHT + lines * (self.fontMetrics().height() + 4.0)))

    # --- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tracks, anew only if they have changed, and the play head."""
        state: tuple[object, ...] = (
            self.model.version, self._labels, self.size(), self.devicePixelRatioF(),
            self.palette().cacheKey(), self.font().key(),
        )  # fmt: skip
        if state != self._picture_of:
            self._picture, self._picture_of = self._paint_picture(), state
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        self._paint_play_head(painter)

    def _paint_picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        cues = self.model.varying_cues(CUE_STRIPS)
        TimelinePainter(
            painter, self.layout_now(), self.model, self.palette(), self.font(), self.tr("Unsure")
        ).paint(self._labels, cues, [cue_name(name) for name in cues])
        painter.end()
        return picture

    def _paint_play_head(self, painter: QPainter) -> None:
        layout = self.layout_now()
        if self.play_head_s is None or not layout.view[0] <= self.play_head_s <= layout.view[1]:
            return
        x = layout.x(self.play_head_s)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(shade(INK, self.palette()), 1.5))
        painter.setBrush(shade(INK, self.palette()))
        bottom = layout.tracks.bottom()
        painter.drawLine(QPointF(x, layout.plot.top()), QPointF(x, bottom))
        painter.drawEllipse(QPointF(x, layout.plot.top()), 3.5, 3.5)

    def layout_now(self) -> TimelineLayout:
        """Where everything lies at present."""
        names = [cue_name(name) for name in self.model.varying_cues(CUE_STRIPS)]
        words = [emotion_name(label) for label in self._labels]
        buttons = self._back.sizeHint().width() + 10.0
        size = QSizeF(self.size())
        return lay_out(size, QFontMetricsF(self.font()), words, names, buttons, self.model.view)

    def _offer_present(self) -> None:
        """Let the present be gone back to where the past is shown or looked at."""
        chosen = self.model.selected is not None or self.play_head_s is not None
        self._back.setVisible(chosen or not self.model.follows)

    def refresh(self) -> None:
        """Show what has changed in the model."""
        self._offer_present()
        self._back.move(self.width() - self._back.width(), 0)
        chosen = self.model.selected
        if chosen is None:
            told = self.tr("{count} analysed windows").format(count=len(self.model.analyses))
        else:
            told = self._told(chosen.start_s, chosen.end_s, chosen.probabilities)
        self.setAccessibleDescription(told)
        self.update()

    def _told(self, start_s: float, end_s: float, probabilities: dict[str, float]) -> str:
        best = ranked(probabilities)[:3]
        said = ", ".join(f"{emotion_name(label)} {percent(p)}" for label, p in best)
        return f"{clock(start_s, 1)} – {clock(end_s, 1)}: {said}"

    def event(self, event: QEvent) -> bool:
        """Tell the numbers of the moment that the mouse rests on."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            time_s = self.layout_now().time(event.pos().x())
            found = [self._told(*column[:2], column[2].probabilities)
                     for column in self.model.columns(time_s, time_s + 1e-6)]  # fmt: skip
            QToolTip.showText(event.globalPos(), found[0] if found else "", self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button in its corner."""
        super().resizeEvent(event)
        self.refresh()
