"""Windows for the language model's training, and the trunks that it reads them through.

`training.data.folds` says why: nobody's clips are read by a trunk that has seen that person.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from model.baseline import Norms
from model.cues import Modality
from model.errors import ConfigError
from model.layout import MODALITIES
from model.network.projector import Trunk
from model.processing import Statistics
from training.data.bank import Bank
from training.data.folds import fold_rows
from training.data.load import load_split
from training.data.pairs import PROTOCOLS, Pair, PairKind, Window, draw_pairs, make_window
from training.face_encoder import load_encoder
from training.release import Stage
from training.trunks import FOLDS_FILE, TRUNKS_FILE, within


def training_banks(prepared: Path, source: Path, stage: Stage) -> dict[Modality, Bank]:
    """The training split as the trunks of the stage in `source` were trained on it.

    Raises:
        ConfigError: it has changed since.
    """
    encoder = load_encoder(source / "face_encoder.safetensors")
    split = load_split(prepared, "train", encoder, tuple(stage.levels))
    banks = {modality: within(bank, stage.classes) for modality, bank in split.items()}
    if {modality: len(bank) for modality, bank in banks.items()} != stage.folded:
        raise ConfigError(
            f"{prepared}: holds other training clips than {source} was trained on; "
            "run `python -m training trunks` again."
        )
    return banks


def set_trunks(model: nn.Module, tensors: Mapping[str, Tensor], prefix: str = "") -> None:
    """Put trunks (`{prefix}{modality}.…`) into the projectors that the forward pass uses."""
    for modality in MODALITIES:
        start = f"{prefix}{modality}."
        state = {n.removeprefix(start): v for n, v in tensors.items() if n.startswith(start)}
        for name, trunk in model.named_modules():
            if isinstance(trunk, Trunk) and f"projectors.{modality}." in name:
                trunk.load_state_dict(state)


class FoldTrunks(TrainerCallback):
    """Before each step, put the trunks in that have not seen the step's fold."""

    def __init__(self, folder: Path, folds: int) -> None:
        self._folds, self._shipped = load_file(folder / FOLDS_FILE), load_file(folder / TRUNKS_FILE)
        self._count = folds

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        set_trunks(kwargs["model"], self._folds, f"{state.global_step % self._count}.")

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        set_trunks(kwargs["model"], self._shipped)


class FoldWindows:
    """The windows to be trained on; each batch is of one fold, the folds take turns.

    Args:
        banks: of the training split.
        source: the stage's folder, for its statistics and norms.
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
        mix: Mapping[PairKind, float],
        samples: int,
        batch_size: int,
        folds: int,
        protocol_weights: Sequence[float],
        seed: int,
    ) -> None:
        self._batch_size, self._protocol_weights = batch_size, protocol_weights
        self._statistics = Statistics.load(source / "statistics.safetensors")
        self._norms = Norms.load(source / "norms.json")
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
        banks = self.banks[self._place(index)[0]]
        return make_window(self.pair(index), banks, protocol, self._statistics, self._norms, rng)

    def pair(self, index: int) -> Pair:
        """Rows, in its fold's banks, of the face and the voice of window `index`."""
        fold, place = self._place(index)
        return self._pairs[fold][place]

    def _place(self, index: int) -> tuple[int, int]:
        batch, row = divmod(index, self._batch_size)
        turn, fold = divmod(batch, len(self.banks))
        return fold, turn * self._batch_size + row
