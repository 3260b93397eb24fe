"""The temperature is found again from answers that were drawn with it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from rich.console import Console

from model.errors import DataError
from tests.training.toy_banks import EMOTIONS, NORMS, toy_banks
from training.data.bank import measure_statistics
from training.evaluation import evaluate as evaluation
from training.release import Stage
from training.shipping import calibration
from training.shipping.calibration import (
    CalibrateRecipe,
    calibrate,
    fit_temperature,
    negative_log_likelihood,
)


def drawn(temperature: float, count: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and truths drawn from softmax(scores / temperature) (Gumbel's trick)."""
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 3, (count, 7))
    return scores, (scores / temperature + rng.gumbel(size=scores.shape)).argmax(1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_a_known_temperature_is_recovered(temperature: float) -> None:
    assert fit_temperature(*drawn(temperature)) == pytest.approx(temperature, rel=0.08)


def test_the_fit_is_no_worse_than_leaving_the_scores_alone() -> None:
    scores, truth = drawn(2.0, 500)
    fitted = negative_log_likelihood(scores, truth, fit_temperature(scores, truth))
    assert fitted < negative_log_likelihood(scores, truth, 1.0)


def test_likelihood_of_a_worked_example() -> None:
    scores = np.log(np.array([[0.2, 0.8], [0.5, 0.5]]))
    expected = -np.log([0.8, 0.5]).mean()
    assert negative_log_likelihood(scores, np.array([1, 0]), 1.0) == pytest.approx(expected)
    assert negative_log_likelihood(scores + 7.0, np.array([1, 0]), 1.0) == pytest.approx(expected)


def test_scores_that_tell_nothing_keep_the_temperature_in_bounds() -> None:
    rng = np.random.default_rng(1)
    wrong = fit_temperature(rng.normal(0, 9, (400, 7)), rng.integers(0, 7, 400))
    sure = fit_temperature(np.eye(7)[np.arange(70) % 7] * 9, np.arange(70) % 7)
    assert 4.8 < wrong <= 5.0
    assert sure == pytest.approx(0.3)


def test_dev_clips_of_other_emotions_alone_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    banks = toy_banks()
    Stage(sorted(EMOTIONS), [1]).save(tmp_path)
    measure_statistics(list(banks.values())).save(tmp_path / "statistics.safetensors")
    NORMS.save(tmp_path / "norms.json")
    for bank in banks.values():
        bank.emotions[:] = ["calm"] * len(bank)
        bank.__post_init__()
    monkeypatch.setattr(evaluation, "load_encoder", lambda path: None)
    monkeypatch.setattr(evaluation, "load_split", lambda *_: banks)
    bundle = SimpleNamespace(temperature=1.5, made_of={})
    monkeypatch.setattr(evaluation, "Bundle", SimpleNamespace(load=lambda path: bundle))
    monkeypatch.setattr(calibration, "Responder", lambda bundle: bundle)
    with pytest.raises(DataError, match="no congruent clip of the dev split shows one of angry"):
        calibrate(CalibrateRecipe(str(tmp_path), "bundle", str(tmp_path)), Console(quiet=True))


def test_calibrating_again_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bundle divided its scores by its own temperature, not by the stage's."""
    banks = toy_banks()
    Stage(sorted(EMOTIONS), [1]).save(tmp_path)
    measure_statistics(list(banks.values())).save(tmp_path / "statistics.safetensors")
    NORMS.save(tmp_path / "norms.json")
    bundle = SimpleNamespace(temperature=1.5, made_of={})

    def answers(responder: object, task: Any, *_: object) -> list[SimpleNamespace]:
        rng = np.random.default_rng(0)  # 1.6 is right of these, the bundle's included
        truth = np.eye(len(task.labels))[task.truth]
        scores = 1.6 * (truth * 2 + rng.gumbel(size=truth.shape) * 0.8)
        return [SimpleNamespace(whole=row / bundle.temperature) for row in scores]

    monkeypatch.setattr(evaluation, "load_encoder", lambda path: None)
    monkeypatch.setattr(evaluation, "load_split", lambda *_: banks)
    monkeypatch.setattr(evaluation, "Bundle", SimpleNamespace(load=lambda path: bundle))
    monkeypatch.setattr(calibration, "Responder", lambda bundle: bundle)
    monkeypatch.setattr(calibration, "answers", answers)
    recipe = CalibrateRecipe(str(tmp_path), "bundle", str(tmp_path))
    first = calibrate(recipe, Console(quiet=True))
    assert first != pytest.approx(1.0, rel=0.1)
    assert Stage.load(tmp_path).temperature == first
    assert calibrate(recipe, Console(quiet=True)) == first
