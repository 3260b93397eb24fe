"""The loudspeaker: plays a moment that was heard, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from desktop.capture import portaudio
from desktop.capture.portaudio import Samples
from desktop.capture.state import SourceFailure

_LONGEST_STOP_S = 3.0


class Speaker:
    """Plays one sound at a time; the next one ends the one before.

    Args:
        on_failure: told, in a thread of this object, a sentence about what is wrong.
    """

    def __init__(self, on_failure: Callable[[str], None]) -> None:
        self._on_failure = on_failure
        self._playing: list[tuple[Thread, Event]] = []

    def play(self, samples: Samples) -> None:
        """Begin to play mono sound at `SAMPLE_RATE_HZ`; returns at once."""
        self._hush()
        stopping = Event()
        thread = Thread(target=self._run, args=(samples, stopping), name="speaker", daemon=True)
        self._playing.append((thread, stopping))
        thread.start()

    def stop(self) -> None:
        """Be silent; nothing plays any more once this has returned."""
        self._hush()
        for thread, _ in self._playing:
            thread.join(_LONGEST_STOP_S)

    def _hush(self) -> None:
        self._playing = [(thread, event) for thread, event in self._playing if thread.is_alive()]
        for _, stopping in self._playing:
            stopping.set()

    def _run(self, samples: Samples, stopping: Event) -> None:
        try:
            portaudio.play(samples, stopping)
        except SourceFailure as failure:
            if not stopping.is_set():
                self._on_failure(failure.state.message)
