"""`Annotator`: markers and excluded ranges of a timeline, shown there and kept elsewhere."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog

from desktop.view.clock import clock
from desktop.window.announce import announce
from desktop.window.timeline import Timeline


class Keeper(Protocol):
    """Whatever keeps them."""

    def mark(self, at_s: float, text: str) -> None: ...

    def unmark(self, at_s: float) -> None: ...

    def exclude(self, start_s: float, end_s: float) -> None: ...

    def include(self, start_s: float, end_s: float) -> None: ...


class Annotator(QObject):
    """Does what is asked for at a timeline.

    Args:
        timeline: where it is asked for, and shown.
        keeper: told the same.
    """

    def __init__(self, timeline: Timeline, keeper: Keeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timeline, self._keeper = timeline, keeper
        timeline.marker_wanted.connect(self._mark)
        timeline.marker_unwanted.connect(self._unmark)
        timeline.words_wanted.connect(self._ask_words)
        timeline.exclude_wanted.connect(self._exclude)
        timeline.include_wanted.connect(self._include)

    def _mark(self, at_s: float, text: str = "") -> None:
        self._timeline.add_marker(at_s, text)
        self._say(self.tr("Marker set at {0}").format(clock(at_s, 1)))
        self._keeper.mark(at_s, text)

    def _unmark(self, at_s: float) -> None:
        self._timeline.remove_marker(at_s)
        self._say(self.tr("Marker cleared"))
        self._keeper.unmark(at_s)

    def _ask_words(self, at_s: float, before: str) -> None:
        text, given = QInputDialog.getText(
            self._timeline, self.tr("Marker"),
            self.tr("What is to be said of {0}?").format(clock(at_s, 1)), text=before,
        )  # fmt: skip
        if given:
            self._timeline.remove_marker(at_s)
            self._keeper.unmark(at_s)
            self._mark(at_s, text.strip())

    def _exclude(self, start_s: float, end_s: float) -> None:
        self._timeline.exclude(start_s, end_s)
        self._say(self.tr("Excluded"))
        self._keeper.exclude(start_s, end_s)

    def _include(self, start_s: float, end_s: float) -> None:
        self._timeline.include(start_s, end_s)
        self._say(self.tr("Counted again"))
        self._keeper.include(start_s, end_s)

    def _say(self, what: str) -> None:
        announce(self._timeline, what)
