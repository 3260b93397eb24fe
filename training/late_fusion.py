"""The floor: logistic regression on each modality's frozen features, fused late.

A model that does not beat two linear layers has no right to its rationale, so this baseline stands
in every results table. Each modality's class probabilities are multiplied and divided by the
training prior (naive Bayes fusion; Kittler et al., 1998).
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from model.baseline import Norms
from model.cues import Modality
from model.errors import DataError
from model.processing import MediaInputs, Statistics
from training.data.bank import Bank
from training.trunks import summaries, within

REGULARISATION = 0.002
ITERATIONS = 60
MOST_CLIPS = 6000


class LateFusion:
    """One linear classifier a modality, trained on the summaries that the network sees too.

    Raises:
        DataError: a modality's clips show fewer than two of the labels.
    """

    def __init__(
        self,
        banks: Mapping[Modality, Bank],
        labels: Sequence[str],
        statistics: Statistics,
        norms: Norms,
        seed: int = 0,
    ) -> None:
        self._labels = tuple(labels)
        self._models = {
            m: self._fit(within(bank, labels), statistics, norms, seed) for m, bank in banks.items()
        }

    @staticmethod
    def _fit(bank: Bank, statistics: Statistics, norms: Norms, seed: int) -> LogisticRegression:
        if len(bank.by_emotion) < 2:
            raise DataError(
                f"the training {bank.modality}s show {len(bank.by_emotion)} of the emotions that "
                "are asked about, too few for the linear floor; leave it out with floor=false."
            )
        rng = random.Random(seed)
        rows = sorted(rng.sample(range(len(bank)), min(MOST_CLIPS, len(bank))))
        bank = bank.select(np.array(rows))
        inputs = summaries(bank, ["none"] * len(bank), statistics, norms, None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return LogisticRegression(
                C=REGULARISATION, max_iter=ITERATIONS, class_weight="balanced"
            ).fit(inputs, bank.emotions)

    def predict(self, windows: Sequence[Mapping[Modality, MediaInputs]]) -> npt.NDArray[np.float64]:
        """Probabilities (n, labels); a label that no training clip has gets none."""
        total = np.zeros((len(windows), len(self._labels)))
        for modality, model in self._models.items():
            rows = [row for row, media in enumerate(windows) if modality in media]
            if rows:
                inputs = np.stack([windows[row][modality].summary for row in rows])
                known = np.full((len(rows), len(self._labels)), 1e-12)
                columns = [self._labels.index(label) for label in model.classes_]
                known[:, columns] = model.predict_proba(inputs)
                total[rows] += np.log(known)
        odds = np.exp(total - total.max(1, keepdims=True))
        return np.asarray(odds / odds.sum(1, keepdims=True))
