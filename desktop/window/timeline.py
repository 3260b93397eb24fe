"""`Timeline`: what was found over time, to be looked through by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from desktop.view.clock import clock
from desktop.view.timeline import LIVE_KEPT_S
from desktop.window.announce import announce
from desktop.window.timeline_canvas import TimelineCanvas
from model.analysis import Analysis
from model.labels import DEFAULT_LABEL_SET, LABEL_SETS

_ZOOM = 1.5
_PAGE = 0.5
_STEP = 0.02
"""Shares of what is in view."""
_DRAG_PIXELS = 4.0
_Key = Qt.Key


class Timeline(TimelineCanvas):
    """A timeline that is operated.

    Left and Right go from window to window, beginning where one looks, with Ctrl from moment to
    moment, Page Up and Page Down scroll, + and - zoom, M asks for a marker or, where there is one,
    for its end, N for the words of one, X for the chosen window to be excluded or included again,
    End goes back to the present. The wheel scrolls, with Ctrl it zooms.

    Signals:
        analysis_chosen(Analysis)
        time_chosen(float): a moment, in seconds.
        marker_wanted(float): at the play head or, without one, at the present.
        marker_unwanted(float): that of this moment.
        words_wanted(float, str): the moment of a marker that there is or is to be, and its words.
        exclude_wanted(float, float), include_wanted(float, float): from and to, in seconds.
    """

    analysis_chosen = Signal(object)
    time_chosen = Signal(float)
    marker_wanted = Signal(float)
    marker_unwanted = Signal(float)
    words_wanted = Signal(float, str)
    exclude_wanted = Signal(float, float)
    include_wanted = Signal(float, float)

    def __init__(
        self,
        labels: Sequence[str] = LABEL_SETS[DEFAULT_LABEL_SET],
        kept_s: float = LIVE_KEPT_S,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(labels, kept_s, parent)
        self._pressed_at: QPointF | None = None
        self._dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, zoom, mark and exclude."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._move(event)
            return
        actions = {
            _Key.Key_PageUp: lambda: self._scroll(-_PAGE),
            _Key.Key_PageDown: lambda: self._scroll(_PAGE),
            _Key.Key_Left: lambda: self._step(-1),
            _Key.Key_Right: lambda: self._step(1),
            _Key.Key_Plus: lambda: self.model.zoom(1 / _ZOOM),
            _Key.Key_Equal: lambda: self.model.zoom(1 / _ZOOM),
            _Key.Key_Minus: lambda: self.model.zoom(_ZOOM),
            _Key.Key_End: self.follow,
            _Key.Key_M: self._want_marker,
            _Key.Key_N: self._want_words,
            _Key.Key_X: self._want_exclusion,
        }
        action = actions.get(_Key(event.key()))
        if action is None:
            super().keyPressEvent(event)
            return
        action()
        self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        self._pressed_at, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag time along."""
        if self._pressed_at is None:
            return
        moved = event.position().x() - self._pressed_at.x()
        if self._dragged or abs(moved) > _DRAG_PIXELS:
            layout = self.layout_now()
            self.model.scroll(layout.time(0.0) - layout.time(moved))
            self._pressed_at, self._dragged = event.position(), True
            self.refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the window or the moment under the mouse."""
        clicked, self._pressed_at = self._pressed_at is not None and not self._dragged, None
        layout, at = self.layout_now(), event.position()
        if not clicked or not layout.tracks.contains(at):
            return
        time_s = layout.time(at.x())
        analysis = self.model.at(time_s) if layout.windows.contains(at) else None
        if analysis is None:
            self.time_chosen.emit(time_s)
        else:
            self._pick(analysis)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, or zoom with Ctrl."""
        turned = (event.angleDelta().y() or event.angleDelta().x()) / 120.0
        layout = self.layout_now()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.model.zoom(_ZOOM**-turned, layout.time(event.position().x()))
        else:
            self._scroll(-turned * 0.1)
        self.refresh()

    def _move(self, event: QKeyEvent) -> None:
        steps = {_Key.Key_Left: -1, _Key.Key_Right: 1}
        if _Key(event.key()) in steps:
            self._look(steps[_Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _scroll(self, views: float) -> None:
        start_s, end_s = self.model.view
        self.model.scroll(views * (end_s - start_s))

    def _look(self, step: int) -> None:
        """Choose the moment that is a little earlier or later than the one looked at."""
        if not self.model.begun:
            return
        chosen, (start_s, end_s) = self.model.selected, self.model.view
        from_s = self.model.now_s if chosen is None else chosen.start_s
        if self.play_head_s is not None:
            from_s = self.play_head_s
        at_s = from_s + step * _STEP * (end_s - start_s)
        at_s = min(max(at_s, self.model.first_s), self.model.now_s)
        if not start_s <= at_s <= end_s:
            self.model.scroll_to(at_s + (end_s - start_s) / 2)
            self.refresh()
        self.time_chosen.emit(at_s)
        announce(self, clock(at_s, 1))

    def _step(self, step: int) -> None:
        looked_at_s = self.model.view[1] if self.play_head_s is None else self.play_head_s
        analysis = self.model.select_next(step, looked_at_s)
        if analysis is not None:
            self.analysis_chosen.emit(analysis)
            self.refresh()
            announce(self, self.accessibleDescription())

    def _pick(self, analysis: Analysis) -> None:
        self.model.select(analysis)
        self.refresh()
        self.analysis_chosen.emit(analysis)

    def _moment_s(self) -> float:
        return self.model.now_s if self.play_head_s is None else self.play_head_s

    def _want_marker(self) -> None:
        if not self.model.begun:
            return
        there = self.model.marker_at(self._moment_s())
        if there is None:
            self.marker_wanted.emit(self._moment_s())
        else:
            self.marker_unwanted.emit(there.at_s)

    def _want_words(self) -> None:
        if self.model.begun:
            there = self.model.marker_at(self._moment_s())
            self.words_wanted.emit(*((there.at_s, there.text) if there else (self._moment_s(), "")))

    def _want_exclusion(self) -> None:
        chosen = self.model.selected
        if chosen is None:
            return
        excluded = self.model.excludes(chosen.start_s, chosen.end_s)
        wanted = self.include_wanted if excluded else self.exclude_wanted
        wanted.emit(chosen.start_s, chosen.end_s)
