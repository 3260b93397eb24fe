"""`Evidence`: what was measured in a window, and the check of a claim against it.

A cue's deviation is its distance from the reference (the person's own mean, or the population's) in
standard deviations. The rationale grammar and the network's inputs cut deviations at the same
sizes, and `Evidence.check` judges by them with a little slack:

    claim               the grammar writes it for       it is supported for
    raised              0.9 <= z < 1.25                 z >= 0.5
    slightly raised     0.6 <= z < 0.9                  0.5 <= z < 1.75
    strongly raised     z >= 1.25                       z >= 1.0
    typical             |z| < 0.6                       |z| < 0.75
    not ...             (never)                         exactly where the plain form is not

and the mirror image for lowered. Anything else that was measured is contradicted; what was not
measured is unmeasurable. "Slightly" buys nothing: its lower bound is that of the plain form.

How much a modality weighs in an answer is measured in nats: how far it raises the answer's
log-probability. It weighs more than the other where it does so further; it speaks for the answer
too where it does so at all, and at least a quarter as far as the other. The signs are weak where
neither does so by 1 nat; the grammar says so where neither reaches .7 (`model.weighing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from model.baseline import Baseline, Norms
from model.claims import WEIGHT_CUES, Claim, Direction, Strength
from model.cues import CUES, Modality, Spans, cue_spans, cue_values, modality_cues

if TYPE_CHECKING:
    from model.perception.face import FaceTrack
    from model.perception.voice import VoiceTrack

Verdict = Literal["supported", "contradicted", "unmeasurable"]

Weights = Mapping[str, Mapping[Modality, float]]

RAISED_FROM = 0.5
SPEAK_FROM, PLAIN_FROM, STRONG_FROM = SPOKEN_FROM = (0.6, 0.9, 1.25)
"""A rationale calls a deviation slight, plain and strong from here, a little above where such a
claim is supported: a model that errs by a tenth still makes claims that hold."""
STRONG_CHECK_FROM = 1.0
SLIGHT_CHECK_BELOW = 1.75
TYPICAL_CHECK_BELOW = 0.75
MAX_DEVIATION = 4.0
FAINT_CHECK_BELOW = 1.0
SHARES_FROM = 0.25
"""Of what the other modality contributes."""


def bears_out(deviation: float, direction: Direction, strength: Strength) -> bool:
    """Whether a deviation supports a claim of that direction and strength (table above)."""
    if direction == "typical":
        return abs(deviation) < TYPICAL_CHECK_BELOW
    size = deviation if direction == "raised" else -deviation
    if strength == "strong":
        return size >= STRONG_CHECK_FROM
    if strength == "slight":
        return RAISED_FROM <= size < SLIGHT_CHECK_BELOW
    return size >= RAISED_FROM


@dataclass(frozen=True)
class Cue:
    """One measured cue.

    Attributes:
        value: in `unit`.
        reference: what it is compared with, in `unit`.
        against: whose reference that is.
        deviation: (value - reference) in standard deviations on the cue's scale.
        start_s, end_s: the stretch in which it deviates most, on the recording's clock.
    """

    name: str
    modality: Modality
    value: float
    unit: str
    reference: float
    against: Literal["person", "population"]
    deviation: float
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Evidence:
    """What was measured in a window.

    Attributes:
        cues: by name.
        modalities: that were present.
        weights: how much each modality weighs in each answer, in nats; by emotion.
    """

    cues: Mapping[str, Cue]
    modalities: frozenset[Modality]
    weights: Weights = field(default_factory=dict)

    @classmethod
    def from_values(
        cls,
        values: Mapping[str, float],
        spans: Mapping[str, Spans],
        baseline: Baseline,
        norms: Norms,
    ) -> Evidence:
        """Build from cached `cue_values` and `cue_spans`; a missing span becomes (0, 0).

        A relative cue (loudness) is left out unless the baseline knows it.
        """
        cues: dict[str, Cue] = {}
        for name, value in values.items():
            if baseline.cue_weight(name) > 0 or not CUES[name].relative:
                cues[name] = _cue(name, value, spans.get(name, _NOWHERE), baseline, norms)
        return cls(cues, frozenset(CUES[name].modality for name in values))

    def vector(self, modality: Modality) -> npt.NDArray[np.float32]:
        """What the network reads, (cues of the modality, 3) in fixed order.

        Columns: deviation clipped to ±`MAX_DEVIATION`, 1 if measured, 1 if against the person's
        own baseline. Rows of unmeasured cues are zero.
        """
        names = modality_cues(modality)
        rows = np.zeros((len(names), 3), dtype=np.float32)
        for row, name in zip(rows, names, strict=True):
            if name in self.cues:
                cue = self.cues[name]
                clipped = np.clip(cue.deviation, -MAX_DEVIATION, MAX_DEVIATION)
                row[:] = clipped, 1.0, float(cue.against == "person")
        return rows

    def check(self, claim: Claim, answer: str | None = None) -> Verdict:
        """Judge a claim by the rules at the head of this module.

        Args:
            answer: the emotion that the claim's text concludes; claims of weight are about it.
        """
        if claim.cue in WEIGHT_CUES:
            return self._check_weight(claim, answer)
        if claim.cue is None or claim.cue not in self.cues:
            return "unmeasurable"
        deviation = self.cues[claim.cue].deviation
        holds = bears_out(deviation, claim.direction, claim.strength)
        return "supported" if holds != claim.negated else "contradicted"

    def _check_weight(self, claim: Claim, answer: str | None) -> Verdict:
        if answer is None or answer not in self.weights:
            return "unmeasurable"
        own = self.weights[answer].get(claim.modality, 0.0)
        others = [w for modality, w in self.weights[answer].items() if modality != claim.modality]
        other = max(others, default=0.0)
        if claim.direction == "lowered":
            holds = max(own, other) < FAINT_CHECK_BELOW
        else:
            share = 1.0 if claim.direction == "raised" else SHARES_FROM
            holds = own > max(0.0, share * other)
        return "supported" if holds != claim.negated else "contradicted"


_NOWHERE: Spans = ((0.0, 0.0), (0.0, 0.0))


def measure(
    face: FaceTrack | None, voice: VoiceTrack | None, baseline: Baseline, norms: Norms
) -> Evidence:
    """Measure a window against a baseline (which is not updated)."""
    return Evidence.from_values(cue_values(face, voice), cue_spans(face, voice), baseline, norms)


def _cue(name: str, value: float, spans: Spans, baseline: Baseline, norms: Norms) -> Cue:
    kind, norm = CUES[name], norms.cues[name]
    reference, weight = baseline.cue_mean(name, norm), baseline.cue_weight(name)
    # The better the person is known, the more a person's own spread is the yardstick.
    spread = float(np.sqrt(weight * norm.own_sd**2 + (1.0 - weight) * norm.sd**2))
    deviation = (kind.scaled(value) - reference) / spread
    start_s, end_s = spans[0] if deviation >= 0 else spans[1]
    return Cue(
        name=name,
        modality=kind.modality,
        value=value,
        unit=kind.unit,
        reference=kind.unscaled(reference),
        against="person" if weight > 0 else "population",
        deviation=deviation,
        start_s=start_s,
        end_s=end_s,
    )
