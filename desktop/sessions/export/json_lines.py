"""JSON Lines: the session, its markers, its excluded spans and its windows, an object a line.

A window's `observed` and `inferred` hold the fields of `Analysis` under their own names, so that
the two and the fields beside them make up what `r1-omni analyze --json` prints.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from desktop.sessions.export.wording import NOTICE
from desktop.sessions.session import Session
from model.analysis import Analysis

_OBSERVED = ("faces", "cues")
_INFERRED = (
    "emotion", "unsure", "probabilities", "rationale", "rationale_emotion", "claims",
    "contribution",
)  # fmt: skip


def render(session: Session) -> str:
    """One line each."""
    return "".join(json.dumps(line, allow_nan=False) + "\n" for line in _lines(session))


def _lines(session: Session) -> Iterator[dict[str, Any]]:
    summary = session.summary
    yield {
        "type": "session",
        "title": summary.title,
        "started": summary.started.isoformat(),
        "ended": not summary.open,  # else it goes on or was cut short, and windows may be missing
        "notice": " ".join(NOTICE),
        "facts": dict(session.facts),
        "media": [str(path) for path in session.media],
    }
    for marker in session.markers:
        yield {"type": "marker", **dataclasses.asdict(marker)}
    for span in session.exclusions:
        yield {"type": "exclusion", **dataclasses.asdict(span)}
    for analysis in session.analyses:
        yield _window(session, analysis)


def _window(session: Session, analysis: Analysis) -> dict[str, Any]:
    fields = analysis.to_json()
    observed = {name: fields.pop(name) for name in _OBSERVED}
    inferred = {name: fields.pop(name) for name in _INFERRED}
    excluded = session.excluded_by(analysis) is not None
    return {
        "type": "window",
        **fields,
        "excluded": excluded,
        "observed": observed,
        "inferred": inferred,
    }
