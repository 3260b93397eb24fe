"""ELAN annotation format 3.0 (`.eaf`), in the order of elements of its schema EAFv3.0.xsd.

Every tier stands by itself. ELAN lets annotations of a tier not overlap, so that windows are cut at
the next one's start, excluded spans that overlap are joined, and what was observed or claimed in a
window is one annotation.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from desktop.palette import VERDICT_SIGNS
from desktop.sessions.export.film_clock import on_film_clock
from desktop.sessions.export.spans import merged, without_overlap
from desktop.sessions.export.wording import (
    NOTICE,
    answer,
    notable_cues,
    printable,
    said_cues,
)
from desktop.sessions.session import Session
from model import __version__
from model.analysis import Analysis

MARKER_S = 0.5
"""A moment has no length, an annotation must have one."""
_INFERRED, _OBSERVED, _REMARK = "inferred by the model", "observed", "written by the user"
_STEREOTYPES = {
    "Time_Subdivision": "Time subdivision of parent annotation's time interval, no time gaps "
    "allowed within this interval",
    "Symbolic_Subdivision": "Symbolic subdivision of a parent annotation. Annotations refering to "
    "the same parent are ordered",
    "Symbolic_Association": "1-1 association with a parent annotation",
    "Included_In": "Time alignable annotations within the parent annotation's time interval, gaps "
    "are allowed",
}
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"

Span = tuple[float, float, str]
Slots = list[tuple[int, int, Element, str]]
"""(ms, 0 for an end and 1 for a beginning, annotation, attribute that is to name the slot)."""


def render(session: Session) -> str:
    """The whole document; its times are those of the media that it names."""
    session = on_film_clock(session)
    root = Element("ANNOTATION_DOCUMENT", {
        "AUTHOR": f"r1-omni {__version__}",
        "DATE": session.summary.started.isoformat(),
        "FORMAT": "3.0",
        "VERSION": "3.0",
        _XSI: _SCHEMA,
    })  # fmt: skip
    header = SubElement(root, "HEADER", TIME_UNITS="milliseconds")
    order = SubElement(root, "TIME_ORDER")
    slots: Slots = []
    for name, kind, spans in _tiers(session):
        _add_tier(root, name, kind, spans, slots)
    _fill_header(header, session, annotations=len(slots) // 2)
    _number(order, slots)
    for kind in (_INFERRED, _OBSERVED, _REMARK):
        SubElement(root, "LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID=kind, TIME_ALIGNABLE="true",
                   GRAPHIC_REFERENCES="false")  # fmt: skip
    for name, description in _STEREOTYPES.items():
        SubElement(root, "CONSTRAINT", STEREOTYPE=name, DESCRIPTION=description)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _tiers(session: Session) -> Iterator[tuple[str, str, list[Span]]]:
    """Name, linguistic type and annotations of every tier."""

    def windows(text: Callable[[Analysis], str]) -> list[Span]:
        told = [(a.start_s, a.end_s, text(a)) for a in session.analyses]
        return [span for span in told if span[2]]

    markers = [(m.at_s, m.at_s + MARKER_S, m.text) for m in session.markers]
    exclusions = [(e.start_s, e.end_s, e.reason) for e in merged(session.exclusions)]
    yield "emotion (inferred)", _INFERRED, windows(lambda a: _emotion(session, a))
    yield "rationale (model's explanation)", _INFERRED, windows(lambda a: a.rationale)
    yield "claims", _INFERRED, windows(_claims)
    yield "cues (observed)", _OBSERVED, windows(_cues)
    yield "markers", _REMARK, markers
    yield "excluded", _REMARK, exclusions


def _add_tier(root: Element, name: str, kind: str, spans: list[Span], slots: Slots) -> None:
    tier = SubElement(root, "TIER", TIER_ID=name, LINGUISTIC_TYPE_REF=kind)
    for start, end, text in without_overlap(spans):
        number = len(slots) // 2 + 1
        outer = SubElement(tier, "ANNOTATION")
        annotation = SubElement(outer, "ALIGNABLE_ANNOTATION", ANNOTATION_ID=f"a{number}")
        SubElement(annotation, "ANNOTATION_VALUE").text = printable(text)
        slots.append((start, 1, annotation, "TIME_SLOT_REF1"))
        slots.append((end, 0, annotation, "TIME_SLOT_REF2"))


def _number(order: Element, slots: Slots) -> None:
    """Give each end of each annotation a slot of its own, in the order of time."""
    for number, (time, _, annotation, attribute) in enumerate(
        sorted(slots, key=lambda slot: slot[:2]), start=1
    ):
        SubElement(order, "TIME_SLOT", TIME_SLOT_ID=f"ts{number}", TIME_VALUE=str(time))
        annotation.set(attribute, f"ts{number}")


def _fill_header(header: Element, session: Session, annotations: int) -> None:
    for path in session.media:
        SubElement(header, "MEDIA_DESCRIPTOR", MEDIA_URL=path.as_uri(), MIME_TYPE=_mime(path))
    properties = {
        "title": session.summary.title,
        "notice": " ".join(NOTICE),
        **session.facts,
        "lastUsedAnnotationId": str(annotations),
    }
    for name, value in properties.items():
        SubElement(header, "PROPERTY", NAME=printable(name)).text = printable(value)


def _mime(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "unknown"
    # ELAN knows this one by its older name.
    return "audio/x-wav" if kind in ("audio/wav", "audio/vnd.wave") else kind


def _emotion(session: Session, analysis: Analysis) -> str:
    return answer(analysis) + (", excluded" if session.excluded_by(analysis) else "")


def _claims(analysis: Analysis) -> str:
    return "\n".join(
        f"{VERDICT_SIGNS[claim.verdict]} {claim.modality}: {claim.text}"
        for claim in analysis.claims
    )


def _cues(analysis: Analysis) -> str:
    return said_cues(notable_cues(analysis)) if analysis.cues else ""
