"""`Claim`: what a text says of one cue, so that a measurement can bear it out or contradict it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from model.cues import Modality

Direction = Literal["raised", "lowered", "typical"]
Strength = Literal["slight", "plain", "strong"]


@dataclass(frozen=True)
class Claim:
    """One claim of a text.

    Attributes:
        text: the words of the claim, `start_char` to `end_char` of the whole text.
        cue: the cue it is about, or one of `WEIGHT_CUES`; `None` if nothing measures it.
        direction: of a weight, "raised" where the modality is said to weigh more than the other,
            "typical" where it is said to speak for the answer as the other does, "lowered" where
            whatever there is is said to speak for it hardly.
        negated: it says that the direction does not hold ("not raised").
    """

    text: str
    start_char: int
    end_char: int
    cue: str | None
    modality: Modality
    direction: Direction = "raised"
    strength: Strength = "plain"
    negated: bool = False
