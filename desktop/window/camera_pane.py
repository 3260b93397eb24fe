"""`CameraPane`: the live picture, its badges, and what the microphone hears."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.capture.rings import TimedFrame
from desktop.live.messages import Heard, Seen
from desktop.live.session import LiveSession
from desktop.view.overlay import OverlayTrack
from desktop.window.level_meter import LevelMeter
from desktop.window.pitch_trace import PitchTrace
from desktop.window.preview import Preview
from model.evidence import Cue

_POLL_MS = 4
"""Pictures are shown so much too late at most: what is less even is seen to jerk."""
_LEVEL_EVERY = 12
_LOOK_BACK_S = 0.5


class CameraPane(QWidget):
    """Paints pictures as they come; between two it does nothing.

    Attributes:
        preview: the picture.

    Signals:
        looking_at: the second of the past that is shown, `None` for the present.
    """

    looking_at = Signal(object)

    def __init__(self, session: LiveSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preview = Preview()
        self._session = session
        self._overlay = OverlayTrack()
        self._cues: tuple[Cue, ...] = ()
        self._shown: TimedFrame | None = None
        self._hint, self._hinted_s = "", float("-inf")
        self._polls, self._heard_s = 0, float("-inf")
        self._level, self._pitch = LevelMeter(), PitchTrace()
        self._back = QPushButton(self.tr("Back to the live picture"))
        self._back.clicked.connect(self.back_to_now)
        self._back.hide()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._poll)
        self._timer.start(_POLL_MS)

    def seen(self, seen: Seen) -> None:
        """Take in where the face was."""
        self._overlay.add(seen, self._session.clock.now_s())

    def heard(self, heard: Heard) -> None:
        """Take in the pitch."""
        self._pitch.show_pitch(heard.times_s, heard.f0_hz)

    def clear_sound(self) -> None:
        """Show silence until more is heard: nothing is left of what was, be it shown or not."""
        self._heard_s = self._session.sound.reached_s
        self._level.clear()
        self._pitch.clear()

    def show_cues(self, cues: Sequence[Cue]) -> None:
        """Highlight these in the next pictures."""
        self._cues = tuple(cues)

    def show_hint(self, text: str) -> None:
        """Words instead of a picture, until a newer one comes than those that are there."""
        self._hint = text
        self.back_to_now()
        newest = self._session.frames.latest()
        self._hinted_s = newest.time_s if newest is not None else float("-inf")
        self._shown = None
        self._overlay.clear()
        self.preview.show_hint(text)

    def look_at(self, time_s: float) -> None:
        """Show a moment of the last minutes and stay there."""
        frame = self._session.history.frame_at(time_s)
        if frame is None or abs(frame.time_s - time_s) > _LOOK_BACK_S:
            return
        self._back.show()
        self.preview.show_picture(frame.picture, None)
        self.looking_at.emit(frame.time_s)

    def back_to_now(self) -> None:
        """Go on with the live picture."""
        if not self._back.isHidden():
            self._back.hide()
            self._shown = None
            if self._hint:  # there is no live picture, and the past must not pass for one
                self.preview.show_hint(self._hint)
            self.looking_at.emit(None)

    def stop(self) -> None:
        """Stop painting, before the session ends."""
        self._timer.stop()

    def _poll(self) -> None:
        self._polls += 1
        if self._polls % _LEVEL_EVERY == 0:
            self._hear()
        if not self._back.isHidden():
            return
        frame = self._due()
        if frame is None or frame is self._shown or frame.time_s <= self._hinted_s:
            return
        self._shown, self._hint = frame, ""
        landmarks = self._overlay.at(frame.time_s) if self.preview.layers.any else None
        self.preview.show_picture(frame.picture, landmarks, self._cues)

    def _hear(self) -> None:
        reached_s = self._session.sound.reached_s
        sound = self._session.sound.read(max(self._heard_s, reached_s - 0.5), reached_s)
        self._heard_s = reached_s
        if sound is not None:
            self._level.hear(sound.start_s, sound.samples)

    def _due(self) -> TimedFrame | None:
        """The newest picture whose overlay is known; with no overlay, the newest."""
        if not self.preview.layers.any:
            return self._session.frames.latest()
        now_s = self._session.clock.now_s()
        return self._session.frames.at(now_s - self._overlay.delay_s(now_s))

    def _lay_out(self) -> None:
        sound = QHBoxLayout()
        sound.addWidget(self._level)
        sound.addWidget(self._pitch, 1)
        sound.addWidget(self._back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.preview, 1)
        layout.addLayout(sound)
