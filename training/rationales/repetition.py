"""What a rationale says again: who reads a cue twice, in two strengths even, believes neither."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from model.claims import WEIGHT_CUES, Claim


def by_place(claims: Sequence[Claim]) -> Iterator[tuple[tuple[int, int, bool], list[Claim]]]:
    """Claims made by the same words: (first, last character, whether of a weight) and claims.

    "Face and voice agree" makes two of them, "raised brows" too.
    """

    def place(claim: Claim) -> tuple[int, int, bool]:
        return claim.start_char, claim.end_char, claim.cue in WEIGHT_CUES

    for where, here in groupby(sorted(claims, key=place), place):
        yield where, list(here)


def said_again(claims: Sequence[Claim]) -> int:
    """How often words claim nothing but cues that were named before them, in whichever strength.

    What nobody measures and what is said of weights do not count.

    >>> from model.claims import find_claims
    >>> said_again(find_claims("The pitch is slightly raised. The pitch is raised."))
    1
    """
    told: set[str | None] = set()
    times = 0
    for (_, _, of_weight), here in by_place(claims):
        cues = {claim.cue for claim in here if claim.cue is not None}
        times += bool(cues) and not of_weight and cues <= told
        told |= cues
    return times
