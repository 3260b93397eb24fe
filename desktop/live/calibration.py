"""`Calibration`: the seconds that are taken as a person's neutral state."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Calibration:
    """So many seconds from the first moment on that is seen or heard once they are asked for.

    Not from when they are asked for: the last picture may be minutes old by then, and the next
    minutes away, while devices are closed, judging is paused or a file is analysed.
    """

    seconds: float
    start_s: float | None = None

    def reach(self, time_s: float) -> None:
        """Something of this moment was seen or heard."""
        if self.start_s is None:
            self.start_s = time_s

    def ended(self, now_s: float) -> tuple[float, float] | None:
        """From when to when it was, once it is over."""
        if self.start_s is None or self.left_s(now_s):
            return None
        return self.start_s, self.start_s + self.seconds

    def left_s(self, now_s: float) -> float:
        """How many seconds are still wanted."""
        if self.start_s is None:
            return self.seconds
        return max(self.start_s + self.seconds - now_s, 0.0)
