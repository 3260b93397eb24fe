"""Results as the model would give them, for tests of what shows them."""

from __future__ import annotations

from typing import Literal

from model.analysis import Analysis, CheckedClaim, Contribution, Glimpse
from model.cues import CUES
from model.evidence import Cue, Verdict

RATIONALE = "The lip corners are up, and the voice is louder than usual."
PROBABILITIES = {"angry": 0.1, "happy": 0.7, "sad": 0.2}
LABELS = ("angry", "happy", "sad")


def cue(
    name: str, deviation: float = 1.0, against: Literal["person", "population"] = "person"
) -> Cue:
    kind = CUES[name]
    return Cue(name, kind.modality, 0.5, kind.unit, 0.25, against, deviation, 1.5, 2.5)


def claim(
    text: str, name: str = "lip_corner_puller", verdict: Verdict = "supported"
) -> CheckedClaim:
    modality = CUES[name].modality if name else "face"
    return CheckedClaim(text, name, modality, 1.0, 2.0, verdict)


CLAIMS = (
    claim("lip corners are up"),
    claim("voice is louder", "loudness", "contradicted"),
)


def glimpse(
    end_s: float,
    probabilities: dict[str, float] = PROBABILITIES,
    cues: tuple[Cue, ...] = (),
    unsure: bool = False,
) -> Glimpse:
    best = max(probabilities, key=probabilities.__getitem__)
    return Glimpse(max(end_s - 5.0, 0.0), end_s, best, unsure, probabilities, 1, cues)


def analysis(
    start_s: float = 0.0,
    end_s: float = 5.0,
    *,
    rationale: str = RATIONALE,
    rationale_emotion: str | None = "happy",
    claims: tuple[CheckedClaim, ...] = CLAIMS,
    cues: tuple[Cue, ...] = (),
    unsure: bool = False,
) -> Analysis:
    return Analysis(
        file="live",
        start_s=start_s,
        end_s=end_s,
        emotion="happy",
        unsure=unsure,
        probabilities=PROBABILITIES,
        rationale=rationale,
        rationale_emotion=rationale_emotion,
        claims=claims,
        contribution=Contribution(face=1.0, voice=-0.5),
        faces=1,
        cues=cues,
    )
