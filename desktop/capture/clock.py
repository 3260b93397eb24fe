"""The one clock that everything captured is stamped with."""

from __future__ import annotations

import sys
import time


def _now_s() -> float:
    """Seconds of a clock that never goes back, and goes on while the machine sleeps.

    Python's own stands still meanwhile on Linux and macOS: what was seen before and after would
    seem to follow each other, and what is to be forgotten would grow no older.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.perf_counter()


class Clock:
    """Seconds since it was made; it never goes back, whatever happens to the time of day."""

    def __init__(self) -> None:
        self._origin_s = _now_s()

    def now_s(self) -> float:
        """Seconds since the clock was made."""
        return _now_s() - self._origin_s
