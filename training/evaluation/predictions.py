"""The answer to every single clip, kept so that systems can be compared clip by clip."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.bootstrap import Metric, PairedDifference, paired_bootstrap
from model.errors import DataError
from training.evaluation.answering import Task

PREDICTIONS_FILE = "predictions.csv"
_FIXED = ("system", "modality", "baseline", "clip", "person", "emotion")


@dataclass(frozen=True)
class Predictions:
    """What one system answered to a set under one protocol.

    Attributes:
        labels: that were told apart; probabilities (n, labels) are theirs.
    """

    system: str
    modality: str
    baseline: str
    clips: tuple[str, ...]
    people: tuple[str, ...]
    emotions: tuple[str, ...]
    labels: tuple[str, ...]
    probabilities: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls,
        task: Task,
        system: str,
        modality: str,
        baseline: str,
        probabilities: npt.NDArray[np.float64],
    ) -> Predictions:
        emotions = tuple(pair.emotion for pair in task.pairs)
        return cls(
            system, modality, baseline, tuple(task.clips), task.people, emotions, task.labels,
            probabilities,
        )  # fmt: skip

    def only(self, clips: Sequence[str]) -> Predictions:
        """The answers to these clips, in their order.

        Raises:
            DataError: one of them was not asked about.
        """
        rows: dict[str, list[int]] = {}
        for row, clip in reversed(list(enumerate(self.clips))):
            rows.setdefault(clip, []).append(row)  # a pair may have been drawn twice
        if missing := [clip for clip in clips if clip not in rows]:
            raise DataError(f"{missing[0]}: was not asked about; evaluate both on one set.")
        at = [rows[clip].pop() if len(rows[clip]) > 1 else rows[clip][0] for clip in clips]
        return dataclasses.replace(
            self,
            clips=tuple(clips),
            people=tuple(self.people[row] for row in at),
            emotions=tuple(self.emotions[row] for row in at),
            probabilities=self.probabilities[at],
        )

    @property
    def truth(self) -> npt.NDArray[np.int64]:
        return np.array([self.labels.index(emotion) for emotion in self.emotions])

    @property
    def answers(self) -> npt.NDArray[np.intp]:
        return self.probabilities.argmax(1)


def pooled(seeds: Sequence[Predictions]) -> Predictions:
    """The answers of several seeds as one's; where one person was asked about, clips are drawn.

    A clip's answers are resampled together: seeds are no independent clips.
    """
    clips, people, emotions = (
        tuple(value for one in seeds for value in getattr(one, name))
        for name in ("clips", "people", "emotions")
    )
    return dataclasses.replace(
        seeds[0],
        clips=clips,
        people=people if len(set(people)) > 1 else clips,
        emotions=emotions,
        probabilities=np.concatenate([one.probabilities for one in seeds]),
    )


def save_predictions(found: Sequence[Predictions], folder: Path) -> None:
    """Write `predictions.csv`: a row a clip, system and protocol."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / PREDICTIONS_FILE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*_FIXED, *found[0].labels])
        for one in found:
            about = one.system, one.modality, one.baseline
            for row, clip in enumerate(one.clips):
                said = (f"{p:.5f}" for p in one.probabilities[row])
                writer.writerow([*about, clip, one.people[row], one.emotions[row], *said])


def load_predictions(folder: Path) -> dict[tuple[str, str, str], Predictions]:
    """Inverse of `save_predictions`, by system, modality and baseline.

    Raises:
        DataError: the folder holds none.
    """
    path = folder / PREDICTIONS_FILE
    if not path.is_file():
        raise DataError(f"{path}: is not there; run `python -m training evaluate` first.")
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    labels = tuple(head[len(_FIXED) :])
    groups: dict[tuple[str, str, str], list[list[str]]] = {}
    for row in rows:
        groups.setdefault((row[0], row[1], row[2]), []).append(row)
    return {key: _read(key, members, labels) for key, members in groups.items()}


def _read(
    key: tuple[str, str, str], rows: Sequence[Sequence[str]], labels: tuple[str, ...]
) -> Predictions:
    clips, people, emotions = (tuple(row[column] for row in rows) for column in (3, 4, 5))
    said = np.array([[float(p) for p in row[len(_FIXED) :]] for row in rows])
    return Predictions(*key, clips, people, emotions, labels, said)


def compare(first: Predictions, second: Predictions, metric: Metric) -> PairedDifference:
    """How much better the first is than the second, on the same clips.

    Raises:
        DataError: they answered different clips.
    """
    if first.clips != second.clips:
        raise DataError("the two systems answered different clips; evaluate both on one set.")
    return paired_bootstrap(metric, first.truth, first.answers, second.answers, first.people)
