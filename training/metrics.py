"""What evaluation measures of answers; `model.bootstrap` says how sure such a figure is.

Labels are class indices, integer arrays (n,) in [0, classes).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from model.bootstrap import FloatArray, IntArray

CALIBRATION_BINS = 15


def confusion_matrix(truth: IntArray, predicted: IntArray, classes: int) -> npt.NDArray[np.int64]:
    """Count how often class i was answered with class j; int64 (classes, classes), rows truth.

    Raises:
        ValueError: the arrays differ in length, or hold a class outside [0, classes).
    """
    if truth.shape != predicted.shape:
        raise ValueError(f"{len(truth)} true labels but {len(predicted)} predictions")
    for labels in (truth, predicted):
        if len(labels) and not (labels.min() >= 0 and labels.max() < classes):
            raise ValueError(f"class indices must lie in [0, {classes})")
    pairs = truth.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def per_class_recall(truth: IntArray, predicted: IntArray, classes: int) -> npt.NDArray[np.float64]:
    """Share of each class that was recognised, float64 (classes,) in [0, 1]; nan where absent."""
    counts = confusion_matrix(truth, predicted, classes)
    present = counts.sum(axis=1)
    recall = np.full(classes, np.nan)
    np.divide(counts.diagonal(), present, out=recall, where=present > 0)
    return recall


def war(truth: IntArray, predicted: IntArray) -> float:
    """Weighted average recall in [0, 1]: recalls weighted by class size, which is accuracy."""
    _require_items(truth)
    return float(np.mean(truth == predicted))


def uar(truth: IntArray, predicted: IntArray) -> float:
    """Unweighted average recall in [0, 1], over the classes that occur in `truth`.

    Schuller et al., "The INTERSPEECH 2009 Emotion Challenge": the figure that a majority guess
    cannot inflate.
    """
    _require_items(truth)
    classes, index = np.unique(truth, return_inverse=True)
    sizes = np.bincount(index, minlength=len(classes))
    hits = np.bincount(index, weights=truth == predicted, minlength=len(classes))
    return float(np.mean(hits / sizes))


def ece(truth: IntArray, probabilities: FloatArray, bins: int = CALIBRATION_BINS) -> float:
    """Expected calibration error in [0, 1] of the top answer, over bins of equal width.

    Guo et al., "On Calibration of Modern Neural Networks" (arXiv 1706.04599), eq. 3: the
    size-weighted mean of |accuracy - confidence| over `bins` intervals (lower, upper] of [0, 1].

    Args:
        truth: class indices (n,).
        probabilities: (n, classes), rows summing to one.
        bins: number of intervals.
    """
    _require_items(truth)
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == truth
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gap = np.bincount(index, weights=correct - confidence, minlength=bins)
    return float(np.abs(gap).sum() / len(truth))


def _require_items(truth: IntArray) -> None:
    if not len(truth):
        raise ValueError("no items to measure")
