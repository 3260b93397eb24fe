"""A clock that no test has to wait for."""

from __future__ import annotations

from desktop.capture.clock import Clock


class SetClock(Clock):
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.time_s = 0.0

    def now_s(self) -> float:
        return self.time_s
