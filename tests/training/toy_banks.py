"""Small banks of two people and strangers, whose emotions can be told apart."""

from __future__ import annotations

import numpy as np

from model.baseline import Norm, Norms
from model.cues import CUES, Modality, modality_cues
from model.processing import OWN_MEANS
from training.data.bank import Bank

WIDTHS: dict[Modality, tuple[int, int]] = {"face": (6, 6), "voice": (5, 8)}
"""Widths of a step and of the pooled vector."""
EMOTIONS = ("angry", "happy", "neutral", "sad")
NORMS = Norms({name: Norm(0.0 if kind.absolute else 0.5, 0.2, 0.1) for name, kind in CUES.items()})


def summary_width(modality: Modality) -> int:
    """Of what a trunk reads: the pooled vector, the cues, the flags of own means."""
    return WIDTHS[modality][1] + 3 * len(modality_cues(modality)) + len(OWN_MEANS)


def toy_bank(
    modality: Modality, people: tuple[str | None, ...], clips: int = 12, seed: int = 0
) -> Bank:
    """`clips` clips of each of the people, emotions in turn; the emotion shifts every value."""
    rng = np.random.default_rng(seed)
    width, pooled_width = WIDTHS[modality]
    names = [person for person in people for _ in range(clips)]
    numbers = np.arange(len(names)) % len(EMOTIONS)
    shift = np.eye(pooled_width)[numbers] * 4
    pooled = (rng.normal(size=(len(names), pooled_width)) + shift).astype(np.float32)
    steps = pooled[:, None, :width] + rng.normal(0, 0.1, (len(names), 8, width))
    cues = [{name: float(rng.uniform(0.2, 0.8)) for name in modality_cues(modality)} for _ in names]
    return Bank(
        modality, steps.astype(np.float32), pooled, cues, [EMOTIONS[n] for n in numbers], names,
        [f"{modality}-{row}" for row in range(len(names))], ["toy"] * len(names),
    )  # fmt: skip


def toy_banks(seed: int = 0) -> dict[Modality, Bank]:
    """Voices of two people and faces of strangers."""
    return {
        "face": toy_bank("face", (None,), 24, seed),
        "voice": toy_bank("voice", ("ana", "ben"), 12, seed + 1),
    }
