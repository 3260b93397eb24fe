"""`python -m training adapt`: a published model learns from your own clips, in a minute.

Only its trunks go on learning, from where they are; the language model reads what they believe, and
stays as it is. For clips that the model has not seen: of those that it has, a trunk knows the
answers by heart.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import torch
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor

from model.baseline import Norms
from model.cues import Modality
from model.errors import ConfigError, DataError
from model.layout import MODALITIES
from model.network.face_encoder import FaceEncoder
from model.network.projector import Trunk
from model.processing import Statistics
from model.release_info import RELEASE_FOLDER
from training.config import FILLED, Amount, NotNegative, Positive, Share
from training.data.acquaintance import taught
from training.data.bank import Bank
from training.data.load import concatenate, found_banks
from training.data.pairs import Protocol
from training.encoders.face_encoder import load_encoder
from training.encoders.shipped_trunks import load_adapter_tensors, placed, trunk_states
from training.encoders.trunks import (
    TrunkOptions,
    learn_epoch,
    lessons,
    optimiser_of,
    questions,
    trunk_uar,
    within,
)
from training.progress import track
from training.release import (
    ADAPTER_FILE,
    UNPUBLISHED,
    Stage,
    copy_release,
    load_references,
    other_folder,
)


@dataclass(frozen=True)
class AdaptRecipe:
    """Options.

    Attributes:
        split: whose clips are learned; "dev" for a last step, when nothing is left to be chosen.
            The stage keeps whose own clips these were, and who was in "dev": `evaluate` asks about
            nobody of them.
        modalities: whose trunks learn; the others stay as they are.
        rehearsed: so many clips of each emotion that the model has learned before are learned again
            beside dev's, so that what those do not show is not forgotten.
        variants: every clip under so many random baselines.
        learning_rate: see `docs/decisions/0038`.
        interpolation: how far the trunks go from what they were to what they have learned: weights
            between the two know strangers better than either (Wortsman et al. 2022, arXiv
            2109.01903; `docs/decisions/0040`). 1 knows the learned people best.
    """

    prepared: str
    output: str
    stage: str = str(RELEASE_FOLDER)
    epochs: Positive = 8
    variants: Positive = 8
    learning_rate: Amount = 1e-4
    interpolation: Share = 1.0
    split: Literal["train", "dev"] = "train"
    modalities: Annotated[tuple[Modality, ...], FILLED] = MODALITIES
    rehearsed: NotNegative = 0
    dropout: Share = 0.5
    threads: Positive = 2
    seed: NotNegative = 0

    def __post_init__(self) -> None:
        if self.rehearsed and self.split == "train":
            raise ConfigError(
                "rehearsed: clips of train go with those of dev; add split=dev, or omit it."
            )


def adapt(recipe: AdaptRecipe, console: Console) -> Path:
    """Write the stage anew, its trunks taught by the clips of a split; returns its folder.

    Raises:
        ConfigError: the stage has no cold start, its files are damaged, or `output` is its folder.
        DataError: no clip of the split shows one of the model's emotions.
    """
    torch.set_num_threads(recipe.threads)
    source, output = Path(recipe.stage), Path(recipe.output)
    other_folder("adapt", source, output)
    stage = Stage.load_started(source)
    tensors = load_adapter_tensors(source)
    trunks = trunk_states(tensors)
    encoder = load_encoder(source / "face_encoder.safetensors")
    clips = Clips(Path(recipe.prepared), encoder, stage, recipe.modalities)
    unknown: Counter[str] = Counter()
    learned = clips.of(recipe.split, unknown)
    if unknown:
        told = ", ".join(f"{count} of {emotion}" for emotion, count in sorted(unknown.items()))
        console.print(f"left out, of emotions that {source} does not know: {told}", soft_wrap=True,
                      highlight=False, markup=False)  # fmt: skip
    if not learned:
        raise DataError(
            f"{recipe.prepared}: no {' or '.join(recipe.modalities)} of the {recipe.split} split "
            f"shows {' or '.join(stage.classes)}; run `python -m training prepare` with a folder "
            f"of your own that has some, and state the split {recipe.split} in its index.csv: "
            "otherwise people's names draw it."
        )
    beside = clips.rehearsed(recipe.rehearsed, recipe.seed) if recipe.rehearsed else {}
    dev = {} if recipe.split == "dev" else clips.of("dev")
    lesson = Lesson(recipe, stage, *load_references(source), console)
    for modality, bank in learned.items():
        met = {*stage.learned.get(modality, ()), *taught(bank, recipe.split)}
        lessons = [bank]
        if modality in beside:
            lessons.append(beside[modality])
            met |= taught(beside[modality], "train")
        trunk = Trunk.from_state(trunks[modality])
        tensors |= placed(
            modality, lesson.teach(trunk, concatenate(lessons), dev.get(modality)).state_dict()
        )
        if met:
            stage.learned[modality] = sorted(met)
    told = " and ".join(f"{len(bank)} {modality}s" for modality, bank in learned.items())
    again = f", {recipe.rehearsed} of each emotion of train again" * bool(beside)
    way = f", {recipe.interpolation:g} of the way" * (recipe.interpolation < 1)
    stage.history.append(f"adapted: {told} of {recipe.split}{again}{way}")
    stage.version = UNPUBLISHED
    copy_release(source, output)
    save_file(tensors, output / ADAPTER_FILE)
    stage.save(output)
    return output


@dataclass(frozen=True)
class Clips:
    """What is prepared of some modalities and shows one of the stage's emotions."""

    prepared: Path
    encoder: FaceEncoder
    stage: Stage
    modalities: tuple[Modality, ...]

    def of(self, split: str, unknown: Counter[str] | None = None) -> dict[Modality, Bank]:
        """A split's clips of each modality that has some.

        Args:
            unknown: gets the number of faces and voices of each emotion that the stage has not.
        """
        levels = tuple(self.stage.levels)
        found = found_banks(self.prepared, split, self.encoder, levels, self.modalities)
        if unknown is not None:
            shown = (emotion for bank in found.values() for emotion in bank.emotions)
            unknown.update(emotion for emotion in shown if emotion not in self.stage.classes)
        banks = {modality: within(bank, self.stage.classes) for modality, bank in found.items()}
        return {modality: bank for modality, bank in banks.items() if len(bank)}

    def rehearsed(self, count: int, seed: int) -> dict[Modality, Bank]:
        """`count` training clips of each emotion, or all there are, drawn at random."""
        drawn = {}
        for modality, bank in self.of("train").items():
            rng = random.Random(seed)
            rows = [
                row
                for _, own in sorted(bank.by_emotion.items())
                for row in rng.sample(list(own), min(count, len(own)))
            ]
            drawn[modality] = bank.select(np.array(sorted(rows), np.intp))
        return drawn


