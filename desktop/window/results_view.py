"""`ResultsView`: what was observed and inferred, beside a picture and above a timeline.

Live, files and sessions show their results with this one view.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from desktop.view.timeline import TimelineModel
from desktop.window.affect_pad import AffectPad
from desktop.window.contribution_bar import ContributionBar
from desktop.window.cue_panel import CuePanel
from desktop.window.emotion_panel import EmotionPanel
from desktop.window.rationale_panel import RationalePanel
from desktop.window.timeline import Timeline
from model.analysis import Analysis, Glimpse


class ResultsView(QWidget):
    """Lays the panels out and hands results to them.

    Signals:
        time_chosen: a second to look at, from the timeline or a claim.
        claim_chosen: a `CheckedClaim` to look at or listen to.

    Args:
        picture: shown at the left.
        labels: emotions that are chosen from.
    """

    time_chosen = Signal(float)
    claim_chosen = Signal(object)

    def __init__(
        self, picture: QWidget, labels: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model = TimelineModel()
        self.timeline = Timeline(self.model)
        self._emotion, self._cues = EmotionPanel(labels), CuePanel()
        self._pad, self._contribution = AffectPad(), ContributionBar()
        self._rationale = RationalePanel()
        self._writing_s = float("nan")
        self._lay_out(picture)
        self._rationale.claim_chosen.connect(self.claim_chosen)
        self.timeline.analysis_chosen.connect(self.show_analysis)
        self.timeline.time_chosen.connect(self.time_chosen)

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Choose from other emotions."""
        self._emotion.set_labels(labels)
        self.clear()

    def clear(self) -> None:
        """Forget all results."""
        self.model.clear()
        for panel in (self._emotion, self._cues, self._pad, self._contribution, self._rationale):
            panel.clear()
        self.timeline.refresh()

    def add_glimpse(self, glimpse: Glimpse) -> None:
        """The emotion now."""
        self.model.add_glimpse(glimpse)
        self.timeline.refresh()
        self._emotion.show_glimpse(glimpse)
        self._cues.show_cues(glimpse.cues)
        self._pad.show_probabilities(glimpse.probabilities)

    def add_analysis(self, analysis: Analysis) -> None:
        """A window that was explained, shown at once."""
        self.model.add_analysis(analysis)
        self.timeline.refresh()
        self.show_analysis(analysis)

    def show_analysis(self, analysis: Analysis) -> None:
        """Show a window again."""
        self._emotion.show_analysis(analysis)
        self._cues.show_cues(analysis.cues)
        self._pad.show_probabilities(analysis.probabilities)
        self._contribution.show_contribution(analysis.contribution)
        self._rationale.show_analysis(analysis)

    def write(self, end_s: float, piece: str) -> None:
        """A piece of the rationale of the window that ends at `end_s`."""
        if end_s != self._writing_s:
            self._writing_s = end_s
            self._rationale.begin(end_s)
        self._rationale.write(piece)

    def nobody(self) -> None:
        """Nobody is seen or heard."""
        self._emotion.nobody()

    def _lay_out(self, picture: QWidget) -> None:
        small = QWidget()
        row = QHBoxLayout(small)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._pad)
        row.addWidget(self._contribution, 1)
        inferred, observed = QWidget(), QWidget()
        for place, widgets in (
            (inferred, (self._emotion, small)),
            (observed, (self._cues,)),
        ):
            column = QVBoxLayout(place)
            column.setContentsMargins(0, 0, 0, 0)
            for widget in widgets:
                column.addWidget(widget)
        scroll = QScrollArea()
        scroll.setWidget(observed)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(picture)
        left.addWidget(self._rationale)
        left.setStretchFactor(0, 3)
        left.setStretchFactor(1, 2)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(inferred)
        right.addWidget(scroll)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(left)
        across.addWidget(right)
        across.setStretchFactor(0, 3)
        across.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(across, 1)
        layout.addWidget(self.timeline)
