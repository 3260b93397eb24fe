"""Ranges of time that are kept apart from each other and in order."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[float, float]
"""(start_s, end_s)."""


def add_span(spans: Sequence[Span], new: Span) -> list[Span]:
    """Add a range; those that touch become one.

    >>> add_span([(0.0, 2.0), (6.0, 7.0)], (1.0, 5.0))
    [(0.0, 5.0), (6.0, 7.0)]
    """
    start_s, end_s = new
    if end_s <= start_s:
        return list(spans)
    apart = [span for span in spans if span[1] < start_s or span[0] > end_s]
    touching = [span for span in spans if span not in apart]
    joined = (
        min([start_s, *(span[0] for span in touching)]),
        max([end_s, *(span[1] for span in touching)]),
    )
    return sorted([*apart, joined])


def cut_span(spans: Sequence[Span], gone: Span) -> list[Span]:
    """Cut a range out.

    >>> cut_span([(0.0, 5.0)], (1.0, 2.0))
    [(0.0, 1.0), (2.0, 5.0)]
    """
    left: list[Span] = []
    for start_s, end_s in spans:
        pieces = [(start_s, min(end_s, gone[0])), (max(start_s, gone[1]), end_s)]
        overlaps = start_s < gone[1] and end_s > gone[0]
        left += [p for p in pieces if p[1] > p[0]] if overlaps else [(start_s, end_s)]
    return left
