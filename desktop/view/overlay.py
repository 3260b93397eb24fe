"""Where the analysed face is in a picture: measured in some pictures, interpolated between them."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from desktop.live.messages import Seen

FloatArray = npt.NDArray[np.float32]

KEPT_S = 3.0
LONGEST_GAP_S = 0.5
"""Over a longer gap nothing is drawn: what happened in it was not measured."""
STALE_S = 0.8
"""An overlay that comes later than this is not waited for."""
_FIRST_DELAY_S = 0.3
_RISE, _FALL = 0.2, 0.02
"""How much of what it should be later, or sooner, the delay takes on with each judged picture. It
rises sooner than it falls, so that it is rather the longest wait than the mean, and both are little
enough for pictures to follow each other evenly."""


class OverlayTrack:
    """Landmarks by time, from the worker's `Seen`."""

    def __init__(self) -> None:
        self._seen: deque[Seen] = deque()
        self._delay_s = _FIRST_DELAY_S

    def add(self, seen: Seen, now_s: float) -> None:
        """Take in what one picture showed; `now_s` is when that became known."""
        if self._seen:
            # The pictures since the one judged before are known from now on.
            waited_s = min(now_s - self._seen[-1].time_s, STALE_S) - self._delay_s
            self._delay_s += waited_s * (_RISE if waited_s > 0 else _FALL)
        self._seen.append(seen)
        while self._seen[0].time_s < seen.time_s - KEPT_S:
            self._seen.popleft()

    def clear(self) -> None:
        self._seen.clear()

    def delay_s(self, now_s: float) -> float:
        """How long a picture waits for its overlay: until the next judged one is known.

        Nothing is waited for while no pictures are judged.
        """
        if not self._seen or now_s - self._seen[-1].time_s > 2 * STALE_S:
            return 0.0
        return self._delay_s

    def at(self, time_s: float) -> FloatArray | None:
        """Landmarks (478, 2) in a picture of that time; `None` where they are not known."""
        before = next((seen for seen in reversed(self._seen) if seen.time_s <= time_s), None)
        after = next((seen for seen in self._seen if seen.time_s >= time_s), None)
        if before is None or after is None or not len(before.landmarks):
            return None
        if after.time_s == before.time_s:
            return before.landmarks
        gap_s = after.time_s - before.time_s
        if gap_s > LONGEST_GAP_S or before.landmarks.shape != after.landmarks.shape:
            return None
        share = (time_s - before.time_s) / gap_s
        return np.asarray((1 - share) * before.landmarks + share * after.landmarks, np.float32)
