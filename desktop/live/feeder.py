"""`Feeder`: passes pictures and sound to the worker as they come, and keeps the last minutes.

No longer: it sees to it that they are forgotten while devices are closed, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from desktop.capture.clock import Clock
from desktop.capture.rings import FrameRing, History, SoundRing, TimedFrame
from desktop.live.messages import Listen, Look, Order

LOOK_EVERY_S = 0.1
"""Ten pictures a second are judged, as of a file."""
LISTEN_EVERY_S = 0.1
_POLL_S = 0.02
_UNSEEN = 2
"""So many pictures may be on their way: a slow machine skips pictures rather than falls behind."""


class Feeder:
    """Reads rings, writes orders, in a thread of its own.

    Args:
        send: passes an order to the worker.
        clock: of the times in the rings.
        frames, sound: what camera and microphone fill.
        history: what can be looked at again.
    """

    def __init__(
        self,
        send: Callable[[Order], object],
        clock: Clock,
        frames: FrameRing,
        sound: SoundRing,
        history: History,
    ) -> None:
        self._send, self._clock = send, clock
        self._frames, self._sound, self._history = frames, sound, history
        self._looked_s = self._heard_s = float("-inf")
        self._heard = 0
        self._on_the_way = 0
        self._fed_s = 0.0
        self._feeding = threading.Event()
        self._end = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="feeder", daemon=True)

    def start(self) -> None:
        """Begin; nothing is passed on before `feed(True)`."""
        self._thread.start()

    def feed(self, on: bool) -> None:
        """Pass on what comes, or (paused) nothing."""
        if on:
            self._feeding.set()
        else:
            self._feeding.clear()

    @property
    def fed_s(self) -> float:
        """Up to which second pictures and sound have been passed on."""
        return self._fed_s

    def seen(self) -> None:
        """The worker has looked at a picture."""
        with self._lock:
            self._on_the_way = max(self._on_the_way - 1, 0)

    def lose(self) -> None:
        """Another worker takes over: what the one before had not looked at, nobody will."""
        with self._lock:
            self._on_the_way = 0

    def stop(self) -> None:
        """End the thread."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(_POLL_S):
            frame = self._frames.latest()
            if frame is not None and frame.time_s >= self._looked_s + LOOK_EVERY_S:
                self._look(frame)
            reached_s = self._sound.reached_s
            if reached_s >= self._heard_s + LISTEN_EVERY_S:
                self._listen(reached_s)
            now_s = self._clock.now_s()
            for ring in (self._frames, self._sound, self._history):
                ring.trim(now_s)

    def _look(self, frame: TimedFrame) -> None:
        with self._lock:
            if self._on_the_way >= _UNSEEN:
                return
        self._looked_s = frame.time_s
        if not self._feeding.is_set():
            return
        self._history.add_frame(frame)
        with self._lock:
            self._on_the_way += 1
        self._send(Look(frame.time_s, frame.picture))
        self._fed_s = max(self._fed_s, frame.time_s)

    def _listen(self, reached_s: float) -> None:
        self._heard_s = reached_s
        sound, self._heard = self._sound.since(self._heard)
        while sound is not None:
            if self._feeding.is_set():
                self._history.sound.push(sound.start_s, sound.samples)
                self._send(Listen(sound.start_s, sound.samples))
                self._fed_s = max(self._fed_s, sound.end_s)
            sound, self._heard = self._sound.since(self._heard)
