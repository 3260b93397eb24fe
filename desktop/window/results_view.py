"""`ResultsView`: what was observed and inferred, beside a picture and above a timeline.

Live, files and sessions show their results with this one view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop.view.timeline import LIVE_KEPT_S
from desktop.window.affect_pad import AffectPad
from desktop.window.contribution_bar import ContributionBar
from desktop.window.cue_panel import CuePanel
from desktop.window.emotion_panel import EmotionPanel
from desktop.window.panel import Panel
from desktop.window.rationale_panel import RationalePanel
from desktop.window.scroller import Column, Scroller
from desktop.window.timeline import Timeline
from model.analysis import Analysis, Glimpse


class ResultsView(QWidget):
    """Lays the panels out and hands results to them.

    A window that is chosen in the timeline stays until the present is asked for again.

    Signals:
        time_chosen: a second to look at, from the timeline or a claim.
        claim_chosen: a `CheckedClaim` to look at or listen to.

    Args:
        picture: shown at the left.
        labels: emotions that are chosen from.
        kept_s: how much of the past the timeline keeps.
    """

    time_chosen = Signal(float)
    claim_chosen = Signal(object)

    def __init__(
        self,
        picture: QWidget,
        labels: tuple[str, ...],
        kept_s: float = LIVE_KEPT_S,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.timeline = Timeline(labels, kept_s)
        self.model = self.timeline.model
        self._emotion, self._cues = EmotionPanel(labels), CuePanel()
        self._pad, self._contribution = AffectPad(), ContributionBar()
        self._rationale = RationalePanel()
        self._writing_s, self._written = float("nan"), ""
        self._lay_out(picture)
        self._rationale.claim_chosen.connect(self.claim_chosen)
        self.timeline.analysis_chosen.connect(self.show_analysis)
        self.timeline.followed.connect(self._look_at_now)
        self.timeline.time_chosen.connect(self.time_chosen)

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Choose from other emotions."""
        self._emotion.set_labels(labels)
        self.timeline.set_labels(labels)
        self.clear()

    def expect_face(self, expected: bool) -> None:
        """Whether cues of a face will come, or the voice alone is judged."""
        self._cues.expect_face(expected)

    def clear(self) -> None:
        """Forget all results."""
        self.timeline.clear()
        self._writing_s, self._written = float("nan"), ""
        for panel in (self._emotion, self._cues, self._pad, self._contribution, self._rationale):
            panel.clear()

    def add_glimpse(self, glimpse: Glimpse) -> None:
        """The emotion now."""
        if self._takes(partial(self.timeline.add_glimpse, glimpse)):
            self._emotion.show_glimpse(glimpse)
            self._cues.show_cues(glimpse.cues)
            self._pad.show_probabilities(glimpse.probabilities)

    def add_analysis(self, analysis: Analysis) -> None:
        """A window that was explained, shown at once unless somebody looks at an earlier one."""
        self.model.add_analysis(analysis)
        self.timeline.refresh()
        self._writing_s, self._written = float("nan"), ""
        if not self.looking_back:
            self.show_analysis(analysis)

    def add_analyses(self, analyses: Sequence[Analysis]) -> None:
        """The windows of a whole recording, of which the last one is shown."""
        for analysis in analyses[:-1]:
            self.model.add_analysis(analysis)
        for analysis in analyses[-1:]:
            self.add_analysis(analysis)

    def show_analysis(self, analysis: Analysis) -> None:
        """Show a window again."""
        self._emotion.show_analysis(analysis)
        self._cues.show_cues(analysis.cues)
        self._pad.show_probabilities(analysis.probabilities)
        self._contribution.show_contribution(analysis.contribution)
        self._rationale.show_analysis(analysis)

    def write(self, end_s: float, piece: str) -> None:
        """A piece of the rationale of the window that ends at `end_s`."""
        begins = end_s != self._writing_s
        self._writing_s, self._written = end_s, piece if begins else self._written + piece
        if self.looking_back:
            return
        if begins:
            self._rationale.begin(end_s)
        self._rationale.write(piece)

    def nobody(self, end_s: float) -> None:
        """Nobody is seen or heard in the seconds up to `end_s`: nothing is observed of anybody."""
        if self._takes(partial(self.timeline.advance, end_s)):
            self._emotion.nobody()
            self._cues.clear()
            self._pad.clear()

    @property
    def looking_back(self) -> bool:
        """Whether a chosen window is shown instead of the newest."""
        return self.model.selected is not None

    def _takes(self, what: Callable[[], None]) -> bool:
        """Take something in, and say whether it is to be shown."""
        before = self.looking_back
        what()
        if before and not self.looking_back:  # the window that was chosen is no longer kept
            self._show_newest()
        return not self.looking_back

    def _look_at_now(self) -> None:
        if self.looking_back:
            self._show_newest()

    def _show_newest(self) -> None:
        if self.model.analyses:
            self.show_analysis(self.model.analyses[-1])
        if self._written:
            self._rationale.begin(self._writing_s)
            self._rationale.write(self._written)

    def _lay_out(self, picture: QWidget) -> None:
        shares = Panel("inferred")
        shares.set_heading(self.tr("What spoke for the answer"))
        shares.body.addWidget(self._contribution)
        side_by_side, stacked = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        top = _split("top", side_by_side, (picture, 3), (Column(self._emotion), 2))
        left = _split("left", stacked, (top, 5), (self._rationale, 3))
        right = _split("right", stacked, (Column(self._cues), 7), (shares, 2))
        across = _split("across", side_by_side, (left, 2), (right, 1))
        bottom = _split("bottom", side_by_side, (self.timeline, 6), (self._pad, 1))
        whole = _split("whole", stacked, (across, 5), (bottom, 1))
        # Where there is little room these two may be pushed aside altogether.
        across.setCollapsible(1, True)
        whole.setCollapsible(1, True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(_roomy(whole))


def _roomy(whole: QWidget) -> Scroller:
    """Scrolls where there is less room than everything needs, so that nothing overlaps."""
    area = Scroller(whole)
    for ground in (area.viewport(), whole):  # what is behind shows through, as without it
        ground.setAutoFillBackground(False)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is focused in it comes into view anyway
    return area


def _split(name: str, orientation: Qt.Orientation, *parts: tuple[QWidget, int]) -> QSplitter:
    """Widgets side by side whose sizes the user may change, each with its share of the room."""
    splitter = QSplitter(orientation)
    splitter.setObjectName(name)
    splitter.setChildrenCollapsible(False)
    for index, (widget, share) in enumerate(parts):
        splitter.addWidget(widget)
        splitter.setStretchFactor(index, share)
    splitter.setSizes([100 * share for _, share in parts])
    return splitter
