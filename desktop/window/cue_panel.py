"""`CuePanel`: what was measured of face and voice, apart from what is inferred of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.view.cue_names import strongest
from desktop.window.cue_list import ROWS, CueList
from desktop.window.panel import MutedLabel, Panel
from model.evidence import Cue


class CuePanel(Panel):
    """The cues that deviate most, of the face and of the voice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("measured", parent)
        self.set_heading(self.tr("Cues observed"))
        self.note.setText(self.tr("measured"))
        self.face, self.voice = CueList(self.tr("Face")), CueList(self.tr("Voice"))
        for cues in (self.face, self.voice):
            self.body.addWidget(MutedLabel(cues.accessibleName()))
            self.body.addWidget(cues)
        self.body.addStretch()
        scale = self.tr(
            "Bars: deviation from the person's own baseline (own) or from people at large "
            "(people), from −4 to +4 standard deviations (σ)."
        )
        self.body.addWidget(MutedLabel(scale, wraps=True))

    def show_cues(self, cues: Sequence[Cue]) -> None:
        """Show the cues of one result."""
        self.face.show_cues(strongest(cues, "face", ROWS))
        self.voice.show_cues(strongest(cues, "voice", ROWS))

    def clear(self) -> None:
        """Show no cues."""
        self.show_cues(())
