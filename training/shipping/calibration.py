"""`python -m training calibrate`: a temperature for the probabilities (Guo et al., 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from rich.console import Console

from model.errors import DataError
from model.labels import LABEL_SETS
from model.runtime.responder import Responder
from training.config import NotNegative, Rule
from training.data.pairs import PROTOCOLS
from training.evaluation.answering import answers
from training.evaluation.evaluate import EvaluateRecipe, Setting
from training.evaluation.tasks import split_task
from training.metrics import ece
from training.release import Stage


@dataclass(frozen=True)
class CalibrateRecipe:
    """Options: dev windows are drawn as in training, with every baseline."""

    stage: str
    bundle: str
    prepared: str = "runs/prepared"
    windows: Annotated[int, Rule("at least 3", lambda number: number >= 3)] = 120
    seed: NotNegative = 1


def negative_log_likelihood(
    log_probabilities: np.ndarray, truth: np.ndarray, temperature: float
) -> float:
    """Mean over the windows, after dividing the scores (n, labels) by `temperature`."""
    scaled = log_probabilities / temperature
    scaled = scaled - np.logaddexp.reduce(scaled, axis=1, keepdims=True)
    return float(-scaled[np.arange(len(truth)), truth].mean())


def fit_temperature(log_probabilities: np.ndarray, truth: np.ndarray) -> float:
    """The temperature in [0.3, 5] with the smallest negative log-likelihood (grid of 2 %)."""
    grid: Sequence[float] = np.exp(np.arange(np.log(0.3), np.log(5.0), 0.02)).tolist()
    return min(grid, key=lambda t: negative_log_likelihood(log_probabilities, truth, t))


def calibrate(recipe: CalibrateRecipe, console: Console) -> float:
    """Fit the temperature on the dev split, write it into the stage, return it.

    Raises:
        DataError: the dev split shows none of the emotions that are asked about.
    """
    folder = Path(recipe.stage)
    stage = Stage.load(folder)
    setting = Setting(EvaluateRecipe(recipe.stage, "dev", "", recipe.prepared))
    bundle = setting.bundle(recipe.bundle)
    responder = Responder(bundle)
    banks, labels = setting.strangers("dev"), LABEL_SETS["dfew"]
    scores, truth = [], []
    for kind in ("congruent", "face", "voice"):
        for protocol in PROTOCOLS:
            task = split_task(
                "dev", banks, kind, recipe.windows // 3, labels,
                setting.statistics, setting.norms, recipe.seed,
            )  # fmt: skip
            if not task.pairs:
                raise DataError(
                    f"{recipe.prepared}: no {kind} clip of the dev split shows one of "
                    f"{', '.join(labels)}; prepare some that do."
                )
            windows = task.windows("both", protocol)
            given = answers(responder, task, windows, True, f"{kind}, {protocol}")
            scores.append(np.stack([answer.whole for answer in given]) * bundle.temperature)
            truth.append(task.truth)
    raw, right = np.concatenate(scores), np.concatenate(truth)
    stage.temperature = fit_temperature(raw, right)
    stage.save(folder)
    before, after = (np.exp(raw / t - np.logaddexp.reduce(raw / t, axis=1, keepdims=True))
                     for t in (1.0, stage.temperature))  # fmt: skip
    console.print(
        f"temperature {stage.temperature:.2f} on {len(right)} dev windows: "
        f"ECE {ece(right, before):.3f} → {ece(right, after):.3f}"
    )
    return stage.temperature
