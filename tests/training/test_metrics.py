from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from training.metrics import (
    bootstrap_interval,
    confusion_matrix,
    ece,
    paired_bootstrap,
    per_class_recall,
    share,
    uar,
    war,
)

CLASSES = 7
DRAWS = 400
Labels = npt.NDArray[np.int64]


@st.composite
def answers(draw: st.DrawFn) -> tuple[Labels, Labels]:
    labels = hnp.arrays(np.int64, draw(st.integers(1, 60)), elements=st.integers(0, CLASSES - 1))
    truth = draw(labels)
    predicted = hnp.arrays(np.int64, len(truth), elements=st.integers(0, CLASSES - 1))
    return truth, draw(predicted)


@pytest.fixture
def noisy() -> tuple[Labels, Labels]:
    """300 answers, about two thirds of them right."""
    generator = np.random.default_rng(5)
    truth = generator.integers(CLASSES, size=300)
    guess = generator.integers(CLASSES, size=300)
    return truth, np.where(generator.random(300) < 0.6, truth, guess)


@settings(max_examples=15)
@given(answers())
def test_agrees_with_scikit_learn(pair: tuple[Labels, Labels]) -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    truth, predicted = pair
    present = np.unique(truth)
    labels = list(range(CLASSES))
    assert war(truth, predicted) == pytest.approx(sklearn.accuracy_score(truth, predicted))
    np.testing.assert_array_equal(
        confusion_matrix(truth, predicted, CLASSES),
        sklearn.confusion_matrix(truth, predicted, labels=labels),
    )
    recall = sklearn.recall_score(truth, predicted, labels=present, average=None, zero_division=0)
    np.testing.assert_allclose(per_class_recall(truth, predicted, CLASSES)[present], recall)
    assert uar(truth, predicted) == pytest.approx(np.mean(recall))


@given(answers(), st.permutations(range(CLASSES)))
def test_renaming_the_classes_changes_no_figure(
    pair: tuple[Labels, Labels], names: list[int]
) -> None:
    truth, predicted = pair
    renamed = np.asarray(names)
    assert war(renamed[truth], renamed[predicted]) == war(truth, predicted)
    assert uar(renamed[truth], renamed[predicted]) == pytest.approx(uar(truth, predicted))


@given(answers())
def test_figures_keep_their_range_and_reach_one_only_when_all_is_right(
    pair: tuple[Labels, Labels],
) -> None:
    truth, predicted = pair
    right = bool((truth == predicted).all())
    for metric in (war, uar):
        assert 0 <= metric(truth, predicted) <= 1
        assert (metric(truth, predicted) == 1) == right


def test_uar_is_not_inflated_by_the_majority() -> None:
    truth = np.array([0] * 98 + [1, 2])
    majority = np.zeros(100, dtype=int)
    assert war(truth, majority) == pytest.approx(0.98)
    assert uar(truth, majority) == pytest.approx(1 / 3)


def test_absent_classes_have_no_recall_and_do_not_count() -> None:
    recall = per_class_recall(np.array([0, 0, 2]), np.array([0, 1, 2]), 4)
    np.testing.assert_array_equal(recall, [0.5, np.nan, 1.0, np.nan])
    assert uar(np.array([0, 0, 2]), np.array([0, 1, 2])) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("truth", "predicted"), [([0, 1], [0]), ([0, 3], [0, 0]), ([0, -1], [0, 0])]
)
def test_confusion_refuses_labels_that_do_not_fit(truth: list[int], predicted: list[int]) -> None:
    with pytest.raises(ValueError, match=r"labels|indices"):
        confusion_matrix(np.array(truth), np.array(predicted), 3)


def test_nothing_to_measure_is_an_error() -> None:
    with pytest.raises(ValueError, match="no items"):
        war(np.array([], dtype=int), np.array([], dtype=int))


def test_ece_of_a_worked_example() -> None:
    # Two answers at 0.9, one right: gap 0.4; two at 0.6, both right: gap 0.4. Weighted: 0.4.
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])
    assert ece(np.array([0, 1, 0, 0]), probabilities) == pytest.approx(0.4)


