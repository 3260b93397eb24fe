"""`PictureSeeker`: pictures of recordings, sought in a thread, since a long film takes a while."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread

from desktop.view.film import Picture, picture_at


class PictureSeeker:
    """Seeks one picture at a time; of those that wait, only the newest is sought at all.

    Its thread lives as long as there is something to seek.

    Args:
        on_found: told, in that thread, the file, the second, and its picture or `None`.
    """

    def __init__(self, on_found: Callable[[Path, float, Picture | None], None]) -> None:
        self._on_found = on_found
        self._lock = Lock()
        self._wish: tuple[Path, float] | None = None
        self._wishes = 0
        self._thread: Thread | None = None

    def seek(self, path: Path, time_s: float) -> None:
        """Want this picture and no longer any other; returns at once."""
        with self._lock:
            self._wish, self._wishes = (path, time_s), self._wishes + 1
            if self._thread is None:
                self._thread = Thread(target=self._run, name="picture", daemon=True)
                self._thread.start()

    def drop(self) -> None:
        """Want no picture any more; returns at once."""
        with self._lock:
            self._wish, self._wishes = None, self._wishes + 1

    def stop(self) -> None:
        """Want no picture any more; nothing is told once this has returned."""
        self.drop()
        if (thread := self._thread) is not None:
            thread.join()

    def _run(self) -> None:
        while True:
            with self._lock:
                wish, number = self._wish, self._wishes
                self._wish = None
                if wish is None:
                    self._thread = None
                    return

            def wanted(number: int = number) -> bool:
                return number == self._wishes

            picture = picture_at(*wish, wanted)
            if wanted():
                self._on_found(*wish, picture)
