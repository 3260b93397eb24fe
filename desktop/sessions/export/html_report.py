"""A session as one HTML file: plots, figures and every rationale with its claims checked.

The file holds no script and loads nothing: its own content security policy forbids it to.
"""

from __future__ import annotations

from collections import Counter
from typing import get_args
from xml.etree.ElementTree import Element, tostring

from desktop.palette import EMOTION_COLOURS, LOWERED, RAISED, VERDICT_SIGNS
from desktop.sessions.export.markup import append, element, table
from desktop.sessions.export.report_plots import cue_strip, probability_plot
from desktop.sessions.export.report_style import style_sheet
from desktop.sessions.export.report_windows import window_article
from desktop.sessions.export.wording import (
    INFERRED,
    NOTICE,
    OBSERVED,
    VERDICT_WORDS,
    one_line,
    percent,
    signed,
)
from desktop.sessions.session import Session
from desktop.view.clock import clock
from model import __version__
from model.analysis import Analysis
from model.cues import Modality

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(session: Session) -> str:
    """The whole document."""
    main = element("main", _header(session))
    if session.analyses:
        append(main, *_emotions(session), *_cues(session), *_claims(session))
    else:
        append(main, element("p", "This session was stopped before its first window."))
    append(main, *_remarks(session), *_windows(session), *_files(session))
    root = element("html", _head(session), element("body", main), lang="en")
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def _head(session: Session) -> Element:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", one_line(session.summary.title) or "Session"),
        element("style", style_sheet()),
    )


def _header(session: Session) -> Element:
    summary = session.summary
    facts = {
        "Started": f"{summary.started:%Y-%m-%d %H:%M:%S %z}",
        "Length": clock(summary.duration_s, 1),
        "Windows": f"{len(session.analyses)}, of which {len(session.counted)} count",
        **{name: value for name, value in session.facts.items() if not _is_hash(name)},
        "Written by": f"r1-omni {__version__}",
    }
    header = element("header", element("h1", summary.title or "Session"))
    if summary.open:
        text = "This recording was not ended properly or is going on: windows may be missing."
        append(header, element("p", text, class_="muted"))
    rows: list[list[Element | str]] = [[name, value] for name, value in facts.items()]
    append(header, _notice(), table("What these results depend on", ["Fact", "Value"], rows))
    return header


def _is_hash(fact: str) -> bool:
    return fact.startswith("sha256 ")


def _files(session: Session) -> list[Element]:
    rows: list[list[Element | str]] = [
        [name.removeprefix("sha256 "), element("code", value)]
        for name, value in session.facts.items()
        if _is_hash(name)
    ]
    if not rows:
        return []
    return [
        element("h2", "The model's files"),
        table("To name what judged", ["File", "SHA-256"], rows),
    ]


def _notice() -> Element:
    lines = [element("p", line) for line in NOTICE]
    return element("aside", *lines, class_="notice", aria_label="How to read this")


def _emotions(session: Session) -> list[Element]:
    legend = element("ul", element("li", "From the bottom upwards:"), class_="legend")
    for label in session.labels:
        append(legend, element("li", _swatch(EMOTION_COLOURS[label]), label))
    if session.markers:
        append(legend, element("li", "Dashed, numbered: markers"))
    if session.exclusions:
        append(legend, element("li", "Hatched: excluded"))
    unsure = sum(a.unsure for a in session.counted)
    return [
        element("h2", INFERRED.capitalize()),
        probability_plot(session),
        legend,
        _emotion_table(session),
        element("p", f"{unsure} of {len(session.counted)} windows that count are unsure."),
        *_contribution(session.counted),
    ]


def _emotion_table(session: Session) -> Element:
    counted = session.counted
    answers = Counter(a.emotion for a in counted)
    rows: list[list[Element | str]] = []
    for label in session.labels:
        mean = sum(a.probabilities.get(label, 0.0) for a in counted) / max(len(counted), 1)
        rows.append([label, str(answers[label]), percent(mean)])
    head = ["Emotion", "Windows in which it is the answer", "Mean probability"]
    return table("Windows in excluded spans are left out", head, rows)


def _contribution(counted: tuple[Analysis, ...]) -> list[Element]:
    if not counted:
        return []
    face = sum(a.contribution.face for a in counted) / len(counted)
    voice = sum(a.contribution.voice for a in counted) / len(counted)
    text = f"Mean contribution to the answer: face {signed(face)}, voice {signed(voice)} nats."
    return [element("p", text)]


def _cues(session: Session) -> list[Element]:
    if not any(a.cues for a in session.analyses):
        return []
    legend = element(
        "ul",
        element("li", _swatch(RAISED), "above the reference (upper half)"),
        element("li", _swatch(LOWERED), "below the reference (lower half)"),
        class_="legend",
    )
    return [element("h2", OBSERVED.capitalize()), cue_strip(session), legend]


def _claims(session: Session) -> list[Element]:
    counts = Counter((c.modality, c.verdict) for a in session.counted for c in a.claims)
    head = ["About", *(f"{VERDICT_SIGNS[v]} {words}" for v, words in VERDICT_WORDS.items())]
    rows: list[list[Element | str]] = [
        [
            element("span", modality, class_=modality),
            *(str(counts[modality, verdict]) for verdict in VERDICT_WORDS),
        ]
        for modality in get_args(Modality)
    ]
    caption = "Claims of the explanations; windows in excluded spans are left out"
    return [element("h2", "The model's claims, checked"), table(caption, head, rows)]


def _remarks(session: Session) -> list[Element]:
    found = []
    if session.markers:
        rows: list[list[Element | str]] = [
            [str(number), clock(marker.at_s, 1), marker.text]
            for number, marker in enumerate(session.markers, start=1)
        ]
        found += [
            element("h2", "Markers"),
            table("Numbered as in the plots", ["Number", "When", "Remark"], rows),
        ]
    if session.exclusions:
        caption = "A window that overlaps one of these does not count"
        rows = [
            [f"{clock(s.start_s, 1)} to {clock(s.end_s, 1)}", s.reason] for s in session.exclusions
        ]
        found += [element("h2", "Excluded spans"), table(caption, ["When", "Reason"], rows)]
    return found


def _windows(session: Session) -> list[Element]:
    if not session.analyses:
        return []
    articles = [window_article(a, session.excluded_by(a)) for a in session.analyses]
    legend = element(
        "p",
        "In the explanations, ",
        element("mark", "claims about the face", class_="face"),
        " are underlined in full and ",
        element("mark", "claims about the voice", class_="voice"),
        " in dashes; the sign after each is the check of it.",
    )
    return [element("h2", "Window by window"), legend, *articles]


def _swatch(colour: str) -> Element:
    return element("span", class_="swatch", style=f"background:{colour}", aria_hidden="true")
