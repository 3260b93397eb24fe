"""How much face and voice weigh in an answer, in the four states that a rationale tells apart.

The network cannot know what its own contributions will be. So they are measured first, by its
direct answers, and a word in front of the rationale tells it the state (docs/decisions/0023).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.cues import Modality

WEIGHS_FROM = 0.7
"""Nats from which a modality is said to speak for an answer: it makes it twice as likely."""
AGREES_FROM = 0.5
"""Of what the leading modality contributes: the other is said to speak for the answer too."""
WEIGHT_STATES = ("face leads", "voice leads", "both", "faint")
WEIGHT_WORDS = (" face", " voice", " both", " weak")
"""By which a rationale is told which of `WEIGHT_STATES` holds: one token each."""


def weight_states(face: Any, voice: Any) -> tuple[Any, Any, Any, Any]:
    """Which of `WEIGHT_STATES` holds, one for every place.

    Args:
        face, voice: contributions in nats; floats, numpy arrays or torch tensors alike.

    >>> weight_states(2.0, 0.5)
    (True, False, False, False)
    >>> weight_states(2.0, 1.5)
    (False, False, True, False)
    """
    gap = abs(face - voice)
    greater, lesser = (face + voice + gap) / 2, (face + voice - gap) / 2
    leads = (greater >= WEIGHS_FROM) & (lesser < AGREES_FROM * greater)
    shares = (greater >= WEIGHS_FROM) & (lesser >= AGREES_FROM * greater)
    return leads & (face >= voice), leads & (face < voice), shares, greater < WEIGHS_FROM


def weight_word(weights: Mapping[Modality, float]) -> str:
    """The word that tells how much face and voice weigh in an answer.

    Args:
        weights: contributions in nats; a modality that is absent contributes nothing.

    >>> weight_word({"face": 0.5, "voice": 2.0})
    ' voice'
    """
    states = weight_states(weights.get("face", 0.0), weights.get("voice", 0.0))
    return WEIGHT_WORDS[[bool(state) for state in states].index(True)]


def two_player(nothing: Any, face: Any, voice: Any, both: Any) -> tuple[Any, Any]:
    """Shapley values (Shapley, 1953) of face and voice; floats, numpy arrays or tensors alike.

    Args:
        nothing, face, voice, both: an answer's log-probability by what is shown.
    """
    return (face - nothing + both - voice) / 2, (voice - nothing + both - face) / 2
