"""Times as they are shown, and the steps at which an axis is labelled."""

from __future__ import annotations

import math

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


def clock(time_s: float, decimals: int = 0) -> str:
    """Minutes and seconds of a time on the recording's clock, rounded, halves up.

    >>> clock(75.25), clock(75.25, 1), clock(3675)
    ('1:15', '1:15.3', '1:01:15')
    """
    scale = 10**decimals
    ticks = math.floor(max(time_s, 0.0) * scale + 0.5)
    seconds, fraction = divmod(ticks, scale)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    tail = f".{fraction:0{decimals}d}" if decimals else ""
    return f"{head}:{seconds:02d}{tail}"


def ticks(start_s: float, end_s: float, most: int) -> list[float]:
    """Round times from `start_s` to `end_s`, at most about `most` of them."""
    if end_s <= start_s or most < 1:
        return []
    wanted = (end_s - start_s) / most
    step = next((step for step in _STEPS_S if step >= wanted), _STEPS_S[-1])
    first = math.ceil(start_s / step - 1e-9)
    last = math.floor(end_s / step + 1e-9)
    return [float(number * step) for number in range(first, last + 1)]
