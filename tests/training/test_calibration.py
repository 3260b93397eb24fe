"""The temperature is found again from answers that were drawn with it."""

from __future__ import annotations

import numpy as np
import pytest

from training.calibration import fit_temperature, negative_log_likelihood


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
