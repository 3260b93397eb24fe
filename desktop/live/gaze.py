"""`Gaze`: looks at pictures in a thread of its own, so that no judging holds them up."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop.live.messages import Look


class Gaze:
    """Looks at one picture after another, in the order in which they came.

    Args:
        look: looks at a picture; called from this object's thread.
        done: called from it after each picture, with what went wrong if something did.
    """

    def __init__(
        self, look: Callable[[Look], None], done: Callable[[Exception | None], None]
    ) -> None:
        self._look, self._done = look, done
        self._pictures: queue.Queue[Look | None] = queue.Queue()
        self._looking = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="gaze", daemon=True)
        self._thread.start()

    def add(self, picture: Look) -> None:
        """Look at a picture when those before it have been looked at."""
        self._pictures.put(picture)

    def catch_up(self) -> None:
        """Wait until every picture that came has been looked at."""
        self._pictures.join()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Leave the networks to somebody else meanwhile; pictures wait."""
        with self._looking:
            yield

    def stop(self) -> None:
        """End the thread, once every picture that came has been looked at."""
        self._pictures.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (picture := self._pictures.get()) is not None:
            error = None
            try:
                with self._looking:
                    self._look(picture)
            except Exception as problem:
                error = problem
            self._done(error)
            self._pictures.task_done()
