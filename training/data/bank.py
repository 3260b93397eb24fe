"""`Bank`: the prepared clips of one modality, with the people in them, ready to be drawn from.

A clip's baseline is made as the application would make it: from one neutral clip of the person, or
from a few other clips of that person (`running`). Single pictures of strangers have no other clip
of the same person; in training strangers' mean faces of some emotions stand in for theirs.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import numpy.typing as npt

from model.baseline import Baseline, Kind
from model.cues import Modality
from model.processing import Statistics, Vectors, observe

MAX_RUNNING_CLIPS = 12


@dataclass
class Bank:
    """Clips of one modality; every sequence has one entry a clip.

    Attributes:
        steps, pooled: `Vectors`, stacked: (n, steps, width) and (n, pooled_width).
        cues: `model.cues.cue_values` of each clip.
        emotions, people, clips, sources: who feels what, and where it is from; a person may be
            `None`.
        pictures: of faces, what equal ones and no others have in common (`training.data.copies`).
    """

    modality: Modality
    steps: npt.NDArray[np.floating]
    pooled: npt.NDArray[np.float32]
    cues: list[dict[str, float]]
    emotions: list[str]
    people: list[str | None]
    clips: list[str]
    sources: list[str]
    pictures: list[str] | None = None

    def __post_init__(self) -> None:
        self.by_person: dict[str | None, list[int]] = defaultdict(list)
        self.by_emotion: dict[str, list[int]] = defaultdict(list)
        self._strangers: dict[str, tuple[npt.NDArray[np.float32], dict[str, float]]] = {}
        for row, (person, emotion) in enumerate(zip(self.people, self.emotions, strict=True)):
            self.by_person[person].append(row)
            self.by_emotion[emotion].append(row)

    def __len__(self) -> int:
        return len(self.emotions)

    def vectors(self, row: int) -> Vectors:
        return Vectors(self.steps[row].astype(np.float32), self.pooled[row])

    def select(self, rows: npt.NDArray[np.intp]) -> Bank:
        """The bank of some clips only."""
        chosen = Bank(
            self.modality, self.steps[rows], self.pooled[rows],
            *([values[row] for row in rows] for values in
              (self.cues, self.emotions, self.people, self.clips, self.sources)),
        )  # fmt: skip
        if self.pictures is not None:
            chosen.pictures = [self.pictures[row] for row in rows]
        return chosen

    def reference_rows(
        self, row: int, kind: Kind, rng: random.Random | None, most: int = 0
    ) -> list[int]:
        """Clips that the baseline of clip `row` is made from, never the clip itself.

        With `rng`, a random few as in the first minutes of use; without, all there are (`running`)
        or the first neutral one (`neutral`).

        Args:
            most: of all there are, where `rng` is none, take so many at most, for each clip always
                the same ones; 0 for all.
        """
        person = self.people[row]
        if kind == "none" or person is None:
            return []
        others = [other for other in self.by_person[person] if other != row]
        if kind == "neutral":
            others = [other for other in others if self.emotions[other] == "neutral"]
        if not others:
            return []
        if kind == "neutral":
            return [rng.choice(others) if rng else others[0]]
        if rng is None:
            few = 0 < most < len(others)
            return random.Random(self.clips[row]).sample(others, most) if few else others
        return rng.sample(others, rng.randint(1, min(MAX_RUNNING_CLIPS, len(others))))

    def observe(self, baseline: Baseline, rows: list[int]) -> None:
        """Take clips into a baseline."""
        for row in rows:
            observe(baseline, self.modality, self.vectors(row))
            baseline.update_cues(self.cues[row])

    def observe_strangers(self, baseline: Baseline, rng: random.Random) -> None:
        """Let strangers' mean clip of a few emotions (of neutral for a neutral baseline) stand in.

        Who has shown what is drawn anew each time: nobody's last minutes hold all emotions alike.
        """
        shown = ["neutral"]
        if baseline.kind == "running":
            emotions = sorted(self.by_emotion)
            shown = rng.choices(emotions, k=rng.randint(1, MAX_RUNNING_CLIPS))
        for emotion in shown:
            pooled, cues = self._mean_stranger(emotion)
            baseline.update(self.modality, pooled)
            baseline.update_cues(cues)

    def _mean_stranger(self, emotion: str) -> tuple[npt.NDArray[np.float32], dict[str, float]]:
        """Mean vector and cues of an emotion's clips; of all clips where the emotion has none."""
        if emotion not in self._strangers:
            rows = self.by_emotion.get(emotion) or list(range(len(self)))
            known: dict[str, list[float]] = defaultdict(list)
            for row in rows:
                for name, value in self.cues[row].items():
                    known[name].append(value)
            means = {name: fmean(values) for name, values in known.items()}
            self._strangers[emotion] = self.pooled[rows].mean(0), means
        return self._strangers[emotion]


def measure_statistics(banks: list[Bank]) -> Statistics:
    """Population statistics of training banks, one bank a modality."""
    smallest = 1e-3
    return Statistics(
        {bank.modality: bank.pooled.mean(0) for bank in banks},
        {bank.modality: bank.pooled.std(0) + smallest for bank in banks},
        {bank.modality: bank.steps.astype(np.float32).std((0, 1)) + smallest for bank in banks},
    )
