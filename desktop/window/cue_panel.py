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
        self._face_name, voice_name = MutedLabel(self.tr("Face")), MutedLabel(self.tr("Voice"))
        self._face_expected = True
        for part in (self._face_name, self.face, voice_name, self.voice):
            self.body.addWidget(part)
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
        self._make_room()

    def expect_face(self, expected: bool) -> None:
        """Keep room for cues of a face, or, where none will come, leave it to the voice."""
        self._face_expected = expected
        self._make_room()

    def _make_room(self) -> None:
        wanted = self._face_expected or bool(self.face.cues)
        self._face_name.setVisible(wanted)
        self.face.setVisible(wanted)

    def clear(self) -> None:
        """Show no cues."""
        self.show_cues(())
