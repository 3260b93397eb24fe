"""Spans of time for formats in which spans may not overlap."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeVar

from desktop.sessions.session import Exclusion

T = TypeVar("T")


def without_overlap(spans: Iterable[tuple[float, float, T]]) -> list[tuple[int, int, T]]:
    """Cut spans (start_s, end_s, what) at the next one's start, in whole milliseconds.

    None is lost: spans that begin together follow each other, and each lasts a millisecond at
    least.
    """
    ordered = sorted(spans, key=lambda span: span[0])
    starts: list[int] = []
    for start_s, _, _ in ordered:
        starts.append(max(_milliseconds(start_s), starts[-1] + 1 if starts else 0))
    limits = [*starts, math.inf][1:]
    return [
        (start, int(min(max(_milliseconds(end_s), start + 1), limit)), what)
        for start, limit, (_, end_s, what) in zip(starts, limits, ordered, strict=True)
    ]


def merged(exclusions: Iterable[Exclusion]) -> list[Exclusion]:
    """Join excluded spans that overlap, with all of their reasons."""
    joined: list[Exclusion] = []
    for span in sorted(exclusions, key=lambda span: span.start_s):
        if joined and span.start_s < joined[-1].end_s:
            last = joined.pop()
            reason = "; ".join(filter(None, (last.reason, span.reason)))
            span = Exclusion(last.start_s, max(last.end_s, span.end_s), reason)
        joined.append(span)
    return joined


def _milliseconds(seconds: float) -> int:
    return math.floor(seconds * 1000 + 0.5)
