"""`python -m training reopen`: a published model becomes a stage that can be trained on.

A release lacks what training alone needs: trunks that each left a part of the people out
(`training.data.folds`). They are trained anew, on what is prepared now, and read clips as the model
does: with its statistics, its norms and its face encoder. The language model reads what trunks
believe and nothing else of them, so these may take the place of those that it was trained with.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor

from model.network.projector import Trunk
from model.release_info import RELEASE_FOLDER
from training.config import NotNegative, Positive, Several, Share
from training.data.folds import fingerprint
from training.data.load import load_split
from training.encoders.face_encoder import load_encoder
from training.encoders.shipped_trunks import load_adapter_tensors, trunk_states
from training.encoders.trunks import TrunkOptions, fold_trunks, named, split_banks
from training.release import (
    FOLDS_FILE,
    TRUNKS_FILE,
    Stage,
    copy_release,
    load_references,
    other_folder,
)


@dataclass(frozen=True)
class ReopenRecipe:
    """Options: those of the folds' trunks are as in `training.encoders.trunks`."""

    prepared: str
    output: str
    stage: str = str(RELEASE_FOLDER)
    face_dropout: Share = 0.3
    voice_dropout: Share = 0.7
    epochs: Positive = 8
    variants: Positive = 2
    folds: Several = 3
    threads: Positive = 2
    seed: NotNegative = 0


def reopen(recipe: ReopenRecipe, console: Console) -> Path:
    """Write the stage's folder, with trunks for what is prepared; returns it.

    Raises:
        ConfigError: the model has no cold start, its files are damaged, or `output` is its folder.
        DataError: of what is prepared nothing shows the model's emotions.
    """
    torch.set_num_threads(recipe.threads)
    source, output = Path(recipe.stage), Path(recipe.output)
    other_folder("reopen", source, output)
    stage = Stage.load_started(source)
    trunks = trunk_states(load_adapter_tensors(source))
    shipped: dict[str, Tensor] = {}
    for modality, state in trunks.items():
        shipped.update(named(Trunk.from_state(state), modality))
    folds, stage.folded = _folds(recipe, stage, source, console)
    for name in folds:
        if name.endswith(".adjustment"):  # theirs could not have been fitted: they lean as it does
            folds[name] = shipped[name.partition(".")[2]].clone()
    copy_release(source, output)
    save_file(shipped, output / TRUNKS_FILE)
    save_file(folds, output / FOLDS_FILE)
    stage.save(output)
    return output


def _folds(
    recipe: ReopenRecipe, stage: Stage, source: Path, console: Console
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The folds' trunks, and the fingerprints of the clips that they were made of."""
    prepared = Path(recipe.prepared)
    statistics, norms = load_references(source)
    encoder = load_encoder(source / "face_encoder.safetensors")
    splits = {
        name: load_split(prepared, name, encoder, tuple(stage.levels)) for name in ("train", "dev")
    }
    folds: dict[str, Tensor] = {}
    folded: dict[str, str] = {}
    chosen = split_banks(prepared, splits, stage.classes, recipe.folds)
    for modality, banks in chosen.items():
        dropout = recipe.face_dropout if modality == "face" else recipe.voice_dropout
        options = TrunkOptions(
            stage.hidden, dropout, recipe.epochs, recipe.variants, seed=recipe.seed
        )
        trunks = fold_trunks(
            banks, stage.classes, statistics, norms, options, recipe.folds, console
        )
        for fold, trunk in enumerate(trunks):
            folds.update(named(trunk, f"{fold}.{modality}"))
        folded[modality] = fingerprint(banks["train"])
    return folds, folded
