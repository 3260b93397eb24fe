"""`Playback`: lets a claim about the voice be heard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.capture.portaudio import Samples
from desktop.capture.speaker import Speaker
from desktop.window.banner import Banners
from desktop.window.told import told
from model.analysis import CheckedClaim

_SHORTEST_S = 1.0
"""Less than this is a click to the ear; the claim's own seconds are in the middle of it."""


class Playback(QObject):
    """Plays the seconds that a claim speaks of, and says in a banner why it cannot.

    Signals:
        failed: a sentence, from the thread that plays.
    """

    failed = Signal(object)  # as `str` it would forget its translation

    def __init__(self, banners: Banners, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._banners = banners
        self._speaker = Speaker(self.failed.emit)
        self.failed.connect(lambda sentence: banners.say("speaker", "warning", told(sentence)))

    def play(self, claim: CheckedClaim, sound_of: Callable[[float, float], Samples | None]) -> None:
        """Play a claim.

        Args:
            sound_of: the sound between two seconds, `None` where there is none.
        """
        self._banners.dismiss("speaker")
        middle_s = (claim.start_s + claim.end_s) / 2
        half_s = max(claim.end_s - claim.start_s, _SHORTEST_S) / 2
        samples = sound_of(max(middle_s - half_s, 0.0), middle_s + half_s)
        if samples is None:
            self._banners.say(
                "speaker", "information", self.tr("The sound of that moment is not kept any more.")
            )
        else:
            self._speaker.play(samples)

    def stop(self) -> None:
        """Be silent, before the window goes."""
        self._speaker.stop()
