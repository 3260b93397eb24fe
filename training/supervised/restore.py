"""`python -m training restore`: a model that has learned on answers again as it did before.

What a model learns to explain itself, and that its weights were rounded, moves its answers a
little and all the same way: some emotion becomes likelier whoever is seen and heard
(`docs/decisions/0041`). The projectors are not rounded. They learn to make the network give another
stage's direct answers again; the language model, and with it what it says, stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor, nn

from model.cues import Modality
from model.errors import ConfigError
from model.network.processing import OmniProcessor
from training.config import Amount, NotNegative, Positive, Several
from training.data.bank import Bank
from training.data.pairs import Window
from training.encoders.fold_windows import (
    FoldWindows,
    ProtocolWeights,
    load_folds,
    mix_of,
    set_trunks,
    training_banks,
)
from training.encoders.shipped_trunks import load_adapter_tensors
from training.progress import track
from training.release import (
    ADAPTER_FILE,
    FOLDS_FILE,
    TRUNKS_FILE,
    UNPUBLISHED,
    Stage,
    copy_files,
    copy_release,
    other_folder,
)
from training.supervised.answers import Answers, Teacher, divergence
from training.supervised.sft import adapter_parameters, load_trained

ASKED = 12
"""Batches of training windows, others than are learned from, that tell how alike answers are."""
WARM_UP = 5
"""Steps until the learning rate is reached; it then falls to nothing."""
Batches = Sequence[Sequence[Window]]
"""They are of the folds in turn."""


@dataclass(frozen=True)
class RestoreRecipe:
    """Options.

    Attributes:
        answers_of: the stage whose direct answers come back.
        steps: of `batch_size` windows each.
        congruent, face_only, voice_only: shares of the kinds of windows.
        protocol_weights: how often a window has no, a neutral, a running baseline.
    """

    stage: str
    answers_of: str
    prepared: str
    output: str
    steps: Positive = 200
    batch_size: Positive = 8
    learning_rate: Amount = 4e-4
    congruent: Amount = 0.3
    face_only: Amount = 0.2
    voice_only: Amount = 0.5
    protocol_weights: ProtocolWeights = (1.0, 1.0, 1.0)
    folds: Several = 3
    threads: Positive = 2
    seed: NotNegative = 0


def restore(recipe: RestoreRecipe, console: Console) -> Path:
    """Write the stage anew, its projectors trained; returns its folder.

    Raises:
        ConfigError: a stage has no cold start or is damaged, both know other emotions, other clips
            are prepared than it was trained on, or `output` is the stage's folder.
    """
    torch.set_num_threads(recipe.threads)
    source, output, older = Path(recipe.stage), Path(recipe.output), Path(recipe.answers_of)
    other_folder("restore", source, output)
    stage = Stage.load_started(source)
    if stage.classes != Stage.load_started(older).classes:
        raise ConfigError(
            f"{older}: answers with other emotions than {source}; name a stage with answers_of=… "
            "that this one came from."
        )
    banks = training_banks(Path(recipe.prepared), source, stage)
    learned, asked = (
        _batches(recipe, stage, banks, count, seed)
        for count, seed in ((recipe.steps, recipe.seed), (ASKED, recipe.seed + 1))
    )
    model, processor = load_trained(source)
    answers = Answers(processor, stage.classes)
    teacher = Teacher(load_trained(older)[0], answers)
    learner = Learner(model, teacher, answers, processor, load_folds(source, recipe.folds))
    console.print(f"before: {learner.told(asked)}", highlight=False)
    learner.learn(learned, recipe.learning_rate)
    console.print(f"after: {learner.told(asked)}", highlight=False)
    stage.history.append(f"restored: answers of {len(learned) * recipe.batch_size} windows")
    stage.version = UNPUBLISHED
    copy_release(source, output)
    copy_files((TRUNKS_FILE, FOLDS_FILE), source, output)
    tensors = load_adapter_tensors(source)
    projectors = {name: value.detach().half() for name, value in learner.learning.items()}
    save_file({**tensors, **projectors}, output / ADAPTER_FILE)
    stage.save(output)
    return output


def _batches(
    recipe: RestoreRecipe, stage: Stage, banks: Mapping[Modality, Bank], count: int, seed: int
) -> Batches:
    """`count` batches of training windows, always the same for a seed."""
    size = recipe.batch_size
    windows = FoldWindows(
        banks, Path(recipe.stage), stage.classes, mix_of(recipe), count * size, size,
        recipe.folds, recipe.protocol_weights, seed,
    )  # fmt: skip
    return [[windows.drawn(batch * size + i) for i in range(size)] for batch in range(count)]


class Learner:
    """The network whose projectors learn, beside the one that answers as it is to.

    Args:
        folds: trunks (`{fold}.{modality}.…`) that both read a batch of that fold through.

    Attributes:
        learning: what learns, by its plain name: the projectors without their trunks.
    """

    def __init__(
        self,
        model: nn.Module,
        teacher: Teacher,
        answers: Answers,
        processor: OmniProcessor,
        folds: Mapping[str, Tensor],
    ) -> None:
        self._model, self._teacher, self._answers = model, teacher, answers
        self._processor, self._folds = processor, folds
        self._count = len({name.partition(".")[0] for name in folds})
        model.requires_grad_(False)
        self.learning = {
            name: value
            for name, value in adapter_parameters(model)
            if "lora_" not in name and ".trunk." not in name
        }
        for value in self.learning.values():
            value.requires_grad_(True)

    def learn(self, batches: Batches, learning_rate: float) -> None:
        """A step a batch."""
        optimiser = torch.optim.AdamW(self.learning.values(), learning_rate, weight_decay=0.0)
        for step, batch in enumerate(track(batches, "answers restored")):
            rate = learning_rate * min(1, (step + 1) / WARM_UP) * (1 - step / len(batches))
            for group in optimiser.param_groups:
                group["lr"] = rate
            wanted, said = self._asked(batch, step)
            optimiser.zero_grad(set_to_none=True)
            divergence(wanted, said).mean().backward()
            optimiser.step()

    @torch.no_grad()
    def told(self, batches: Batches) -> str:
        """How far answers are from the teacher's, and what became likelier in all of them."""
        both = [self._asked(batch, at) for at, batch in enumerate(track(batches, "asked"))]
        wanted, said = (torch.cat(parts) for parts in zip(*both, strict=True))
        same = (wanted.argmax(1) == said.argmax(1)).float().mean()
        moved = (said - wanted) - (said - wanted).mean(1, keepdim=True)
        shift = moved.mean(0)
        most = int(shift.abs().argmax())
        return (
            f"same answer in {same:.3f} of {len(said)} windows, divergence "
            f"{divergence(wanted, said).mean():.5f}; {self._answers.classes[most]} "
            f"{shift[most]:+.3f} nats in all"
        )

    def _asked(self, batch: Sequence[Window], at: int) -> tuple[Tensor, Tensor]:
        """Log-probabilities (windows, classes): the teacher's, and the network's own."""
        for network in (self._model, self._teacher.model):
            set_trunks(network, self._folds, f"{at % self._count}.")
        media = self._processor.media_tensors([window.media for window in batch])
        return self._teacher(media), self._answers.direct(self._model, media)
