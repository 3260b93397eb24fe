"""`FilmView`: a recording's picture at the moment that is looked at."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.capture.portaudio import Samples
from desktop.view.film import Picture, sound_between
from desktop.view.picture_seeker import PictureSeeker
from desktop.window.playback import Playback
from desktop.window.preview import Layers, Preview
from desktop.window.results_view import ResultsView
from model.analysis import CheckedClaim


class FilmView(Preview):
    """Looks through one recording at a time.

    Nothing is sought while nobody sees it: judging needs the processor more than a film does.
    """

    _found = Signal(object, float, object)

    def __init__(self, playback: Playback, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Picture of the recording"))
        self.mirrored, self.layers = False, Layers(False, False, False)
        self._playback = playback
        self._film: Path | None = None
        self._wanted_s: float | None = None
        self._sought: tuple[Path, float] | None = None
        self._seeker = PictureSeeker(self._found.emit)
        self._found.connect(self._show_found)

    def follow(self, results: ResultsView) -> None:
        """Show whatever moment is chosen in a view of the recording's results."""
        timeline = results.timeline
        results.time_chosen.connect(self.look_at)
        results.claim_chosen.connect(self.look_at_claim)
        timeline.analysis_chosen.connect(lambda analysis: self.look_at(analysis.start_s))
        timeline.followed.connect(lambda: self.look_at_newest(results))

    def open(self, film: Path | None) -> bool:
        """Take a recording, or none, and say whether it is another one.

        Of another one rather no picture is shown than the former one's.
        """
        if film == self._film:
            return False
        self.show_hint("")
        self._film = film
        return True

    def look_at(self, time_s: float) -> None:
        """Show the picture of a second."""
        self._wanted_s = time_s
        if self._film is not None and self.isVisible():
            self._sought = self._film, time_s
            self._seeker.seek(*self._sought)

    def look_at_newest(self, results: ResultsView) -> None:
        """Show the middle of the last window that was found."""
        for newest in results.model.analyses[-1:]:
            self.look_at((newest.start_s + newest.end_s) / 2)

    def look_at_claim(self, claim: CheckedClaim) -> None:
        """Show the moment that a claim is about; what it says of the voice is played."""
        self.look_at((claim.start_s + claim.end_s) / 2)
        if claim.modality == "voice":
            self._playback.play(claim, self._sound_of)

    def show_hint(self, text: str) -> None:
        """Show words, and no picture that is still sought."""
        self._wanted_s = self._sought = None
        self._seeker.drop()
        super().show_hint(text)

    def stop(self) -> None:
        """Hold no file open any more."""
        self._seeker.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._wanted_s is not None:
            self.look_at(self._wanted_s)

    def _show_found(self, film: Path, time_s: float, picture: Picture | None) -> None:
        if (film, time_s) != self._sought:  # found just before something else was wanted
            return
        if picture is None:
            self.show_hint(self.tr("{0} has no picture here.").format(film.name))
        else:
            self._sought = None
            self.show_picture(picture, None)

    def _sound_of(self, start_s: float, end_s: float) -> Samples | None:
        return None if self._film is None else sound_between(self._film, start_s, end_s)
