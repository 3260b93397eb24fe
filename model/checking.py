"""A rationale held against what was measured: every claim with its verdict, and how many are what.

Whoever wrote the rationale: this model (`model.runtime.analyzer`), or any other (`r1-omni check`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.analysis import CheckedClaim
from model.bootstrap import Interval, bootstrap_interval, share
from model.claims import WEIGHT_CUES, Claim, find_claims
from model.evidence import Evidence
from model.layout import ANSWER, END_ANSWER, END_THINK, THINK

_ANSWER = re.compile(rf"{ANSWER}.*?(?:{END_ANSWER}|\Z)", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(rf"{THINK}|{END_THINK}", re.IGNORECASE)


def rationale_in(completion: str) -> str:
    """What a completion says for its answer, without the answer and the tags.

    >>> rationale_in("<think>The voice is loud.</think><answer>angry</answer>")
    'The voice is loud.'
    """
    return _TAGS.sub(" ", _ANSWER.sub(" ", completion)).strip()


def check_claims(
    rationale: str, evidence: Evidence, answer: str | None, window: tuple[float, float]
) -> tuple[CheckedClaim, ...]:
    """Every claim of a rationale with its verdict; `cue` is empty where nothing measures it.

    Args:
        answer: the emotion that the rationale concludes; claims of weight are about it.
        window: first and last second of what it speaks of; the weight of a modality is measured in
            the whole of it.
    """
    checked = []
    for claim in find_claims(rationale, evidence.modalities):
        cue = evidence.cues.get(claim.cue or "")
        whole = claim.cue in WEIGHT_CUES
        start_s, end_s = (cue.start_s, cue.end_s) if cue else window if whole else (0.0, 0.0)
        checked.append(
            CheckedClaim(
                text=claim.text,
                cue=claim.cue or "",
                modality=claim.modality,
                start_s=start_s,
                end_s=end_s,
                verdict=evidence.check(claim, answer),
            )
        )
    return tuple(checked)


@dataclass(frozen=True)
class Tally:
    """How many claims of a rationale are what.

    Attributes:
        absent: about a modality that is not there; counted nowhere else.
    """

    supported: int = 0
    contradicted: int = 0
    unmeasurable: int = 0
    absent: int = 0

    @property
    def measurable(self) -> int:
        return self.supported + self.contradicted

    @property
    def claims(self) -> int:
        return self.measurable + self.unmeasurable + self.absent


def tally(claims: Sequence[Claim], evidence: Evidence, answer: str | None = None) -> Tally:
    """Count the verdicts on claims.

    Args:
        answer: as of `Evidence.check`.
    """
    present = [claim for claim in claims if claim.modality in evidence.modalities]
    verdicts = [evidence.check(claim, answer) for claim in present]
    return Tally(
        verdicts.count("supported"),
        verdicts.count("contradicted"),
        verdicts.count("unmeasurable"),
        len(claims) - len(present),
    )


@dataclass(frozen=True)
class Summary:
    """What somebody's rationales are worth.

    Attributes:
        rationales, empty: how many there are, and without a word.
        claims: in them, `measurable` of which can be told true or false.
        supported, contradicted: shares of the measurable claims; intervals over people.
        absent: share of all claims that is about a modality that is not there.
        elsewhere: `true_elsewhere`.
    """

    rationales: int
    empty: int
    claims: int
    measurable: int
    supported: Interval
    contradicted: Interval
    absent: Interval
    elsewhere: float


OTHERS = 50
"""Other recordings at most that a rationale is held against; evenly chosen among all."""


def summarise(
    said: Sequence[tuple[str, Evidence]], people: Sequence[str], recordings: Sequence[Evidence]
) -> Summary:
    """Sum up rationales, at least one.

    Args:
        said: each with the evidence of its recording.
        people: who is seen and heard there.
        recordings: the evidence of each that somebody says something of.
    """
    own = [tally(find_claims(text, evidence.modalities), evidence) for text, evidence in said]
    supported, contradicted, absent, claims_of = (
        np.array(column)
        for column in zip(
            *((t.supported, t.contradicted, t.absent, t.claims) for t in own), strict=True
        )
    )
    measurable = supported + contradicted
    return Summary(
        rationales=len(said),
        empty=sum(not text for text, _ in said),
        claims=int(claims_of.sum()),
        measurable=int(measurable.sum()),
        supported=bootstrap_interval(share, supported, measurable, groups=people),
        contradicted=bootstrap_interval(share, contradicted, measurable, groups=people),
        absent=bootstrap_interval(share, absent, claims_of, groups=people),
        elsewhere=true_elsewhere(said, recordings),
    )


def true_elsewhere(said: Sequence[tuple[str, Evidence]], recordings: Sequence[Evidence]) -> float:
    """Share of the claims of rationales that would hold of other recordings, in [0, 1].

    What holds of many recordings explains none of them. Each rationale is held against `OTHERS` of
    the others at most, of those in which the same modalities are present; nan without any.
    """
    found = [
        tally(find_claims(text, evidence.modalities), other)
        for text, evidence in said
        for other in _others(evidence, recordings)
    ]
    return share(np.array([t.supported for t in found]), np.array([t.measurable for t in found]))


def _others(own: Evidence, recordings: Sequence[Evidence]) -> list[Evidence]:
    """At most `OTHERS` of the other recordings that show what this one shows."""
    alike = [r for r in recordings if r is not own and r.modalities == own.modalities]
    return alike[:: -(-len(alike) // OTHERS) or 1]
