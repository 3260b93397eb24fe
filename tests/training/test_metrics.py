from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from training.metrics import confusion_matrix, ece, per_class_recall, uar, war

CLASSES = 7
Labels = npt.NDArray[np.int64]


@st.composite
def answers(draw: st.DrawFn) -> tuple[Labels, Labels]:
    labels = hnp.arrays(np.int64, draw(st.integers(1, 60)), elements=st.integers(0, CLASSES - 1))
    truth = draw(labels)
    predicted = hnp.arrays(np.int64, len(truth), elements=st.integers(0, CLASSES - 1))
    return truth, draw(predicted)


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
