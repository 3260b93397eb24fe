"""The one clock that everything captured is stamped with."""

from __future__ import annotations

import sys
import time

# Python's own stands still on Linux and macOS while the machine sleeps: what was seen before and
# after would seem to follow each other, and what is to be forgotten would grow no older.
_SLEEPLESS = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}
_NUMBER = getattr(time, _SLEEPLESS.get(sys.platform, ""), None)


class Clock:
    """Seconds since it was made; it never goes back, whatever happens to the time of day."""

    def __init__(self) -> None:
        self._origin_s = _now_s()

    def now_s(self) -> float:
        """Seconds since the clock was made."""
        return _now_s() - self._origin_s


def _now_s() -> float:
    return time.perf_counter() if _NUMBER is None else time.clock_gettime(_NUMBER)
