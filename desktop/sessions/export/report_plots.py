"""The report's plots, drawn as inline SVG: probabilities, cues and claims over a session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from desktop.palette import EMOTION_COLOURS, LOWERED, RAISED
from desktop.sessions.export.markup import append, element
from desktop.sessions.export.spans import merged, without_overlap
from desktop.sessions.export.wording import cue_title
from desktop.sessions.session import Session
from desktop.view.clock import clock, ticks
from model.analysis import Analysis
from model.cues import CUES
from model.evidence import SPOKEN_FROM

WIDTH = 1000.0
LEFT, RIGHT = 250.0, 970.0
TOP = 24.0
AREA_HEIGHT = 220.0
ROW_HEIGHT = 20.0
AXIS_HEIGHT = 28.0
MIN_TICK_DISTANCE = 75.0
_OPACITIES = (0.3, 0.6, 1.0)
"""Of a slight, a plain and a strong deviation."""


@dataclass(frozen=True)
class TimeAxis:
    """Where the moments of a session lie on a plot."""

    start_s: float
    end_s: float

    @classmethod
    def of(cls, windows: Iterable[Analysis]) -> TimeAxis:
        """The axis from the first window's beginning to the last one's end."""
        spans = [(a.start_s, a.end_s) for a in windows]
        return cls(min(start for start, _ in spans), max(end for _, end in spans))

    def x(self, time_s: float) -> float:
        """The place of a moment; what lies outside is put on the edge."""
        share = (time_s - self.start_s) / (self.end_s - self.start_s)
        return LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Round moments, far enough from each other for their labels."""
        return ticks(self.start_s, self.end_s, int((RIGHT - LEFT) / MIN_TICK_DISTANCE))


def probability_plot(session: Session) -> Element:
    """Probabilities over time, stacked in the order of the labels."""
    axis = TimeAxis.of(session.analyses)
    bottom = TOP + AREA_HEIGHT
    plot = _svg(
        bottom + ROW_HEIGHT + AXIS_HEIGHT,
        "Emotion inferred: probability of every label over time, stacked",
        "Each column is a window. The table below gives the figures.",
    )
    columns = _columns(session, axis)
    floors = [0.0] * len(columns)
    for label in session.labels:
        boxes = []
        for at, (left, right, analysis) in enumerate(columns):
            floor, height = floors[at], analysis.probabilities.get(label, 0.0)
            floors[at] = floor + height
            boxes.append(_box(left, right, bottom - AREA_HEIGHT * floors[at],
                              bottom - AREA_HEIGHT * floor))  # fmt: skip
        append(plot, _boxes(boxes, EMOTION_COLOURS[label]))
    for share in (0.0, 0.5, 1.0):
        y = bottom - AREA_HEIGHT * share
        append(plot, element("path", d=f"M{LEFT:g} {y:g}H{RIGHT:g}", class_="line"),
               _label(LEFT - 8, y + 4, f"{share:.0%}"))  # fmt: skip
    unsure = [_box(left, right, bottom + 9, bottom + 17) for left, right, a in columns if a.unsure]
    append(plot, _label(LEFT - 8, bottom + 18, "unsure"),
           element("path", d="".join(unsure), class_="soft"))  # fmt: skip
    _finish(plot, session, axis, bottom, bottom + ROW_HEIGHT)
    return plot


def cue_strip(session: Session) -> Element:
    """Deviations of the observed cues over time, a row a cue."""
    axis = TimeAxis.of(session.analyses)
    measured = {cue.name for a in session.analyses for cue in a.cues}
    names = [name for name in CUES if name in measured]
    bottom = TOP + ROW_HEIGHT * len(names)
    plot = _svg(
        bottom + AXIS_HEIGHT,
        "Cues observed: deviation from the reference over time",
        "A row is a cue. The upper half of a row is filled while the cue is raised, the lower half "
        "while it is lowered; the fuller the colour, the larger the deviation.",
    )
    tops = {name: TOP + ROW_HEIGHT * at for at, name in enumerate(names)}
    for name, top in tops.items():
        box = _box(LEFT, RIGHT, top + 1, top + ROW_HEIGHT - 1)
        modality = CUES[name].modality
        append(plot, element("path", d=box, class_="ground"),
               _label(LEFT - 8, top + 14, f"{modality}: {cue_title(name)}", modality))  # fmt: skip
    _fill_cells(plot, _columns(session, axis), tops)
    _finish(plot, session, axis, bottom, bottom)
    return plot


