"""CSV: tables of windows with what was inferred, of the cues that were observed, and of remarks.

They are three files because they have different rows. The first two name a window by its file and
times, so that they can be joined; markers and excluded spans may lie where no window is. Times are
seconds on the recording's clock, deviations standard deviations
from the reference, contributions nats.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from desktop.sessions.session import Session
from desktop.view.clock import clock
from model.analysis import Analysis
from model.cues import CUES

_CUE_COLUMNS = (
    "file", "window_start_s", "window_end_s", "excluded", "cue", "action_unit", "modality",
    "observed_value", "unit", "reference", "against", "deviation_sd", "start_s", "end_s",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_REMARK_COLUMNS = ("kind", "start_s", "end_s", "text")


def render_windows(session: Session) -> str:
    """One row a window."""
    rows = [_window(session, analysis) for analysis in session.analyses]
    return _table(rows[0] if rows else ("file", "start_s", "end_s"), rows)


def render_cues(session: Session) -> str:
    """One row a cue that was observed in a window."""
    rows = [row for analysis in session.analyses for row in _cues(session, analysis)]
    return _table(_CUE_COLUMNS, rows)


def render_remarks(session: Session) -> str:
    """One row a marker or excluded span, in the order of time."""
    remarks = [("marker", m.at_s, m.at_s, m.text) for m in session.markers]
    remarks += [("excluded", e.start_s, e.end_s, e.reason) for e in session.exclusions]
    remarks.sort(key=lambda remark: remark[1:3])
    return _table(_REMARK_COLUMNS, [dict(zip(_REMARK_COLUMNS, r, strict=True)) for r in remarks])


def _window(session: Session, analysis: Analysis) -> dict[str, Any]:
    verdicts = [claim.verdict for claim in analysis.claims]
    probabilities = analysis.probabilities
    exclusion = session.excluded_by(analysis)
    inside = (m for m in session.markers if analysis.start_s <= m.at_s < analysis.end_s)
    here = [m.text or clock(m.at_s, 1) for m in inside]  # one without a word must not vanish
    return {
        "file": analysis.file,
        "start_s": analysis.start_s,
        "end_s": analysis.end_s,
        "excluded": _flag(exclusion is not None),
        "excluded_because": exclusion.reason if exclusion else "",
        "markers": "; ".join(here),
        "observed_faces": analysis.faces,
        "inferred_emotion": analysis.emotion,
        "inferred_unsure": _flag(analysis.unsure),
        **{f"inferred_p_{label}": probabilities.get(label, "") for label in session.labels},
        "contribution_face": analysis.contribution.face,
        "contribution_voice": analysis.contribution.voice,
        "claims_supported": verdicts.count("supported"),
        "claims_contradicted": verdicts.count("contradicted"),
        "claims_unmeasurable": verdicts.count("unmeasurable"),
        "explanation_emotion": analysis.rationale_emotion or "",
        "models_explanation": analysis.rationale,
    }


def _cues(session: Session, analysis: Analysis) -> Iterable[dict[str, Any]]:
    for cue in analysis.cues:
        yield {
            "file": analysis.file,
            "window_start_s": analysis.start_s,
            "window_end_s": analysis.end_s,
            "excluded": _flag(session.excluded_by(analysis) is not None),
            "cue": cue.name,
            "action_unit": CUES[cue.name].action_unit,
            "modality": cue.modality,
            "observed_value": cue.value,
            "unit": cue.unit,
            "reference": cue.reference,
            "against": cue.against,
            "deviation_sd": cue.deviation,
            "start_s": cue.start_s,
            "end_s": cue.end_s,
        }


def _flag(value: bool) -> str:
    return "yes" if value else "no"


def _no_formula(cell: Any) -> Any:
    """A text that a spreadsheet would compute is shown as it is, behind an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _table(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(columns))
    writer.writeheader()
    writer.writerows({name: _no_formula(cell) for name, cell in row.items()} for row in rows)
    return text.getvalue()