@dataclass(frozen=True)
class Lesson:
    """How the trunks of a stage are taught."""

    recipe: AdaptRecipe
    stage: Stage
    statistics: Statistics
    norms: Norms
    console: Console

    def teach(self, trunk: Trunk, bank: Bank, dev: Bank | None) -> Trunk:
        """Train it on; say what it tells apart on `dev`, if there is any, before and after."""
        recipe, classes = self.recipe, self.stage.classes
        torch.manual_seed(recipe.seed)
        options = TrunkOptions(epochs=recipe.epochs, learning_rate=recipe.learning_rate)
        variants = track(range(recipe.variants), f"{bank.modality}s")
        inputs, targets = lessons(
            bank, classes, self.statistics, self.norms, variants, random.Random(recipe.seed)
        )
        asked = questions(dev, self.statistics, self.norms) if dev is not None else {}
        before = self._told(trunk, dev, asked)
        optimiser = optimiser_of(trunk, options)
        trunk.dropout.p = recipe.dropout
        start = {name: value.clone() for name, value in trunk.state_dict().items()}
        for epoch in range(recipe.epochs):
            learn_epoch(trunk, optimiser, inputs, targets, options, epoch)
        between = {
            name: start[name].lerp(learned, recipe.interpolation)
            for name, learned in trunk.state_dict().items()
        }
        trunk.load_state_dict(between)
        after = f" (dev UAR {before} → {self._told(trunk, dev, asked)})" if asked else ""
        self.console.print(f"{bank.modality} trunk: {len(bank)} clips{after}", highlight=False)
        return trunk.eval()

    def _told(self, trunk: Trunk, dev: Bank | None, asked: Mapping[Protocol, Tensor]) -> str:
        if dev is None:
            return ""
        scores = {p: trunk_uar(trunk, x, dev, self.stage.classes) for p, x in asked.items()}
        return ", ".join(f"{protocol} {score:.3f}" for protocol, score in scores.items())
