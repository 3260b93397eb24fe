"""`python -m training evaluate`: what a model is worth on a set."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from rich.console import Console

from model.bundle import Bundle
from model.cues import Modality
from model.errors import ConfigError, DataError
from model.labels import LABEL_SETS
from model.layout import MODALITIES
from model.release_info import DECIDING
from model.runtime.perceiver import Perceiver
from model.runtime.responder import Answer
from model.runtime.responder import Responder as BundleResponder
from model.weights.download import sha256_of
from training.config import FILLED, NotNegative, Positive, Rule
from training.data.acquaintance import among, not_among
from training.data.bank import Bank
from training.data.load import (
    concatenate,
    found_banks,
    holds_faces,
    load_split,
    of_split,
    voice_bank,
)
from training.data.pairs import PROTOCOLS, PairKind, Protocol
from training.data.store import read_set
from training.encoders.face_encoder import load_encoder
from training.evaluation.answering import (
    Form,
    Precision,
    Responder,
    Task,
    answers,
    result,
)
from training.evaluation.faithfulness import measure
from training.evaluation.late_fusion import LateFusion
from training.evaluation.predictions import Predictions, save_predictions
from training.evaluation.report import Faithfulness, Report, Result, print_report
from training.evaluation.tasks import folder_task, split_task
from training.release import Stage, load_references
from training.running.qlora import Device, require_cuda

Labels = Annotated[str, Rule(" or ".join(LABEL_SETS), LABEL_SETS.__contains__)]
"""The name of one of `LABEL_SETS`."""
EXPLAINED: Protocol = "running"
"""The baseline with which rationales are checked: without one, less of them can be measured."""


@dataclass(frozen=True)
class EvaluateRecipe:
    """Options of an evaluation.

    `dataset` is "test" or "dev" (that split of the training sets), the name of a prepared set of
    voices, or a folder of media with an index.csv; of both those of the training split are left
    out, and whom the stage has learned since. Each modality is asked about the clips that have it;
    `modality` "face" or "voice" shows nothing else of any, where rationales are written neither.
    `limit` takes that many of its clips at random (0: all). `rationales` of them are explained in
    words too, and of those `swaps` once more with each modality shuffled. `backend` is "bundle" or
    "torch"; `form` is "direct", or "think" for the answer behind the system's own rationale.
    `known` is how many of a person's other clips a running baseline is made of at most, as after
    so many windows of the live window; 0 takes all, as `analyze --baseline recording` does.
    "torch" may run on a `device` "cuda" and in a `precision` "bfloat16". `alone` asks about face
    and voice by themselves too.
    """

    stage: str
    dataset: str
    output: str
    prepared: str = "runs/prepared"
    bundle: str | None = None
    backend: Literal["bundle", "torch"] = "bundle"
    device: Device = "cpu"
    precision: Precision = "float32"
    form: Form = "direct"
    labels: Labels = "dfew"
    modality: Literal["both", "face", "voice"] = "both"
    alone: bool = True
    protocols: Annotated[tuple[Protocol, ...], FILLED] = PROTOCOLS
    pairs: Positive = 300
    limit: NotNegative = 0
    known: NotNegative = 0
    rationales: NotNegative = 0
    swaps: NotNegative = 100
    person: str | None = None
    floor: bool = True
    seed: NotNegative = 0

    def __post_init__(self) -> None:
        if self.backend != "torch" and (self.device, self.precision) != ("cpu", "float32"):
            raise ConfigError("device and precision are those of backend=torch; leave them out.")
        require_cuda(device=self.device)


class Setting:
    """The stage's data and what answers."""

    def __init__(self, recipe: EvaluateRecipe) -> None:
        self.recipe = recipe
        folder = Path(recipe.stage)
        # First: of a folder without any stage, this says best what is missing.
        self.stage = Stage.load(folder)
        self.levels = tuple(self.stage.levels)
        self.statistics, self.norms = load_references(folder)
        self.encoder = load_encoder(folder / "face_encoder.safetensors")
        self.labels = LABEL_SETS[recipe.labels]

    def strangers(
        self, split: str, wanted: Collection[Modality] = MODALITIES
    ) -> dict[Modality, Bank]:
        """A split's clips of the wanted modalities, of people whom the stage has not learned.

        Raises:
            DataError: no clips, or nobody else's, are prepared.
        """
        found = self._load(split, wanted)
        strange = {m: not_among(found[m], split, self._learned(m)) for m in wanted}
        for modality, bank in strange.items():
            if not len(bank):
                raise DataError(
                    f"{self.recipe.stage}: has learned every {modality} of the {split} split since "
                    f"(`adapt split={split}`), so that these tell nothing of strangers; ask about "
                    "another set, or a stage of before that."
                )
        return strange

    def heard(self, wanted: Collection[Modality] = MODALITIES) -> dict[Modality, Bank]:
        """Of these modalities the training split, and of dev and test whom the stage has learned.

        Raises:
            DataError: nothing of one of them is prepared.
        """
        heard, taught = self._load("train", wanted), [m for m in wanted if self._learned(m)]
        for split in ("dev", "test"):
            found = found_banks(
                Path(self.recipe.prepared), split, self.encoder, self.levels, taught
            )
            for modality, bank in found.items():
                since = among(bank, split, self._learned(modality))
                if len(since):
                    heard[modality] = concatenate([heard[modality], since])
        return heard

    def _prepared_voices(self, folder: Path) -> Bank:
        """One prepared set's voices of people whom nothing was learned from."""
        found = read_set(folder)
        banks = [
            not_among(
                voice_bank(of_split(found, split), self.levels), split, self._learned("voice")
            )
            for split in ("dev", "test")
            if (found.index.split == split).any()
        ]
        if not any(map(len, banks)):
            raise DataError(
                f"{folder}: all its voices are of the training split, or were learned by "
                f"{self.recipe.stage} since; ask about other people."
            )
        return concatenate(banks)

    def _load(self, split: str, wanted: Collection[Modality]) -> dict[Modality, Bank]:
        prepared = Path(self.recipe.prepared)
        try:
            return load_split(prepared, split, self.encoder, self.levels, wanted)
        except DataError as error:
            if split != "train":
                raise
            raise DataError(
                f"{error} Where that is done, name its folder with prepared=…; the linear floor "
                "learns from it, and floor=false does without."
            ) from error

    def _learned(self, modality: Modality) -> list[str]:
        return self.stage.learned.get(modality, [])

    def responder(self) -> Responder:
        if self.recipe.backend == "torch":
            from training.evaluation.torch_responder import TorchResponder

            return TorchResponder.load(
                Path(self.recipe.stage), self.recipe.device, self.recipe.precision
            )
        if self.recipe.bundle is None:
            raise ConfigError("backend=bundle needs bundle=FOLDER; or ask with backend=torch.")
        return BundleResponder(self.bundle(self.recipe.bundle))

    def bundle(self, folder: str) -> Bundle:
        """The bundle in `folder`, made of the stage.

        Raises:
            BundleError: there is none, or it is damaged.
            ConfigError: it is made of another one, or of what the stage was before it learned on.
        """
        bundle, stage = Bundle.load(Path(folder)), Path(self.recipe.stage)
        there = {name: sha256_of(stage / name) for name in DECIDING if (stage / name).is_file()}
        if bundle.made_of not in ({}, there):
            raise ConfigError(
                f"{folder}: was not made of {stage} as it is now, so its answers are another "
                f"model's; run `python -m model export {stage} {folder}`, or name its own bundle "
                "with bundle=…."
            )
        return bundle

    def task(self) -> Task:
        """The clips that are asked about.

        Raises:
            ConfigError: the recipe does not say all that its `dataset` needs.
            DataError: none of its clips can be asked about.
        """
        task = self._task()
        if not task.pairs:
            raise DataError(
                f"{self.recipe.dataset}: no clip with an emotion among {', '.join(self.labels)}."
            )
        if self.recipe.modality != "both":
            task = task.alone(self.recipe.modality)
        return dataclasses.replace(task, known=self.recipe.known)

    def _task(self) -> Task:
        recipe, common = self.recipe, (self.labels, self.statistics, self.norms)
        prepared = Path(recipe.prepared)
        wanted = MODALITIES if recipe.modality == "both" else (recipe.modality,)
        if recipe.dataset in ("test", "dev"):
            kind: PairKind = "congruent" if recipe.modality == "both" else recipe.modality
            count = recipe.pairs if recipe.modality == "both" else None
            banks = self.strangers(recipe.dataset, wanted)
            return split_task(recipe.dataset, banks, kind, count, *common, recipe.seed)
        if not Path(recipe.dataset).is_absolute() and (prepared / recipe.dataset).is_dir():
            if holds_faces(recipe.dataset):
                raise DataError(
                    f"{prepared / recipe.dataset}: is a set of faces; name a set of voices, test, "
                    "dev, or a folder of media."
                )
            banks = {"voice": self._prepared_voices(prepared / recipe.dataset)}
            return split_task(recipe.dataset, banks, "voice", None, *common)
        if recipe.bundle is None:
            raise ConfigError("a folder of media needs bundle=FOLDER for its perception.")
        perceiver = Perceiver(self.bundle(recipe.bundle))
        learned = {person for modality in wanted for person in self._learned(modality)}
        return folder_task(Path(recipe.dataset), perceiver, *common, recipe.person, learned)


