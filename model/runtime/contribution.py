"""How much each modality contributed to an answer."""

from __future__ import annotations

from collections.abc import Mapping

from model.analysis import Contribution
from model.cues import Modality

Shown = frozenset[Modality]


def shapley(values: Mapping[Shown, float]) -> Contribution:
    """The exact two-player Shapley values (Shapley, 1953) of face and voice.

    Args:
        values: the answer's log-probability for each subset of the present modalities.
    """
    present = max(values, key=len)
    if len(present) < 2:
        gain = values[present] - values[frozenset()]
        return Contribution(**{m: gain if m in present else 0.0 for m in ("face", "voice")})
    both, nothing = values[frozenset(("face", "voice"))], values[frozenset()]
    face, voice = values[frozenset(("face",))], values[frozenset(("voice",))]
    return Contribution(
        face=(face - nothing + both - voice) / 2, voice=(voice - nothing + both - face) / 2
    )
