"""The one clock that everything captured is stamped with."""

from __future__ import annotations

import time


class Clock:
    """Seconds since it was made; it never goes back, whatever happens to the time of day."""

    def __init__(self) -> None:
        self._origin_s = time.perf_counter()

    def now_s(self) -> float:
        """Seconds since the clock was made."""
        return time.perf_counter() - self._origin_s
