"""A system's answers on a set, under each modality and baseline, and what they are worth."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, runtime_checkable
from typing import Protocol as Interface

import numpy as np
import numpy.typing as npt

from model.baseline import Norms
from model.cues import Modality
from model.errors import DataError
from model.processing import MediaInputs, Statistics
from model.runtime.responder import Answer
from training.data.bank import Bank
from training.data.pairs import Pair, Protocol, Window, make_window
from training.evaluation.report import Result, score
from training.progress import track

Float64 = npt.NDArray[np.float64]
Precision = Literal["float32", "bfloat16"]
Form = Literal["direct", "think"]


_LACKING = {
    "face": "show no face, and are left out",
    "voice": "hold no voice, and are left out",
}


class Responder(Interface):
    """A network that answers: the bundle's or the torch one."""

    def respond(
        self,
        media: Mapping[Modality, MediaInputs],
        labels: Sequence[str],
        direct: bool = False,
        contribution: bool = True,
    ) -> Answer: ...

    def conclude(
        self,
        media: Mapping[Modality, MediaInputs],
        rationale: str,
        labels: Sequence[str],
        weighs: str,
    ) -> Float64: ...


@runtime_checkable
class ManyResponder(Responder, Interface):
    """One that answers `at_once` windows together faster than one by one."""

    at_once: int

    def respond_many(
        self,
        media: Sequence[Mapping[Modality, MediaInputs]],
        labels: Sequence[str],
        direct: bool = False,
        contribution: bool = True,
    ) -> list[Answer]: ...


@dataclass(frozen=True)
class Task:
    """A set to be answered.

    Attributes:
        name: for reports.
        pairs: rows of the banks, one pair a clip; an absent modality is `None`.
        people: who each clip is of, for the bootstrap.
        labels: that are to be told apart; clips of other emotions are left out.
        left_out: of which clips nothing is asked, in a sentence, where that is not plain.
        known: other clips of a person that a running baseline is made of at most; 0 for all.
    """

    name: str
    banks: Mapping[Modality, Bank]
    pairs: tuple[Pair, ...]
    people: tuple[str, ...]
    labels: tuple[str, ...]
    statistics: Statistics
    norms: Norms
    left_out: tuple[str, ...] = ()
    known: int = 0

    @property
    def truth(self) -> npt.NDArray[np.int64]:
        return np.array([self.labels.index(pair.emotion) for pair in self.pairs])

    def some(self, count: int, seed: int) -> Task:
        """The task with `count` of its clips, drawn at random; 0 keeps all."""
        if not 0 < count < len(self.pairs):
            return self
        return self._of_rows(sorted(random.Random(seed).sample(range(len(self.pairs)), count)))

    def showing(self, modality: str) -> Task:
        """The task with those of its clips only that have what `modality` asks for."""
        return self._of_rows([row for row, pair in enumerate(self.pairs) if _has(pair, modality)])

    def alone(self, modality: Modality) -> Task:
        """The task as if its clips had nothing but this; those that have not even that are none.

        Raises:
            DataError: none of them has it.
        """
        shown = self.showing(modality)
        if not shown.pairs:
            raise DataError(f"{self.name}: no clip has what modality={modality} asks for.")
        lacking = len(self.pairs) - len(shown.pairs)
        told = f"{self.name}: {lacking} of {len(self.pairs)} clips {_LACKING[modality]}."
        return dataclasses.replace(
            shown,
            banks={modality: self.banks[modality]},
            pairs=tuple(_only(pair, modality) for pair in shown.pairs),
            left_out=self.left_out + ((told,) if lacking else ()),
        )

    def _of_rows(self, rows: Sequence[int]) -> Task:
        return dataclasses.replace(
            self,
            pairs=tuple(self.pairs[row] for row in rows),
            people=tuple(self.people[row] for row in rows),
        )

    def windows(self, modality: str, protocol: Protocol) -> list[Window]:
        """The windows with only `modality` ("face", "voice" or "both") shown."""
        against = self.banks, protocol, self.statistics, self.norms, None, self.known
        return [make_window(_only(pair, modality), *against) for pair in self.pairs]

    @property
    def clips(self) -> list[str]:
        """The name of each clip; of a pair, of the face and the voice."""
        return [
            " + ".join(self.banks[m].clips[row] for m in self.banks
                       if (row := pair.row(m)) is not None)
            for pair in self.pairs
        ]  # fmt: skip

    @property
    def richest(self) -> str:
        """The modality that shows most of every clip: "both" where all have both.

        Raises:
            DataError: some clips lack a face, and others a voice.
        """
        for modality in ("both", "voice", "face"):
            if self.holds(modality):
                return modality
        raise DataError(
            f"{self.name}: some of its clips show no face and others hold no voice, so that they "
            "cannot be explained alike; ask about those that have a voice, or those that have a "
            "face, in a folder of their own."
        )

    def holds(self, modality: str) -> bool:
        """Whether every clip has what `modality` asks for."""
        return all(_has(pair, modality) for pair in self.pairs)


def _has(pair: Pair, modality: str) -> bool:
    """Whether a clip has what `modality` asks for."""
    wanted = ("face", "voice") if modality == "both" else (modality,)
    return all(pair.row(m) is not None for m in wanted)  # type: ignore[arg-type]


def _only(pair: Pair, modality: str) -> Pair:
    face = None if modality == "voice" else pair.face
    voice = None if modality == "face" else pair.voice
    return Pair(face, voice, pair.emotion, pair.kind)


def answers(
    responder: Responder, task: Task, windows: Sequence[Window], direct: bool, what: str
) -> list[Answer]:
    """The responder's answer to every window; each modality's weight where there is a rationale."""
    if isinstance(responder, ManyResponder):
        media = [window.media for window in windows]
        parts = [
            media[start : start + responder.at_once]
            for start in range(0, len(media), responder.at_once)
        ]
        return [
            answer
            for part in track(parts, what)
            for answer in responder.respond_many(part, task.labels, direct, not direct)
        ]
    return [
        responder.respond(window.media, task.labels, direct, contribution=not direct)
        for window in track(windows, what)
    ]


def result(
    system: str, task: Task, modality: str, protocol: Protocol, probabilities: Float64
) -> Result:
    """Score probabilities (n, labels) against the truth."""
    return score(
        task.truth, probabilities, task.people, task.labels,
        system=system, modality=modality, baseline=protocol,
    )  # fmt: skip
