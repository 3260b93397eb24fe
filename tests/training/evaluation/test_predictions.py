"""Answers clip by clip: kept as they are, compared on the same clips only."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from model.bootstrap import bootstrap_interval
from model.errors import DataError
from tests.training.toy_banks import EMOTIONS, NORMS, toy_banks
from training.data.bank import measure_statistics
from training.evaluation.predictions import (
    Predictions,
    compare,
    load_predictions,
    pooled,
    save_predictions,
)
from training.evaluation.tasks import split_task
from training.metrics import uar, war


def predictions(right: float, system: str = "bundle", seed: int = 0) -> Predictions:
    """Answers of which about the share `right` is right."""
    banks = toy_banks()
    statistics = measure_statistics(list(banks.values()))
    task = split_task("toy", banks, "congruent", 40, EMOTIONS, statistics, NORMS)
    rng = np.random.default_rng(seed)
    wrong = rng.random(len(task.pairs)) >= right
    answers = (task.truth + wrong) % len(EMOTIONS)
    probabilities = np.full((len(answers), len(EMOTIONS)), 0.1)
    probabilities[np.arange(len(answers)), answers] = 0.7
    return Predictions.of(task, system, "both", "none", probabilities)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    saved = predictions(0.5), predictions(0.8, "late fusion")
    save_predictions(saved, tmp_path)
    loaded = load_predictions(tmp_path)
    assert set(loaded) == {("bundle", "both", "none"), ("late fusion", "both", "none")}
    for one in saved:
        again = loaded[one.system, one.modality, one.baseline]
        np.testing.assert_allclose(again.probabilities, one.probabilities, atol=1e-5)
        assert (again.clips, again.people, again.labels) == (one.clips, one.people, one.labels)
        np.testing.assert_array_equal(again.truth, one.truth)


def test_a_pair_is_named_by_both_of_its_clips() -> None:
    assert all("face-" in clip and " + voice-" in clip for clip in predictions(0.5).clips)


def test_a_better_system_is_better_and_a_system_equals_itself() -> None:
    good, bad = predictions(0.95), predictions(0.2, seed=1)
    difference = compare(good, bad, war)
    assert difference.interval.estimate == pytest.approx(war(good.truth, good.answers)
                                                         - war(bad.truth, bad.answers))  # fmt: skip
    assert difference.interval.low > 0.3
    same = compare(good, good, war)
    assert same.interval.estimate == 0.0
    assert same.p_value == 1.0


def test_other_clips_are_refused() -> None:
    one = predictions(0.5)
    with pytest.raises(DataError, match="different clips"):
        compare(one, dataclasses.replace(one, clips=one.clips[::-1]), war)


def test_a_folder_without_predictions_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="evaluate"):
        load_predictions(tmp_path)


def test_some_of_the_answers_are_those_to_the_clips_named() -> None:
    one = predictions(0.5)
    once = [row for row, clip in enumerate(one.clips) if one.clips.count(clip) == 1][:2][::-1]
    some = one.only([one.clips[row] for row in once])
    assert some.emotions == tuple(one.emotions[row] for row in once)
    np.testing.assert_array_equal(some.answers, one.answers[once])
    np.testing.assert_array_equal(one.only(one.clips).answers, one.answers)
    with pytest.raises(DataError, match=r"elsewhere\.wav: was not asked about"):
        one.only(["elsewhere.wav"])


def test_seeds_together_are_worth_their_mean_and_no_surer_than_one() -> None:
    one, two = predictions(0.9), predictions(0.3, seed=1)
    both = pooled([one, two])
    for metric in (war, uar):
        values = [metric(each.truth, each.answers) for each in (one, two)]
        assert metric(both.truth, both.answers) == pytest.approx(np.mean(values))
    for people in (one.people, ("anna",) * len(one.people)):
        single = dataclasses.replace(one, people=people)
        twice = pooled([single, single])
        drawn = [
            bootstrap_interval(war, each.truth, each.answers, groups=each.people)
            for each in (single, twice)
        ]
        widths = [interval.high - interval.low for interval in drawn]
        assert widths[1] == pytest.approx(widths[0], rel=0.25)
