"""The floor: logistic regression on each modality's frozen features, fused late.

A model that does not beat two linear layers has no right to its rationale, so this baseline stands
in every results table. It learns each protocol apart, from clips whose baseline is of the same
kind, made of a random few of the person's others as in all training here. Each modality's class
probabilities are multiplied and divided by the training prior (naive Bayes fusion; Kittler et al.,
1998).
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
from training.data.pairs import Protocol
from training.encoders.trunks import summaries, within

REGULARISATION = 0.002
ITERATIONS = 60


class LateFusion:
    """One linear classifier a modality and protocol, of the summaries that the network sees too.

    Raises:
        DataError: a modality's clips show fewer than two of the labels.
    """

    def __init__(
        self,
        banks: Mapping[Modality, Bank],
        labels: Sequence[str],
        statistics: Statistics,
        norms: Norms,
    ) -> None:
        self._labels, self._statistics, self._norms = tuple(labels), statistics, norms
        self._banks = {modality: within(bank, labels) for modality, bank in banks.items()}
        self._models: dict[tuple[Modality, Protocol], LogisticRegression] = {}
        for modality, bank in self._banks.items():
            if len(bank.by_emotion) < 2:
                raise DataError(
                    f"the training {modality}s show {len(bank.by_emotion)} of the emotions that "
                    "are asked about, too few for the linear floor; leave it out with floor=false."
                )

    def _model(self, modality: Modality, protocol: Protocol) -> LogisticRegression:
        if (modality, protocol) not in self._models:
            bank = self._banks[modality]
            asked_alike, rng = [protocol] * len(bank), random.Random(0)
            inputs = summaries(bank, asked_alike, self._statistics, self._norms, rng)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                self._models[modality, protocol] = LogisticRegression(
                    C=REGULARISATION, max_iter=ITERATIONS, class_weight="balanced"
                ).fit(inputs, bank.emotions)
        return self._models[modality, protocol]

    def predict(
        self, windows: Sequence[Mapping[Modality, MediaInputs]], protocol: Protocol
    ) -> npt.NDArray[np.float64]:
        """Probabilities (n, labels) of windows whose baseline `protocol` allows.

        A label that no training clip has gets none.
        """
        total = np.zeros((len(windows), len(self._labels)))
        for modality in self._banks:
            rows = [row for row, media in enumerate(windows) if modality in media]
            if rows:
                model = self._model(modality, protocol)
                inputs = np.stack([windows[row][modality].summary for row in rows])
                known = np.full((len(rows), len(self._labels)), 1e-12)
                columns = [self._labels.index(label) for label in model.classes_]
                known[:, columns] = model.predict_proba(inputs)
                total[rows] += np.log(known)
        odds = np.exp(total - total.max(1, keepdims=True))
        return np.asarray(odds / odds.sum(1, keepdims=True))