def _fill_cells(
    plot: Element, columns: list[tuple[float, float, Analysis]], tops: dict[str, float]
) -> None:
    """Draw all cells of a direction and size as one path: a long session has thousands."""
    cells: dict[tuple[bool, float], list[str]] = {}
    for left, right, analysis in columns:
        for cue in analysis.cues:
            level = sum(abs(cue.deviation) >= size for size in SPOKEN_FROM)
            if level:
                raised = cue.deviation > 0
                middle = tops[cue.name] + ROW_HEIGHT / 2
                upper, lower = (middle - 9, middle) if raised else (middle, middle + 9)
                cells.setdefault((raised, _OPACITIES[level - 1]), []).append(
                    _box(left, right, upper, lower)
                )
    for (raised, opacity), boxes in sorted(cells.items()):
        append(plot, _boxes(boxes, RAISED if raised else LOWERED, opacity))


def _finish(plot: Element, session: Session, axis: TimeAxis, bottom: float, foot: float) -> None:
    """Draw excluded spans, markers and the clock over a plot that ends at `bottom`."""
    for span in merged(session.exclusions):
        left, right = axis.x(span.start_s), axis.x(span.end_s)
        append(plot, element("path", d=_box(left, right, TOP, bottom), class_="veil"),
               element("path", d=_hatch(left, right, TOP, bottom), class_="hatch"))  # fmt: skip
    for number, marker in enumerate(session.markers, start=1):
        x = axis.x(marker.at_s)
        append(plot, element("path", d=f"M{x:g} {TOP - 6:g}V{bottom:g}", class_="mark"),
               element("text", str(number), x=x, y=TOP - 9, text_anchor="middle"))  # fmt: skip
    for tick in axis.ticks():
        x = axis.x(tick)
        append(plot, element("path", d=f"M{x:g} {foot:g}v5", class_="line"),
               element("text", clock(tick), x=x, y=foot + 20,
                       text_anchor="middle", class_="soft"))  # fmt: skip


def _svg(height: float, title: str, description: str) -> Element:
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        aria_label=title,
    )


def _columns(session: Session, axis: TimeAxis) -> list[tuple[float, float, Analysis]]:
    spans = without_overlap((a.start_s, a.end_s, a) for a in session.analyses)
    return [(axis.x(start / 1000), axis.x(end / 1000), a) for start, end, a in spans]


def _label(x: float, y: float, text: str, class_: str = "soft") -> Element:
    return element("text", text, x=x, y=y, text_anchor="end", class_=class_)


def _box(left: float, right: float, top: float, bottom: float) -> str:
    return f"M{left:.2f} {top:.2f}H{right:.2f}V{bottom:.2f}H{left:.2f}z"


def _boxes(boxes: list[str], colour: str, opacity: float = 1.0) -> Element:
    # Without crisp edges, neighbours would show a seam.
    return element("path", d="".join(boxes), fill=colour, fill_opacity=opacity,
                   shape_rendering="crispEdges")  # fmt: skip


def _hatch(left: float, right: float, top: float, bottom: float) -> str:
    """Slanting lines over a box, and its outline."""
    step, lines = 9.0, [_box(left, right, top, bottom)]
    height = bottom - top
    offset = left - height + step
    while offset < right:
        first, last = max(offset, left), min(offset + height, right)
        lines.append(f"M{first:.2f} {bottom - (first - offset):.2f}"
                     f"L{last:.2f} {bottom - (last - offset):.2f}")  # fmt: skip
        offset += step
    return "".join(lines)
