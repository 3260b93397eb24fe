"""`TimelineModel`: what was found over time, which part of it is in view, and what is chosen."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator
from dataclasses import dataclass

from desktop.view.spans import Span, add_span, cut_span
from model.analysis import Analysis, Glimpse

LIVE_KEPT_S = 1800.0
SHORTEST_VIEW_S = 5.0
GLIMPSE_HOLDS_S = 1.5
"""How long a glimpse stands on the chart before the next one must have come."""

MARKER_REACH_S = 0.5


@dataclass(frozen=True)
class Point:
    """One result on the chart.

    Attributes:
        start_s, end_s: the stretch that it stands for when no other result cuts it short.
        deviations: of the measured cues, in standard deviations, by name.
    """

    start_s: float
    end_s: float
    probabilities: dict[str, float]
    deviations: dict[str, float]


@dataclass(frozen=True)
class Marker:
    """A moment that somebody marked."""

    at_s: float
    text: str


class TimelineModel:
    """Results over time, at most the last `kept_s` seconds of them.

    Args:
        kept_s: how much of the past is kept; `math.inf` for a recording, which has an end.
        span_s: how much is in view at first.

    Attributes:
        version: grows with every change that can be seen.
        selected: the chosen analysis.
    """

    def __init__(self, kept_s: float = LIVE_KEPT_S, span_s: float = 60.0) -> None:
        self._kept_s, self._first_span_s = kept_s, min(span_s, kept_s)
        self.version = 0
        self.clear()

    def clear(self) -> None:
        """Forget everything, and follow the present again."""
        self._points: list[Point] = []
        self._analyses: list[Analysis] = []
        self._markers: list[Marker] = []
        self._exclusions: list[Span] = []
        self._spreads: dict[str, _Spread] = {}
        self.selected: Analysis | None = None
        self._begun_s: float | None = None
        self._now_s = 0.0
        self._span_s = self._first_span_s
        self._end_s: float | None = None
        self.version += 1

    # --- what was found -------------------------------------------------------------------------

    @property
    def points(self) -> tuple[Point, ...]:
        """Every result, in the order of time."""
        return tuple(self._points)

    @property
    def analyses(self) -> tuple[Analysis, ...]:
        """Every analysed window, in the order of time."""
        return tuple(self._analyses)

    @property
    def markers(self) -> tuple[Marker, ...]:
        """Every marker, in the order of time."""
        return tuple(self._markers)

    @property
    def exclusions(self) -> tuple[Span, ...]:
        """Excluded ranges (start_s, end_s), apart from each other and in the order of time."""
        return tuple(self._exclusions)

    def add_glimpse(self, glimpse: Glimpse) -> None:
        """Take in a glimpse; it stands for the moment at its end."""
        self._add_point(glimpse, max(glimpse.start_s, glimpse.end_s - GLIMPSE_HOLDS_S))

    def add_analysis(self, analysis: Analysis) -> None:
        """Take in an analysed window; one of the same window takes the place of the earlier."""
        for earlier in self._same_window(analysis):
            self._analyses.remove(earlier)
            if self.selected is earlier:
                self.selected = analysis
            span = (earlier.start_s, earlier.end_s)
            self._points = [p for p in self._points if (p.start_s, p.end_s) != span]
        bisect.insort(self._analyses, analysis, key=lambda a: a.end_s)
        self._add_point(analysis, analysis.start_s)

    def _same_window(self, analysis: Analysis) -> list[Analysis]:
        first, last = (
            side(self._analyses, analysis.end_s, key=lambda a: a.end_s)
            for side in (bisect.bisect_left, bisect.bisect_right)
        )
        return [a for a in self._analyses[first:last] if _window(a) == _window(analysis)]

    def add_marker(self, at_s: float, text: str) -> None:
        """Mark a moment; where nothing was found then, time goes on to it all the same."""
        bisect.insort(self._markers, Marker(at_s, text), key=lambda marker: marker.at_s)
        self._reach(at_s, at_s)

    def remove_marker(self, at_s: float) -> None:
        """Take back the markers of a moment."""
        self._markers = [marker for marker in self._markers if marker.at_s != at_s]
        self.version += 1

    def marker_at(self, time_s: float) -> Marker | None:
        """The marker of a moment, or the nearest one that no eye could tell from it."""
        near = [m for m in self._markers if abs(m.at_s - time_s) <= MARKER_REACH_S]
        return min(near, key=lambda marker: abs(marker.at_s - time_s), default=None)

    def exclude(self, start_s: float, end_s: float) -> None:
        """Exclude a range from whatever is made of the results."""
        self._exclusions = add_span(self._exclusions, (start_s, end_s))
        self._reach(start_s, end_s)

    def include(self, start_s: float, end_s: float) -> None:
        """Take an exclusion back, as far as it lies in a range."""
        self._exclusions = cut_span(self._exclusions, (start_s, end_s))
        self.version += 1

    def excludes(self, start_s: float, end_s: float) -> bool:
        """Whether a range is excluded from its beginning to its end."""
        return any(first <= start_s and end_s <= last for first, last in self._exclusions)

    def advance(self, now_s: float) -> None:
        """Let time go on; it never goes back."""
        if self._begun_s is None:
            self._begun_s = now_s
        if now_s > self._now_s:
            self._now_s = now_s
            self._forget(now_s - self._kept_s)
            self.version += 1

    def _add_point(self, result: Analysis | Glimpse, start_s: float) -> None:
        deviations = {cue.name: cue.deviation for cue in result.cues}
        for name, deviation in deviations.items():
            self._spreads.setdefault(name, _Spread()).add(deviation)
        point = Point(start_s, result.end_s, result.probabilities, deviations)
        bisect.insort(self._points, point, key=lambda point: point.end_s)
        self._reach(start_s, result.end_s)
        self._forget(self._now_s - self._kept_s)

    def _reach(self, start_s: float, end_s: float) -> None:
        """Let time begin and end no nearer than this."""
        self._begun_s = start_s if self._begun_s is None else min(self._begun_s, start_s)
        self.version += 1
        self.advance(end_s)

    def _forget(self, before_s: float) -> None:
        """Drop what lies wholly before a moment."""
        del self._points[: bisect.bisect_left(self._points, before_s, key=lambda p: p.end_s)]
        del self._analyses[: bisect.bisect_left(self._analyses, before_s, key=lambda a: a.end_s)]
        del self._markers[: bisect.bisect_left(self._markers, before_s, key=lambda m: m.at_s)]
        self._exclusions = [span for span in self._exclusions if span[1] >= before_s]
        if self.selected is not None and self.selected.end_s < before_s:
            self.selected = None

    # --- reading it -----------------------------------------------------------------------------

    @property
    def begun(self) -> bool:
        """Whether there is any time to speak of."""
        return self._begun_s is not None

    @property
    def now_s(self) -> float:
        """The latest moment there is."""
        return self._now_s

    @property
    def first_s(self) -> float:
        """The earliest moment that is kept."""
        begun_s = self._now_s if self._begun_s is None else self._begun_s
        return max(begun_s, self._now_s - self._kept_s)

    def columns(self, start_s: float, end_s: float) -> Iterator[tuple[float, float, Point]]:
        """Results between two moments with the stretch (from, to) that each of them stands for.

        Stretches never overlap: a result stands from the one before it, if that is recent enough.
        """
        first = bisect.bisect_left(self._points, start_s, key=lambda point: point.end_s)
        before_s = self._points[first - 1].end_s if first else -math.inf
        for point in self._points[first:]:
            from_s = max(before_s, point.start_s)
            if from_s >= end_s:
                break
            yield from_s, point.end_s, point
            before_s = point.end_s

    def varying_cues(self, count: int) -> list[str]:
        """The cues whose deviation varied most since the beginning, the most varying first."""
        names = [name for name, spread in self._spreads.items() if spread.count > 1]
        return sorted(names, key=lambda name: -self._spreads[name].variance)[:count]

    def at(self, time_s: float) -> Analysis | None:
        """The analysed window that holds a moment; of several, the one whose middle is nearest."""
        holding = [a for a in self._analyses if a.start_s <= time_s <= a.end_s]
        return min(holding, key=lambda a: abs((a.start_s + a.end_s) / 2 - time_s), default=None)

    # --- what is chosen and what is in view -----------------------------------------------------

    def select(self, analysis: Analysis | None) -> None:
        """Choose an analysis and bring it into view."""
        self.selected = analysis
        self.version += 1
        if analysis is not None:
            start_s, end_s = self.view
            if analysis.start_s < start_s or analysis.end_s > end_s:
                self.scroll_to((analysis.start_s + analysis.end_s + self._span_s) / 2)

    def select_next(self, step: int, looked_at_s: float = math.inf) -> Analysis | None:
        """Choose the analysis `step` windows later (or earlier).

        If none was chosen, it is the newest that has begun by the second that is looked at.
        """
        if not self._analyses:
            return None
        at = next((i for i, a in enumerate(self._analyses) if a is self.selected), None)
        last = len(self._analyses) - 1
        if at is None:
            begun = [i for i, a in enumerate(self._analyses) if a.start_s <= looked_at_s]
            at, step = max(begun, default=0), 0
        self.select(self._analyses[min(max(at + step, 0), last)])
        return self.selected

    @property
    def follows(self) -> bool:
        """Whether the view moves on with time."""
        return self._end_s is None

    @property
    def view(self) -> Span:
        """What is in view, (start_s, end_s); it begins to move when the present leaves it."""
        end_s = self._now_s if self._end_s is None else self._end_s
        end_s = max(end_s, self.first_s + self._span_s)
        return end_s - self._span_s, end_s

    @property
    def _longest_view_s(self) -> float:
        """All there is; at first, when that is little, what is in view at first."""
        return max(self._now_s - self.first_s, self._first_span_s)

    def follow(self) -> None:
        """Go back to the present and stay with it."""
        self._end_s = None
        self.version += 1

    def scroll(self, by_s: float) -> None:
        """Move the view; the present is where following begins again."""
        self.scroll_to(self.view[1] + by_s)

    def fit(self, length_s: float) -> None:
        """Have `length_s` seconds in view, but no more than at first."""
        self._span_s = min(max(length_s, SHORTEST_VIEW_S), self._first_span_s)
        self.follow()

    def scroll_to(self, end_s: float) -> None:
        """Let the view end at a moment."""
        earliest_s = self.first_s + self._span_s
        self._end_s = None if end_s >= self._now_s else max(end_s, earliest_s)
        if earliest_s >= self._now_s:
            self._end_s = None
        self.version += 1

    def zoom(self, factor: float, about_s: float | None = None) -> None:
        """Show `factor` times as much, and keep a moment where it is; the present if it follows."""
        before_s, (start_s, end_s) = self._span_s, self.view
        self._span_s = min(max(before_s * factor, SHORTEST_VIEW_S), self._longest_view_s)
        if not self.follows:
            about_s = (start_s + end_s) / 2 if about_s is None else about_s
            self.scroll_to(about_s + (end_s - about_s) * self._span_s / before_s)
        self.version += 1


@dataclass
class _Spread:
    """Variance of a growing number of values (Welford, 1962)."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        self.count += 1
        change = value - self.mean
        self.mean += change / self.count
        self.squares += change * (value - self.mean)

    @property
    def variance(self) -> float:
        return self.squares / self.count


def _window(analysis: Analysis) -> tuple[str, float, float]:
    return analysis.file, analysis.start_s, analysis.end_s
