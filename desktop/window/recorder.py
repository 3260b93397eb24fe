"""`Recorder`: keeps live results while the user wants it, and only then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from desktop.sessions.recording import Recording
from desktop.sessions.store import SessionStore
from model.analysis import Analysis
from model.errors import StoreError


class Recorder(QObject):
    """Writes every window as it comes; what cannot be written is told and ends the recording.

    Signals:
        recording_changed: whether results are being kept.
        failed: a sentence fit to be shown.

    Args:
        store: where to.
        facts_of: what the results depend on, asked when a recording begins.
    """

    recording_changed = Signal(bool)
    failed = Signal(str)

    def __init__(
        self,
        store: SessionStore,
        facts_of: Callable[[], Mapping[str, str]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._facts_of = store, facts_of
        self._recording: Recording | None = None

    @property
    def recording(self) -> bool:
        return self._recording is not None

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
        """Keep a window, if results are being kept."""
        if self._recording is not None:
            recording = self._recording
            self._try(lambda: recording.add(analysis))

    def mark(self, at_s: float, text: str) -> None:
        """Keep a marker, if results are being kept."""
        if self._recording is not None:
            recording = self._recording
            self._try(lambda: recording.mark(at_s, text))

    def unmark(self, at_s: float) -> None:
        """Take a marker back, if results are being kept."""
        if self._recording is not None:
            recording = self._recording
            self._try(lambda: recording.unmark(at_s))

    def exclude(self, start_s: float, end_s: float) -> None:
        """Keep an exclusion, if results are being kept."""
        if self._recording is not None:
            recording = self._recording
            self._try(lambda: recording.exclude(start_s, end_s, ""))

    def include(self, start_s: float, end_s: float) -> None:
        """Take an exclusion back, if results are being kept."""
        if self._recording is not None:
            recording = self._recording
            self._try(lambda: recording.include(start_s, end_s))

    def _begin(self) -> None:
        now = datetime.now().astimezone()
        title = self.tr("Live, {0}").format(now.strftime("%Y-%m-%d %H:%M"))
        self._recording = self._store.begin(title, self._facts_of(), now)

    def _end(self) -> None:
        recording, self._recording = self._recording, None
        if recording is not None:
            self._try(recording.close)

    def _try(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except StoreError as error:
            recording, self._recording = self._recording, None
            if recording is not None:
                with suppress(StoreError):  # the first failure is the one to tell
                    recording.close()
            self.failed.emit(str(error))
            self.recording_changed.emit(False)
