"""`sft` and `grpo` as they are run, of a tiny network and on toy clips."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import torch
from safetensors.torch import save_file

from model.layout import MODALITIES
from model.network.modeling import OmniForConditionalGeneration
from model.network.processing import OmniProcessor
from training.data.bank import measure_statistics
from training.reinforcement import grpo
from training.release import FOLDS_FILE, TRUNKS_FILE, Stage
from training.supervised import sft

from ..model.network.tiny_omni import tiny_config, tiny_omni
from .toy_banks import EMOTIONS, NORMS, WIDTHS, summary_width, toy_banks
from .toy_trunks import believing

HIDDEN, FOLDS = 4, 2


def tiny_stage(folder: Path) -> Path:
    """Write what `trunks` writes: of two folds, whose first is the shipped one too."""
    folder.mkdir()
    banks = toy_banks()
    measure_statistics(list(banks.values())).save(folder / "statistics.safetensors")
    NORMS.save(folder / "norms.json")
    (folder / "face_encoder.safetensors").write_bytes(b"encoder")
    torch.manual_seed(0)
    folds = believing(banks, {"face": "sad", "voice": "happy"})
    save_file(folds, folder / FOLDS_FILE)
    shipped = {n.removeprefix("0."): x for n, x in folds.items() if n.startswith("0.")}
    save_file(shipped, folder / TRUNKS_FILE)
    Stage(list(EMOTIONS), [1], hidden=HIDDEN).save(folder)
    return folder


def network() -> tuple[OmniForConditionalGeneration, OmniProcessor]:
    """As wide as the toy clips are."""
    config = tiny_config()
    config.classes, config.hidden = EMOTIONS, HIDDEN
    for modality in MODALITIES:
        setattr(config, f"{modality}_step_width", WIDTHS[modality][0])
        setattr(config, f"{modality}_summary_width", summary_width(modality))
    torch.manual_seed(0)
    model = OmniForConditionalGeneration(config).eval()
    widths = [(WIDTHS[modality][0], summary_width(modality)) for modality in MODALITIES]
    return model, OmniProcessor(tiny_omni()[1].tokenizer, *widths)


@contextmanager
def tiny_network() -> Iterator[None]:
    """`sft` and `grpo` train the tiny network on toy clips."""
    with (
        mock.patch.object(sft, "load_base", side_effect=lambda folder: network()),
        mock.patch.object(sft, "training_banks", return_value=toy_banks()),
        mock.patch.object(grpo, "training_banks", return_value=toy_banks()),
    ):
        yield


def sft_recipe(stage: Path, output: Path, **options: Any) -> sft.SftRecipe:
    """Two steps of four windows."""
    small = {"samples": 8, "batch_size": 4, "folds": FOLDS, "lora_rank": 2, "threads": 1}
    return sft.SftRecipe(str(stage), "prepared", str(output), **{**small, **options})
