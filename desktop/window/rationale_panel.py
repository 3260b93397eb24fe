"""`RationalePanel`: the model's explanation as it is written, and then with every claim checked."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from desktop.palette import VERDICT_SIGNS
from desktop.view.clock import clock
from desktop.window.panel import MutedLabel, Panel
from desktop.window.rationale_text import RationaleText
from desktop.window.theme import emotion_name
from model.analysis import Analysis


class RationalePanel(Panel):
    """The explanation of one window.

    Signals:
        claim_chosen(CheckedClaim): somebody wants to see what a claim speaks of.
    """

    claim_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("inferred", parent)
        self.set_heading(self.tr("The model's explanation"))
        self._text = RationaleText()
        self._text.claim_chosen.connect(self.claim_chosen)
        self._differs = QLabel()
        self._differs.setWordWrap(True)
        self._differs.hide()
        self._signs = MutedLabel(self._legend(), wraps=True)
        self.body.addWidget(self._text, 1)
        self.body.addWidget(self._differs)
        self.body.addWidget(self._signs)
        self.setFocusProxy(self._text)
        self.clear()

    @property
    def text(self) -> RationaleText:
        """The running text."""
        return self._text

    def begin(self, end_s: float) -> None:
        """Make room for the explanation of the window that ends at `end_s`."""
        self.clear()
        self._text.setPlaceholderText("")
        self.note.setText(self.tr("writing, up to {end}…").format(end=clock(end_s, 1)))

    def write(self, piece: str) -> None:
        """Show a piece of the explanation the moment it is written."""
        self._text.write(piece)

    def show_analysis(self, analysis: Analysis) -> None:
        """Show the whole explanation with the verdict of each claim."""
        self.clear()
        if not analysis.rationale:
            self._text.setPlaceholderText(self.tr("Answered without an explanation."))
        self._text.show_claims(analysis.rationale, analysis.claims, analysis.cues)
        self.note.setText(f"{clock(analysis.start_s, 1)} – {clock(analysis.end_s, 1)}")
        self._signs.setVisible(bool(analysis.claims))
        self._show_difference(analysis)

    def clear(self) -> None:
        """Show no explanation."""
        self._text.clear()
        self._text.setPlaceholderText(
            self.tr("The explanation of the next window will be written here.")
        )
        self.note.clear()
        self._differs.hide()
        self._signs.hide()

    def _show_difference(self, analysis: Analysis) -> None:
        ends_in = analysis.rationale_emotion
        if ends_in is None or ends_in == analysis.emotion:
            return
        text = self.tr(
            "<b>!</b> The explanation ends in “{said}”; the emotion inferred is “{inferred}”. "
            "Read it with care."
        )
        said, inferred = emotion_name(ends_in), emotion_name(analysis.emotion)
        self._differs.setText(text.format(said=said, inferred=inferred))
        self._differs.show()

    def _legend(self) -> str:
        supported, contradicted, unmeasured = VERDICT_SIGNS.values()
        return self.tr(
            "F face, V voice · {yes} supported by a measurement · {no} contradicted · "
            "{none} not measured"
        ).format(yes=supported, no=contradicted, none=unmeasured)
