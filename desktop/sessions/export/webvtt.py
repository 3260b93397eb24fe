"""WebVTT: a cue a window, for any player that shows subtitles over the recording."""

from __future__ import annotations

from collections import Counter

from desktop.palette import VERDICT_SIGNS
from desktop.sessions.export.film_clock import on_film_clock
from desktop.sessions.export.spans import without_overlap
from desktop.sessions.export.wording import (
    EXPLANATION,
    INFERRED,
    NOTICE,
    OBSERVED,
    answer,
    notable_cues,
    one_line,
    said_cues,
    with_words,
)
from desktop.sessions.session import Session
from desktop.view.clock import clock
from model.analysis import Analysis

CUES_SHOWN = 3
"""More of the observed cues would hide the picture."""
_STYLE = """STYLE
::cue(.inferred) { font-weight: bold }
::cue(.observed) { font-style: italic }"""
_SETTINGS = "line:0 position:0% size:100% align:start"


def render(session: Session) -> str:
    """The whole file, on the film's clock; windows that overlap are cut at the next one's start."""
    session = on_film_clock(session)
    spans = without_overlap((a.start_s, a.end_s, a) for a in session.analyses)
    cues = [
        f"{number}\n{_time(start)} --> {_time(end)} {_SETTINGS}\n{_payload(session, analysis)}"
        for number, (start, end, analysis) in enumerate(spans, start=1)
    ]
    return "\n\n".join(["WEBVTT", _STYLE, *_notes(session), *cues]) + "\n"


def _notes(session: Session) -> list[str]:
    notes = [session.summary.title, *NOTICE, f"The claims are those of {EXPLANATION}."]
    notes += [f"{name}: {value}" for name, value in session.facts.items()]
    notes += [with_words(f"marker at {clock(m.at_s, 1)}", m.text) for m in session.markers]
    for span in session.exclusions:
        times = f"{clock(span.start_s, 1)} to {clock(span.end_s, 1)}"
        notes.append(with_words(f"excluded {times}", span.reason))
    # A comment must not hold the arrow that begins a cue.
    return [f"NOTE {one_line(note).replace('-->', '→')}" for note in notes]


def _payload(session: Session, analysis: Analysis) -> str:
    excluded = " (excluded)" if session.excluded_by(analysis) else ""
    counts = Counter(claim.verdict for claim in analysis.claims)
    marks = "  ".join(f"{sign} {counts[verdict]}" for verdict, sign in VERDICT_SIGNS.items())
    cues = said_cues(notable_cues(analysis)[:CUES_SHOWN])
    return "\n".join(
        (
            f"<c.inferred>{INFERRED}: {_escaped(answer(analysis))}{excluded}</c>",
            f"<c.observed>{OBSERVED}: {_escaped(cues)}</c>",
            f"claims: {marks}",
        )
    )


def _escaped(text: str) -> str:
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
