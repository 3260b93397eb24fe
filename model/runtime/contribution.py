"""How much each modality contributed to an answer."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from model.analysis import Contribution
from model.cues import Modality
from model.runtime.scoring import log_softmax
from model.weighing import two_player

Shown = frozenset[Modality]


def subsets_of(present: Sequence[Modality]) -> list[Shown]:
    """All subsets of the present modalities, smallest first."""
    sizes = range(len(present) + 1)
    return [frozenset(s) for size in sizes for s in itertools.combinations(present, size)]


def contributions(
    log_probabilities: Mapping[Shown, npt.NDArray[np.float64]], labels: Sequence[str]
) -> dict[str, dict[Modality, float]]:
    """How much each modality contributes to each label's log-probability, in nats.

    Args:
        log_probabilities: over the labels, for each subset of the present modalities; without the
            empty one nothing can be said.
    """
    if frozenset() not in log_probabilities:
        return {}
    found: dict[str, dict[Modality, float]] = {}
    for place, label in enumerate(labels):
        of_label = shapley({shown: float(p[place]) for shown, p in log_probabilities.items()})
        found[label] = {"face": of_label.face, "voice": of_label.voice}
    return found


def shapley(values: Mapping[Shown, float]) -> Contribution:
    """The exact two-player Shapley values (Shapley, 1953) of face and voice.

    Args:
        values: the answer's log-probability for each subset of the present modalities.
    """
    present = max(values, key=len)
    if len(present) < 2:
        gain = values[present] - values[frozenset()]
        return Contribution(**{m: gain if m in present else 0.0 for m in ("face", "voice")})
    subsets = (frozenset[Modality](s) for s in ((), ("face",), ("voice",), ("face", "voice")))
    face, voice = two_player(*(values[subset] for subset in subsets))
    return Contribution(face=face, voice=voice)


def fused_inputs(
    beliefs: Mapping[Modality, npt.NDArray[np.float64]], classes: int
) -> npt.NDArray[np.float64]:
    """What the fused token is made of, (classes,): the normalised product of the beliefs.

    Args:
        beliefs: of each modality that is shown, its trunk's log-probabilities (classes,).
    """
    return np.exp(log_softmax(sum(beliefs.values(), np.zeros(classes))))
