"""How much face and voice weigh in an answer, in the four states that a rationale tells apart.

The trunks' beliefs foretell what the network's own contributions will be: the same modality leads
in 95 % (docs/decisions/0019). So the prompt tells which state it is, and a rationale can say it.
"""

from __future__ import annotations

from typing import Any

WEIGHS_FROM = 0.7
"""Nats from which a modality is said to speak for an answer: it makes it twice as likely."""
AGREES_FROM = 0.5
"""Of what the leading modality contributes: the other is said to speak for the answer too."""
WEIGHT_STATES = ("face leads", "voice leads", "both", "faint")


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


def two_player(nothing: Any, face: Any, voice: Any, both: Any) -> tuple[Any, Any]:
    """Shapley values (Shapley, 1953) of face and voice; floats, numpy arrays or tensors alike.

    Args:
        nothing, face, voice, both: an answer's log-probability by what is shown.
    """
    return (face - nothing + both - voice) / 2, (voice - nothing + both - face) / 2
