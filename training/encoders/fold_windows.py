"""Windows for the language model's training, and the trunks that it reads them through.

`training.data.folds` says why: nobody's clips are read by a trunk that has seen that person.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

import torch
from torch import Tensor, nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from model.cues import Modality
from model.errors import ConfigError
from model.evidence import Weights
from model.layout import MODALITIES
from model.network.projector import Trunk
from model.processing import MediaInputs
from model.runtime.contribution import contributions, subsets_of
from training.config import Amount, Rule
from training.data.bank import Bank
from training.data.folds import fingerprint, fold_rows
from training.data.load import load_split
from training.data.pairs import PROTOCOLS, Pair, PairKind, Window, draw_pairs, make_window
from training.encoders.face_encoder import load_encoder
from training.encoders.trunks import within
from training.release import FOLDS_FILE, TRUNKS_FILE, Stage, load_references
from training.running.shards import writable
from training.tensors import load_tensors

ProtocolWeights = Annotated[
    tuple[Amount, ...],
    Rule(
        f"{len(PROTOCOLS)} numbers, not all 0",
        lambda weights: len(weights) == len(PROTOCOLS) and any(weights),
    ),
]
"""How often each of `PROTOCOLS` is drawn."""
AGAIN = "run `python -m training trunks` again (of a published model `python -m training reopen`)"
TRUNKS_CURE = f"{AGAIN}, or name another folder with stage=…"


class Mixed(Protocol):
    """A recipe that says how often which kind of window is drawn."""

    @property
    def congruent(self) -> float: ...
    @property
    def face_only(self) -> float: ...
    @property
    def voice_only(self) -> float: ...


def mix_of(recipe: Mixed) -> dict[PairKind, float]:
    """The recipe's shares of congruent pairs, faces and voices."""
    return {"congruent": recipe.congruent, "face": recipe.face_only, "voice": recipe.voice_only}


def training_banks(prepared: Path, source: Path, stage: Stage) -> dict[Modality, Bank]:
    """The training split as the trunks of the stage in `source` were trained on it.

    Raises:
        ConfigError: it has changed since.
    """
    encoder = load_encoder(source / "face_encoder.safetensors")
    split = load_split(prepared, "train", encoder, tuple(stage.levels))
    banks = {modality: within(bank, stage.classes) for modality, bank in split.items()}
    if {modality: fingerprint(bank) for modality, bank in banks.items()} != stage.folded:
        raise ConfigError(
            f"{prepared}: holds other training clips than {source} was trained on; {AGAIN}."
        )
    return banks


def _states(tensors: Mapping[str, Tensor], prefix: str) -> dict[Modality, dict[str, Tensor]]:
    """The state of each modality's trunk among tensors named `{prefix}{modality}.…`."""
    return {
        modality: {
            name.removeprefix(start): tensor
            for name, tensor in tensors.items()
            if name.startswith(start)
        }
        for modality in MODALITIES
        for start in [f"{prefix}{modality}."]
    }


def load_folds(folder: Path, count: int) -> dict[str, Tensor]:
    """The trunks of a stage that each left a fold out.

    Raises:
        ConfigError: they are missing or damaged, or they are not `count`.
    """
    tensors = load_tensors(folder / FOLDS_FILE, TRUNKS_CURE)
    there = len({name.partition(".")[0] for name in tensors})
    if there != count:
        raise ConfigError(
            f"{folder / FOLDS_FILE}: the trunks were trained with folds={there}, not {count}; "
            f"take folds={there}, or run `python -m training trunks` with folds={count}."
        )
    return tensors


def trunks_in(folds: Mapping[str, Tensor], count: int) -> list[dict[Modality, Trunk]]:
    """The trunks of each of `count` folds (`{fold}.{modality}.…`), by modality."""
    return [
        {modality: Trunk.from_state(state) for modality, state in _states(folds, f"{f}.").items()}
        for f in range(count)
    ]


def set_trunks(model: nn.Module, tensors: Mapping[str, Tensor], prefix: str = "") -> None:
    """Put trunks (`{prefix}{modality}.…`) into the projectors that the forward pass uses."""
    for modality, state in _states(tensors, prefix).items():
        for name, trunk in model.named_modules():
            if isinstance(trunk, Trunk) and f"projectors.{modality}." in name:
                with writable(trunk.parameters()):
                    trunk.load_state_dict(state)