def evaluate(recipe: EvaluateRecipe, console: Console) -> Report:
    """Answer the set under every protocol and modality it holds, print and save the report."""
    setting = Setting(recipe)
    task, responder = setting.task().some(recipe.limit, recipe.seed), setting.responder()
    floor = None
    if recipe.floor:
        banks = setting.heard(list(task.banks))
        floor = LateFusion(banks, setting.labels, setting.statistics, setting.norms)
    explained = task.richest if recipe.rationales else None
    predictions: list[Predictions] = []
    results: list[Result] = []
    told: list[Answer] | None = None
    for modality in _modalities(recipe, task):
        shown = task.showing(modality)
        for protocol in recipe.protocols:
            found, given = _protocol(recipe, shown, responder, floor, modality, protocol)
            predictions += found
            results += [
                result(one.system, shown, modality, protocol, one.probabilities) for one in found
            ]
            if recipe.form == "think" and (modality, protocol) == (explained, EXPLAINED):
                told = given
    faithfulness = _faithfulness(recipe, task, responder, told) if recipe.rationales else None
    report = Report(task.name, tuple(results), faithfulness, _told_of(task))
    save_predictions(predictions, Path(recipe.output))
    report.save(Path(recipe.output))  # last: where there is a report, everything is there
    print_report(report, console)
    return report