def test_ece_vanishes_for_calibrated_answers_and_grows_with_overconfidence() -> None:
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.ones(4), size=20_000)
    truth = (generator.random((20_000, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)
    sharpened = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    assert ece(truth, probabilities) < 0.02
    assert ece(truth, sharpened) > 0.15


@given(
    hnp.arrays(np.float64, (30, 3), elements=st.floats(0.01, 1)),
    hnp.arrays(np.int64, 30, elements=st.integers(0, 2)),
)
def test_ece_lies_between_zero_and_one_at_the_extremes_too(
    weights: npt.NDArray[np.float64], truth: Labels
) -> None:
    assert 0 <= ece(truth, weights / weights.sum(axis=1, keepdims=True)) <= 1
    certain = np.eye(3)[truth]
    assert ece(truth, certain) == 0
    assert ece((truth + 1) % 3, certain) == 1


def test_share_of_nothing_is_undefined() -> None:
    assert share(np.array([1, 2]), np.array([2, 4])) == pytest.approx(0.5)
    assert np.isnan(share(np.array([0, 0]), np.array([0, 0])))


def test_interval_is_seeded_and_holds_the_estimate(noisy: tuple[Labels, Labels]) -> None:
    interval = bootstrap_interval(war, *noisy, resamples=DRAWS, seed=3)
    assert interval == bootstrap_interval(war, *noisy, resamples=DRAWS, seed=3)
    assert interval != bootstrap_interval(war, *noisy, resamples=DRAWS, seed=4)
    assert interval.low < interval.estimate < interval.high
    assert (interval.drawn, interval.groups) == ("item", 300)


def test_interval_of_independent_items_matches_the_binomial(noisy: tuple[Labels, Labels]) -> None:
    interval = bootstrap_interval(war, *noisy)
    share_right = interval.estimate
    half_width = 1.96 * np.sqrt(share_right * (1 - share_right) / 300)
    assert interval.high - interval.low == pytest.approx(2 * half_width, rel=0.1)


def test_whole_speakers_are_drawn_so_alike_items_count_once() -> None:
    # Ten people of thirty clips each, all of a person's clips right or all wrong.
    speakers = np.repeat([f"speaker {n}" for n in range(10)], 30)
    truth = np.zeros(300, dtype=int)
    predicted = np.repeat([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], 30)
    by_speaker = bootstrap_interval(war, truth, predicted, groups=list(speakers))
    by_item = bootstrap_interval(war, truth, predicted)
    assert (by_speaker.drawn, by_speaker.groups) == ("speaker", 10)
    # The variance is that of 10 independent draws, not of 300: wider by the root of 30.
    ratio = (by_speaker.high - by_speaker.low) / (by_item.high - by_item.low)
    assert ratio == pytest.approx(np.sqrt(30), rel=0.15)


def test_a_single_speaker_leaves_items_to_draw(noisy: tuple[Labels, Labels]) -> None:
    interval = bootstrap_interval(war, *noisy, groups=["01"] * 300, resamples=DRAWS)
    assert interval == bootstrap_interval(war, *noisy, resamples=DRAWS)


@pytest.mark.parametrize(("people", "drawn"), [(4, "speaker and item"), (5, "speaker")])
def test_of_few_speakers_the_clips_are_drawn_as_well(people: int, drawn: str) -> None:
    """All of them are equally good, so that whole speakers alone would leave nothing to chance."""
    speakers = np.repeat([f"speaker {n}" for n in range(people)], 20)
    predicted = np.tile([0, 1], 10 * people)
    interval = bootstrap_interval(
        war, np.zeros(20 * people, dtype=int), predicted, groups=list(speakers), resamples=DRAWS
    )
    assert (interval.drawn, interval.groups) == (drawn, people)
    assert (interval.high - interval.low > 0.1) == (people < 5)


def test_speakers_must_be_given_for_every_item(noisy: tuple[Labels, Labels]) -> None:
    with pytest.raises(ValueError, match="300 items but 2 speakers"):
        bootstrap_interval(war, *noisy, groups=["a", "b"])


def test_draws_that_leave_a_figure_undefined_do_not_spoil_its_interval() -> None:
    supported, measurable = np.array([1, 0, 0]), np.array([1, 0, 0])
    interval = bootstrap_interval(share, supported, measurable, resamples=DRAWS)
    assert (interval.low, interval.estimate, interval.high) == (1, 1, 1)
    nowhere = bootstrap_interval(share, np.zeros(3), np.zeros(3), resamples=DRAWS)
    assert np.isnan([nowhere.low, nowhere.estimate, nowhere.high]).all()


def test_paired_bootstrap_sees_a_real_difference(noisy: tuple[Labels, Labels]) -> None:
    truth, predicted = noisy
    worse = np.where(np.arange(300) % 5 == 0, (truth + 1) % CLASSES, predicted)
    result = paired_bootstrap(uar, truth, predicted, worse, resamples=DRAWS)
    assert result.interval.low > 0
    assert result.p_value < 0.01
    mirrored = paired_bootstrap(uar, truth, worse, predicted, resamples=DRAWS)
    assert mirrored.interval.estimate == pytest.approx(-result.interval.estimate)
    assert mirrored.p_value == pytest.approx(result.p_value)


def test_paired_bootstrap_sees_none_between_equals(noisy: tuple[Labels, Labels]) -> None:
    truth, predicted = noisy
    result = paired_bootstrap(war, truth, predicted, predicted, resamples=DRAWS)
    assert (result.interval.low, result.interval.high, result.p_value) == (0, 0, 1)