class FoldTrunks(TrainerCallback):
    """Before each step, put the trunks in that have not seen the step's fold.

    Args:
        models: that read through them.
    """

    def __init__(self, folder: Path, folds: int, models: Sequence[nn.Module]) -> None:
        self._folds = load_folds(folder, folds)
        self._shipped = load_tensors(folder / TRUNKS_FILE, TRUNKS_CURE)
        self._count, self._models = folds, models

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        for model in self._models:
            set_trunks(model, self._folds, f"{state.global_step % self._count}.")

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        for model in self._models:
            set_trunks(model, self._shipped)


class FoldBeliefs:
    """How much face and voice weigh in each answer, by the trunks that have not seen a fold.

    The network's own contributions are measured only once it has answered
    (`model.runtime.contribution`); these are known before, and nearly the same: on 120 test pairs
    the same modality led in 95 % of both (`docs/decisions/0019`).
    """

    def __init__(self, folder: Path, folds: int, classes: Sequence[str]) -> None:
        tensors = load_folds(folder, folds)
        self._classes = tuple(classes)
        self._trunks = trunks_in(tensors, folds)

    def weights(self, fold: int, media: Mapping[Modality, MediaInputs]) -> Weights:
        """By emotion, in nats: Shapley values of the log of the trunks' multiplied beliefs."""
        with torch.no_grad():
            said = {
                m: self._trunks[fold][m](torch.from_numpy(inputs.summary)).log_softmax(-1)
                for m, inputs in media.items()
            }
        none = torch.zeros(len(self._classes))
        believed = {
            subset: sum((said[m] for m in subset), none).log_softmax(-1).double().numpy()
            for subset in subsets_of(list(media))
        }
        return contributions(believed, self._classes)


class FoldWindows:
    """The windows to be trained on; each batch is of one fold, the folds take turns.

    Args:
        banks: of the training split.
        source: the stage's folder, for its statistics, norms and trunks.
        classes: that the trunks tell apart.
        mix: shares of the kinds of pairs.
        samples, batch_size: windows in all, and those that follow one another in a fold.
        protocol_weights: how often each of `PROTOCOLS` is drawn.

    Attributes:
        banks: of each fold; nobody is in two of them.
    """

    def __init__(
        self,
        banks: Mapping[Modality, Bank],
        source: Path,
        classes: Sequence[str],
        mix: Mapping[PairKind, float],
        samples: int,
        batch_size: int,
        folds: int,
        protocol_weights: Sequence[float],
        seed: int,
    ) -> None:
        self._batch_size, self._protocol_weights = batch_size, protocol_weights
        self._seed = seed
        self._statistics, self._norms = load_references(source)
        self._beliefs = FoldBeliefs(source, folds, classes)
        rows = {modality: fold_rows(bank, folds) for modality, bank in banks.items()}
        self.banks = [
            {modality: bank.select(rows[modality][fold]) for modality, bank in banks.items()}
            for fold in range(folds)
        ]
        each = -(-samples // (batch_size * folds)) * batch_size
        self._pairs = [
            draw_pairs(fold_banks, mix, each, seed + fold, alike=batch_size)
            for fold, fold_banks in enumerate(self.banks)
        ]

    def __call__(self, index: int, rng: random.Random) -> Window:
        """Window `index`, its baseline drawn with `rng`."""
        protocol = rng.choices(PROTOCOLS, self._protocol_weights)[0]
        fold = self._place(index)[0]
        window = make_window(
            self.pair(index), self.banks[fold], protocol, self._statistics, self._norms, rng
        )
        weights = self._beliefs.weights(fold, window.media)
        return dataclasses.replace(
            window, evidence=dataclasses.replace(window.evidence, weights=weights)
        )

    def drawn(self, index: int) -> Window:
        """Window `index`, always the same: its random numbers are its own."""
        return self(index, random.Random(f"{self._seed}/{index}"))

    def pair(self, index: int) -> Pair:
        """Rows, in its fold's banks, of the face and the voice of window `index`."""
        fold, place = self._place(index)
        return self._pairs[fold][place]

    def _place(self, index: int) -> tuple[int, int]:
        batch, row = divmod(index, self._batch_size)
        turn, fold = divmod(batch, len(self.banks))
        return fold, turn * self._batch_size + row
