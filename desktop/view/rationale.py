"""A rationale cut at its claims, so that each can be shown with its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.analysis import CheckedClaim


@dataclass(frozen=True)
class Segment:
    """Some words of a rationale.

    Attributes:
        text: the words; empty where an earlier claim has taken all of this claim's.
        claim: what they claim; `None` for the words between two claims.
    """

    text: str
    claim: CheckedClaim | None = None


@dataclass(frozen=True)
class Place:
    """Where the words of a claim stand in a rationale, in characters: from start to before end."""

    start: int
    end: int
    claim: CheckedClaim


def segments(rationale: str, claims: Sequence[CheckedClaim]) -> list[Segment]:
    """Cut a rationale at its claims.

    The texts joined are the rationale. Every claim whose words are found has one segment, in order;
    a claim that begins inside another ("the brows and the lids are raised") ends it there.

    Args:
        rationale: the whole text.
        claims: in the order in which they begin; one whose words are not found is left out.
    """
    found = places(rationale, claims)
    pieces: list[Segment] = []
    at = 0
    for here, following in zip(found, [*found[1:], None], strict=False):
        if here.start > at:
            pieces.append(Segment(rationale[at : here.start]))
            at = here.start
        end = max(here.end, at)
        if following is not None and here.start < following.start < end:
            end = max(following.start, at)
        pieces.append(Segment(rationale[at:end], here.claim))
        at = end
    if at < len(rationale):
        pieces.append(Segment(rationale[at:]))
    return pieces


def places(rationale: str, claims: Sequence[CheckedClaim]) -> list[Place]:
    """Where each claim stands; words that several claims share stand for each of them once.

    Args:
        rationale: the whole text.
        claims: in the order in which they begin; one whose words are not found is left out.
    """
    found: list[Place] = []
    taken: set[tuple[int, str, str]] = set()
    earliest = 0
    for claim in claims:
        start = rationale.find(claim.text, earliest)
        while start >= 0 and (start, claim.text, claim.cue) in taken:
            start = rationale.find(claim.text, start + 1)
        if claim.text and start >= 0:
            taken.add((start, claim.text, claim.cue))
            found.append(Place(start, start + len(claim.text), claim))
            earliest = start
    return found
