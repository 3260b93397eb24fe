"""The report's account of each window: what was inferred, the explanation, what was observed."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from desktop.palette import VERDICT_SIGNS
from desktop.sessions.export.markup import append, element, table
from desktop.sessions.export.wording import (
    EXPLANATION,
    INFERRED,
    OBSERVED,
    VERDICT_WORDS,
    answer,
    cue_title,
    notable_cues,
    percent,
    signed,
    with_words,
)
from desktop.sessions.session import Exclusion
from desktop.view.clock import clock
from desktop.view.rationale import places
from model.analysis import Analysis, CheckedClaim
from model.evidence import Cue

CUES_SHOWN = 6
"""The furthest from their reference; the table of cues holds them all."""


def window_article(analysis: Analysis, exclusion: Exclusion | None) -> Element:
    """Everything about one window."""
    times = f"{clock(analysis.start_s, 1)} to {clock(analysis.end_s, 1)}"
    heading = element("h3", times)
    if exclusion:
        append(heading, element("span", "excluded", class_="badge"))
    if analysis.unsure:
        append(heading, element("span", "unsure", class_="badge"))
    article = element("article", heading, class_="window excluded" if exclusion else "window")
    if exclusion:
        left_out = with_words("Left out of every summary", exclusion.reason)
        append(article, element("p", left_out if exclusion.reason else f"{left_out}."))
    append(article, _inferred(analysis), _observed(analysis))
    return article


def _inferred(analysis: Analysis) -> Element:
    part = element("div", element("h4", INFERRED.capitalize()), class_="inferred")
    append(part, element("p", element("strong", answer(analysis)), "; ", _others(analysis)))
    shares = analysis.contribution
    append(part, element("p", f"Contribution to this answer: face {signed(shares.face)}, voice "
                         f"{signed(shares.voice)} nats.", class_="muted"))  # fmt: skip
    if analysis.rationale:
        append(part, element("h4", EXPLANATION.capitalize()),
               marked_rationale(analysis.rationale, analysis.claims))  # fmt: skip
    if analysis.rationale_emotion not in (None, analysis.emotion):
        text = f"The explanation itself ends in {analysis.rationale_emotion}."
        append(part, element("p", text, class_="muted"))
    if analysis.claims:
        append(part, _claim_table(analysis.claims))
    return part


def _others(analysis: Analysis) -> str:
    others = sorted(analysis.probabilities.items(), key=lambda item: -item[1])
    return ", ".join(f"{label} {percent(p)}" for label, p in others if label != analysis.emotion)


def _observed(analysis: Analysis) -> Element:
    part = element("div", element("h4", OBSERVED.capitalize()), class_="observed")
    notable = notable_cues(analysis)[:CUES_SHOWN]
    rest = len(analysis.cues) - len(notable)
    if notable:
        head = ["Cue", "Where", "Deviation", "Observed", "Reference", "When"]
        rows = [_cue_row(cue) for cue in notable]
        append(part, table("The furthest from their reference", head, rows))
    text = f"Not listed: {rest} cues nearer to their reference."
    append(part, element("p", text, class_="muted"))
    return part


def _cue_row(cue: Cue) -> list[Element | str]:
    return [
        cue_title(cue.name),
        element("span", cue.modality, class_=cue.modality),
        f"{signed(cue.deviation)} SD",
        f"{cue.value:.3g} {cue.unit}",
        f"{cue.reference:.3g} ({cue.against})",
        f"{clock(cue.start_s, 1)} to {clock(cue.end_s, 1)}",
    ]


def marked_rationale(rationale: str, claims: Sequence[CheckedClaim]) -> Element:
    """The rationale with every claim underlined in its modality's colour and signed."""
    paragraph = element("p")
    done = 0
    for start, end, group in _shared_places(rationale, claims):
        append(paragraph, rationale[done:start],
               element("mark", rationale[start:end], class_=_looks(group)))  # fmt: skip
        append(paragraph, *(_sign(claim) for claim in group))
        done = end
    append(paragraph, rationale[done:])
    return paragraph


def _shared_places(
    rationale: str, claims: Sequence[CheckedClaim]
) -> list[tuple[int, int, list[CheckedClaim]]]:
    """Where claims stand (start, end, claims); those whose words overlap share a place.

    One that is not found there is in the table below the rationale all the same.
    """
    shared: list[tuple[int, int, list[CheckedClaim]]] = []
    for place in places(rationale, claims):
        if shared and place.start < shared[-1][1]:
            first, last, group = shared.pop()
            shared.append((first, max(last, place.end), [*group, place.claim]))
        else:
            shared.append((place.start, place.end, [place.claim]))
    return shared


def _looks(claims: Sequence[CheckedClaim]) -> str:
    """Classes of the words that claims share: struck out where one of them is contradicted."""
    contradicted = any(claim.verdict == "contradicted" for claim in claims)
    return claims[0].modality + " contradicted" * contradicted


def _sign(claim: CheckedClaim) -> Element:
    words = f"{claim.modality}: {VERDICT_WORDS[claim.verdict]}"
    return element("span", VERDICT_SIGNS[claim.verdict], class_=f"sign {claim.verdict}",
                   role="img", aria_label=words, title=words)  # fmt: skip


def _claim_table(claims: Sequence[CheckedClaim]) -> Element:
    rows: list[list[Element | str]] = []
    for claim in claims:
        measured = claim.verdict != "unmeasurable"
        verdict = f"{VERDICT_SIGNS[claim.verdict]} {VERDICT_WORDS[claim.verdict]}"
        rows.append([
            claim.text,
            element("span", claim.modality, class_=claim.modality),
            element("span", verdict, class_=claim.verdict),
            f"{clock(claim.start_s, 1)} to {clock(claim.end_s, 1)}" if measured else "",
        ])  # fmt: skip
    return table("Its claims", ["Claim", "About", "Check", "Measured at"], rows)
