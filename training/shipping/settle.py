"""`python -m training settle`: put a trained stage's LoRA into the int4 weights themselves.

LoRA beside the weights costs a third of a token's time. The sum of both is put back on the grid
that the public weights have: the scales stay, and a code goes up or down where the layer's outputs
on training windows ask for it (GPTQ; Frantar et al. 2022, arXiv 2210.17323). Weights that LoRA
hardly moves are on the grid already, so far less is lost than by rounding anew, and what was
changed fits into a few megabytes (`model.weights.codes`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from rich.console import Console
from torch import Tensor, nn

from model.network.modeling import MEDIA_INPUTS, OmniModel
from model.network.processing import OmniProcessor
from model.release_info import CODES_FILE, DRAFTS_FILE
from model.weights.codes import Changes, grid_tensors, pack_changes, settled_matrices
from model.weights.fetch import cache_dir, fetch_component
from model.weights.grid import ZERO_POINT, GridTensor
from model.weights.sources import SMOLLM2
from model.weights.vocabulary import read_language_model
from training.config import NotNegative, Positive, Several
from training.data.branches import BranchCollator
from training.data.pairs import PairKind
from training.encoders.fold_windows import TRUNKS_CURE, FoldWindows, set_trunks, training_banks
from training.rationales.grammar import write_rationale
from training.release import FOLDS_FILE, TRUNKS_FILE, Stage, other_folder
from training.shipping.layerwise import Batch, Moments, layer_by_layer, matrices
from training.shipping.quantisers import compensated, making_good
from training.supervised.sft import hand_over, load_trained
from training.tensors import load_tensors

MIX: dict[PairKind, float] = {"congruent": 0.5, "face": 0.25, "voice": 0.25}


class CalibrationRecipe(Protocol):
    """Of a recipe, what says which windows are read."""

    @property
    def prepared(self) -> str: ...
    @property
    def windows(self) -> int: ...
    @property
    def folds(self) -> int: ...
    @property
    def seed(self) -> int: ...


@dataclass(frozen=True)
class SettleRecipe:
    """Options: `windows` of training, answered and explained, tell what the layers read."""

    stage: str
    prepared: str
    output: str
    windows: Positive = 160
    folds: Several = 3
    threads: Positive = 2
    seed: NotNegative = 0


def settle(recipe: SettleRecipe, console: Console) -> Path:
    """Write the stage anew, without LoRA, its codes changed; returns its folder."""
    torch.set_num_threads(recipe.threads)
    source, output = Path(recipe.stage), Path(recipe.output)
    stage = Stage.load_started(source)
    other_folder("settle", source, output)
    model, processor = load_trained(source)
    with torch.inference_mode():
        told = calibration(recipe, source, stage, model, processor)
        merged = model.merge_and_unload()
        changes = settled(merged, public_grids(), told)
    beside = {CODES_FILE: pack_changes(changes)}
    if (source / DRAFTS_FILE).is_file():  # it says the same texts, so the same guesses hold
        beside[DRAFTS_FILE] = (source / DRAFTS_FILE).read_bytes()
    stage.history.append(f"settled: {recipe.windows} windows")
    hand_over(stage, source, output, merged, beside)
    share = np.mean([np.mean(own != 0) for own in changes.values()])
    size = len(beside[CODES_FILE])
    console.print(f"{output / CODES_FILE}: {share:.3f} of the codes changed, {size / 1e6:.1f} MB")
    return output


def settled(
    model: nn.Module, grids: Mapping[str, GridTensor], told: Sequence[Batch]
) -> dict[str, Changes]:
    """Which codes have to change for the grids to say what the model's matrices do.

    Args:
        grids: the public matrices, named as `training.shipping.layerwise.matrices` does.
        told: batches without padding.
    """
    rounded = on_their_grids(model, grids, told)
    return {name: changes_of(grids[name], weight) for name, weight in rounded.items()}


def on_their_grids(
    model: nn.Module, grids: Mapping[str, GridTensor], told: Sequence[Batch]
) -> dict[str, Tensor]:
    """The model's matrices on the grids' scales, their codes found by GPTQ."""
    kept = {name: weight.clone() for name, weight in matrices(model).items() if name in grids}

    def on_its_grid(name: str, weight: Tensor, moments: Moments) -> Tensor:
        wanted = making_good(weight, moments.read, moments.crossed)
        return compensated(wanted, moments.read, torch.from_numpy(grids[name].scale))

    return layer_by_layer(model, kept, told, on_its_grid, "settle")


def calibration(
    recipe: CalibrationRecipe,
    source: Path,
    stage: Stage,
    model: nn.Module,
    processor: OmniProcessor,
) -> list[Batch]:
    """Training windows with both forms of their answer, one a batch, so that nothing is padded.

    They come embedded, through trunks that have not seen their clip, as strangers will be.
    """
    windows = FoldWindows(
        training_banks(Path(recipe.prepared), source, stage), source, stage.classes,
        MIX, recipe.windows, 1, recipe.folds, (1.0, 1.0, 1.0), recipe.seed,
    )  # fmt: skip
    collator = BranchCollator(
        processor, windows, lambda w: write_rationale(w.evidence, w.emotion), seed=recipe.seed
    )
    trunks = load_tensors(source / FOLDS_FILE, TRUNKS_CURE)
    told = []
    for index in range(recipe.windows):
        set_trunks(model, trunks, f"{index % recipe.folds}.")
        told.append(embedded(model, collator([{"index": index}])))
    set_trunks(model, load_tensors(source / TRUNKS_FILE, TRUNKS_CURE))
    return told


def embedded(model: nn.Module, batch: Batch) -> Batch:
    """A batch whose ids and media are embeddings already; what is learned of it is left out."""
    backbone = next(m for m in model.modules() if isinstance(m, OmniModel))
    media = {name: batch[name] for name in MEDIA_INPUTS}
    places = {name: batch[name] for name in ("attention_mask", "position_ids")}
    return {"inputs_embeds": backbone.embed(batch["input_ids"], media), **places}


def public_grids() -> dict[str, GridTensor]:
    """The public matrices as `training.shipping.layerwise.matrices` names them."""
    gguf = read_language_model(fetch_component(SMOLLM2, cache_dir()))
    return {
        f"language_{name.removesuffix('.weight')}": grid
        for name, grid in settled_matrices(grid_tensors(gguf)).items()
    }


def changes_of(grid: GridTensor, weight: Tensor) -> Changes:
    """What of the grid's codes is another in `weight` (N, K), which is on its scales."""
    scale = grid.scale[..., None]
    codes = weight.numpy().reshape(grid.q.shape) / np.where(scale == 0, 1, scale)
    changed = np.rint(codes) + ZERO_POINT - grid.q
    return changed.astype(np.int8).reshape(len(grid.q), -1)
