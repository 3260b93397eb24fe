"""Where the probabilities of the emotions lie on the plane of valence and arousal."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Affect:
    """A place on the plane; both from -1 to 1."""

    valence: float
    arousal: float


def _on_circle(degrees: float) -> Affect:
    return Affect(math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))


CIRCUMPLEX: Mapping[str, Affect] = {
    "happy": _on_circle(7.8),
    "surprise": _on_circle(69.8),  # astonished
    "anxiety": _on_circle(92.8),  # tense
    "angry": _on_circle(99.0),
    "fear": _on_circle(116.0),  # afraid
    "contempt": _on_circle(123.0),  # annoyed
    "disgust": _on_circle(138.0),  # distressed
    "helplessness": _on_circle(188.7),  # miserable
    "sad": _on_circle(207.5),
    "disappointment": _on_circle(209.0),  # gloomy
    "boredom": _on_circle(242.0),  # bored
    "calm": _on_circle(316.2),
    "neutral": Affect(0.0, 0.0),
}
"""Angles of affect words by direct circular scaling (Russell, 1980, "A circumplex model of affect",
Journal of Personality and Social Psychology 39). A word that he did not scale has the place of the
one named beside it; neutral is the middle."""


def affect(probabilities: Mapping[str, float]) -> Affect:
    """The mean place of the emotions, weighted by their probabilities."""
    total = sum(probabilities.values())
    if total <= 0:
        return CIRCUMPLEX["neutral"]
    places = [(CIRCUMPLEX[label], weight / total) for label, weight in probabilities.items()]
    return Affect(
        valence=sum(place.valence * weight for place, weight in places),
        arousal=sum(place.arousal * weight for place, weight in places),
    )


class AffectTrail:
    """The latest places, newest last.

    Args:
        length: how many are kept.
    """

    def __init__(self, length: int = 12) -> None:
        self._places: deque[Affect] = deque(maxlen=length)

    @property
    def places(self) -> tuple[Affect, ...]:
        """Oldest first."""
        return tuple(self._places)

    def add(self, probabilities: Mapping[str, float]) -> None:
        """Take in the probabilities of one result."""
        self._places.append(affect(probabilities))

    def clear(self) -> None:
        """Forget every place."""
        self._places.clear()
