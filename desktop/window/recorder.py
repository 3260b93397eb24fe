"""`Recorder`: keeps live results, on request with the film, while the user wants it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.sessions.film import FilmWriter
from desktop.sessions.recording import Recording
from desktop.sessions.store import SessionStore
from desktop.window.told import told
from model.analysis import Analysis
from model.errors import StoreError

FilmOf = Callable[[int, float, Callable[[str], None]], tuple[Path, FilmWriter]]
"""Given a session's number, its first moment and whom to tell of the end: where the film will be,
and its writer."""
_TIMELINE_LAG_S = 2.0
"""What is now on the timeline may be so long ago: such a marker is one of the first moment."""


class Recorder(QObject):
    """Writes every window as it comes; what cannot be written is told and ends the recording.

    Times are told on the clock of the devices, and kept in seconds since the recording began: they
    are those of the film.

    Signals:
        recording_changed: whether results are being kept.
        failed: a sentence fit to be shown.
        film_ended: from a film's thread, the number of its session, and a sentence about what is
            missing; empty where nothing is.

    Args:
        store: where to.
        facts_of: what the results depend on, asked when a recording begins.
        now_s: the clock of all that is told.
        film_of: begins to write pictures and sound of the session of that number.

    Attributes:
        with_film: whether the next recording keeps pictures and sound too.
    """

    recording_changed = Signal(bool)
    failed = Signal(str)
    film_ended = Signal(int, object)

    def __init__(
        self,
        store: SessionStore,
        facts_of: Callable[[], Mapping[str, str]],
        now_s: Callable[[], float],
        film_of: FilmOf,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._facts_of, self._film_of = store, facts_of, film_of
        self._now_s, self._begun_s = now_s, 0.0
        self._recording: Recording | None = None
        self._films: dict[int, FilmWriter] = {}
        self.with_film = False
        self.film_ended.connect(self._after_film)

    @property
    def recording(self) -> bool:
        return self._recording is not None

    @property
    def filming(self) -> bool:
        """Whether pictures and sound are being kept."""
        return self._recording is not None and self._recording.id in self._films

    def record(self, on: bool) -> None:
        """Begin a session, or end the one that is being recorded."""
        if on == self.recording:
            return
        if on:
            self._try(self._begin)
        else:
            self._end()
        self.recording_changed.emit(self.recording)

    def add(self, analysis: Analysis) -> None:
        """Keep a window, if results are being kept.

        Not one that reaches back before the recording: nobody had said yet that what was seen and
        heard then is to be kept, and the film does not show it.
        """
        if self._recording is not None and analysis.start_s >= self._begun_s:
            recording = self._recording
            self._try(lambda: recording.add(analysis.moved(-self._begun_s)))

    def mark(self, at_s: float, text: str) -> None:
        """Keep a marker, if results are being kept and it is not of a moment before that."""
        if self._recording is not None and self._may_hold(at_s):
            recording = self._recording
            self._try(lambda: recording.mark(self._since(at_s), text))

    def unmark(self, at_s: float) -> None:
        """Take a marker back, if results are being kept and it may be among them."""
        if self._recording is not None and self._may_hold(at_s):
            recording = self._recording
            self._try(lambda: recording.unmark(self._since(at_s)))

    def exclude(self, start_s: float, end_s: float) -> None:
        """Keep an exclusion, if results are being kept, as far as they are."""
        if self._recording is not None and end_s > self._begun_s:
            recording = self._recording
            self._try(lambda: recording.exclude(self._since(start_s), self._since(end_s), ""))

    def include(self, start_s: float, end_s: float) -> None:
        """Take an exclusion back, if results are being kept."""
        if self._recording is not None:
            recording = self._recording
            first_s, last_s = start_s - self._begun_s, end_s - self._begun_s
            self._try(lambda: recording.include(first_s, last_s))

    def _may_hold(self, at_s: float) -> bool:
        return at_s >= self._begun_s - _TIMELINE_LAG_S

    def _since(self, at_s: float) -> float:
        return max(at_s - self._begun_s, 0.0)

    def _begin(self) -> None:
        now, self._begun_s = datetime.now().astimezone(), self._now_s()
        title = self.tr("Live, {0}").format(now.strftime("%Y-%m-%d %H:%M"))
        facts = {**self._facts_of(), "media": "kept" if self.with_film else "not kept"}
        self._recording = recording = self._store.begin(title, facts, now)
        if self.with_film:
            number = recording.id
            path, film = self._film_of(
                number, self._begun_s, lambda missing: self.film_ended.emit(number, missing)
            )
            recording.keep_media(path)  # first: no file may be there that nobody knows of
            film.start()
            self._films[number] = film

    def close(self) -> None:
        """End everything, and wait until every film is whole."""
        self.record(False)
        for film in self._films.values():
            film.wait()

    def _after_film(self, number: int, sentence: str) -> None:
        self._films.pop(number, None)
        if sentence:
            self.failed.emit(told(sentence))
        if self.recording:
            self.recording_changed.emit(True)  # from now on without a film, or with another one

    def _end(self) -> None:
        self._end_film()
        recording, self._recording = self._recording, None
        if recording is not None:
            self._try(recording.close)

    def _try(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except StoreError as error:
            self._end_film()
            recording, self._recording = self._recording, None
            if recording is not None:
                with suppress(StoreError):  # the first failure is the one to tell
                    recording.close()
            self.failed.emit(told(error.sentence))
            self.recording_changed.emit(False)

    def _end_film(self) -> None:
        if self._recording is not None and (film := self._films.get(self._recording.id)):
            film.finish()