def _modalities(recipe: EvaluateRecipe, task: Task) -> list[str]:
    """What is shown of each clip, turn by turn; the last is all that was asked for."""
    shown = [m for m in ("face", "voice", "both") if task.showing(m).pairs]
    return shown if recipe.alone else shown[-1:]


def _told_of(task: Task) -> tuple[str, ...]:
    """What a reader of the figures has to know of the clips, in sentences."""
    few = f"{task.name}: a running baseline is of {task.known} other clips of the person at most."
    return task.left_out + _uneven(task) + ((few,) if task.known else ())


def _uneven(task: Task) -> tuple[str, ...]:
    """In a sentence how many clips have a face, a voice and both, where some lack what others have.

    The modalities' figures are then of other clips each.
    """
    face, voice, both = (len(task.showing(m).pairs) for m in ("face", "voice", "both"))
    if {face, voice} <= {0, len(task.pairs)}:
        return ()
    return (
        f"{task.name}: of {len(task.pairs)} clips {face} show a face, {voice} hold a voice and "
        f"{both} both; each modality is asked about those that have it.",
    )


def _protocol(
    recipe: EvaluateRecipe,
    task: Task,
    responder: Responder,
    floor: LateFusion | None,
    modality: str,
    protocol: str,
) -> tuple[list[Predictions], list[Answer]]:
    windows = task.windows(modality, protocol)  # type: ignore[arg-type]
    direct, what = recipe.form == "direct", f"{modality}, {protocol}"
    given = answers(responder, task, windows, direct, what)
    said = [
        answer.whole
        if direct
        else responder.conclude(window.media, answer.rationale, task.labels, answer.weighs)
        for window, answer in zip(windows, given, strict=True)
    ]
    probabilities = np.exp(np.stack(said))
    found = [Predictions.of(task, recipe.backend, modality, protocol, probabilities)]
    if floor is not None:
        lower = floor.predict([window.media for window in windows], protocol)  # type: ignore[arg-type]
        found.append(Predictions.of(task, "late fusion", modality, protocol, lower))
    return found, given


def _faithfulness(
    recipe: EvaluateRecipe, task: Task, responder: Responder, told: list[Answer] | None = None
) -> Faithfulness:
    """Rationales of the first windows, with a running baseline, their claims checked.

    Args:
        told: the answers to the task's windows under that baseline, where they were given already.
    """
    windows = task.windows(task.richest, EXPLAINED)[: recipe.rationales]
    if told is None:
        told = answers(responder, task, windows, False, "rationales")
    found = measure(task, responder, windows, told[: len(windows)], recipe.swaps, recipe.seed)
    folder = Path(recipe.output)
    folder.mkdir(parents=True, exist_ok=True)
    texts = [answer.rationale for answer in told[: len(windows)]]
    (folder / "rationales.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
    return found


def benchmark(recipe: EvaluateRecipe, console: Console) -> Report:
    """Faithfulness alone: what the rationales claim, and what the answers rest on.

    Raises:
        ConfigError: not one rationale is asked for.
    """
    if not recipe.rationales:
        raise ConfigError(
            "rationales=0: there is nothing to check; ask for some with rationales=…."
        )
    setting = Setting(recipe)
    task = setting.task().some(recipe.limit, recipe.seed)
    found = _faithfulness(recipe, task, setting.responder())
    report = Report(task.name, (), found, _told_of(task))
    report.save(Path(recipe.output))
    print_report(report, console)
    return report
