"""`python -m training adjust`: trunks that know a person's own mean favour no emotion for it.

Trunks learn from windows of all baselines at once, in which rare emotions weigh more. So they
favour some emotions, and not the same ones where the mean is that of a neutral clip as where it is
that of all that was shown. A constant for each emotion and kind of mean (logit adjustment; Menon et
al. 2021, arXiv 2007.07314) takes that off. It is fitted where every emotion is as frequent, on
people whom the trunks have not seen (`training.data.folds`); half of it carries over to people
unlike those (`docs/decisions/0044`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from model.baseline import Kind
from model.cues import Modality
from model.layout import MODALITIES
from model.network.projector import Trunk
from model.processing import OWN_MEANS
from training.config import NotNegative, Positive, Several, Share
from training.data.bank import Bank
from training.data.pairs import PROTOCOLS
from training.encoders.fold_windows import (
    TRUNKS_CURE,
    FoldWindows,
    load_folds,
    training_banks,
    trunks_in,
)
from training.encoders.shipped_trunks import load_adapter_tensors, placed
from training.progress import track
from training.release import (
    ADAPTER_FILE,
    FOLDS_FILE,
    TRUNKS_FILE,
    UNPUBLISHED,
    Stage,
    copy_release,
    other_folder,
)
from training.tensors import load_tensors

PENALTY = 1e-4
"""Of an adjustment's squares: it keeps finite what an emotion that is never doubted would leave."""


@dataclass(frozen=True)
class AdjustRecipe:
    """Options.

    Attributes:
        windows: of each modality and each kind of own mean, that tell how trunks lean.
        share: of that, which is taken off.
    """

    stage: str
    prepared: str
    output: str
    windows: Positive = 2000
    share: Share = 0.5
    folds: Several = 3
    threads: Positive = 2
    seed: NotNegative = 0


def adjust(recipe: AdjustRecipe, console: Console) -> Path:
    """Write the stage anew, its trunks adjusted and nothing else; returns its folder.

    An adjustment that the stage has is replaced.

    Raises:
        ConfigError: the stage has no cold start or is damaged, other clips are prepared than it was
            trained on, or `output` is its folder.
    """
    torch.set_num_threads(recipe.threads)
    source, output = Path(recipe.stage), Path(recipe.output)
    other_folder("adjust", source, output)
    stage = Stage.load_started(source)
    banks = training_banks(Path(recipe.prepared), source, stage)
    folds = load_folds(source, recipe.folds)
    trunks = trunks_in(folds, recipe.folds)
    found: dict[Modality, Tensor] = {}
    for modality in MODALITIES:
        rows = []
        for own in OWN_MEANS:
            windows = _windows(recipe, stage, banks, modality, own)
            blind = [of_fold[modality] for of_fold in trunks]
            scores, truth = believed(windows, blind, modality, stage.classes, recipe.windows)
            lean = fitted(scores, truth)
            rows.append(recipe.share * lean)
            console.print(f"{modality}, {own}: {_told(rows[-1], stage.classes)}", highlight=False)
        found[modality] = torch.stack(rows)
    _write(stage, recipe, folds, found)
    return output


def believed(
    windows: FoldWindows,
    trunks: Sequence[Trunk],
    modality: Modality,
    classes: Sequence[str],
    count: int,
) -> tuple[Tensor, Tensor]:
    """What trunks say of windows of one modality, none of whose people they have seen.

    Args:
        trunks: of that modality, each of which has not seen its fold's people.

    Returns:
        Scores (count, classes) without any adjustment, and the emotions' indices (count,).
    """
    scores, truth = [], []
    for index in track(range(count), f"{modality}s"):
        window = windows.drawn(index)
        summary = torch.from_numpy(window.media[modality].summary).clone()
        summary[-len(OWN_MEANS) :] = 0
        with torch.no_grad():
            scores.append(trunks[index % len(trunks)](summary))
        truth.append(classes.index(window.emotion))
    return torch.stack(scores), torch.tensor(truth)


def fitted(scores: Tensor, truth: Tensor) -> Tensor:
    """What is to be added to scores (n, classes) for the smallest cross-entropy, (classes,).

    0 for an emotion that is nowhere the truth: nothing was seen of it. Mean 0 over the others.
    """
    shown = truth.unique()
    free = torch.zeros(len(shown), dtype=torch.double, requires_grad=True)
    optimiser = torch.optim.LBFGS([free], max_iter=200)

    def loss() -> Tensor:
        optimiser.zero_grad()
        moved = scores.double().index_add(1, shown, free.expand(len(scores), -1))
        value = functional.cross_entropy(moved, truth) + PENALTY * free.square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    added = free.detach()
    return torch.zeros(scores.shape[1]).index_put((shown,), (added - added.mean()).float())


def _windows(
    recipe: AdjustRecipe,
    stage: Stage,
    banks: Mapping[Modality, Bank],
    modality: Modality,
    own: Kind,
) -> FoldWindows:
    """Windows of one modality and one kind of own mean; each emotion is about as frequent."""
    return FoldWindows(
        banks, Path(recipe.stage), stage.classes, {modality: 1.0}, recipe.windows, 1, recipe.folds,
        [float(protocol == own) for protocol in PROTOCOLS], recipe.seed,
    )  # fmt: skip


def _told(added: Tensor, classes: Sequence[str]) -> str:
    return ", ".join(f"{name} {x:+.2f}" for name, x in zip(classes, added.tolist(), strict=True))


def _write(
    stage: Stage,
    recipe: AdjustRecipe,
    folds: dict[str, Tensor],
    found: Mapping[Modality, Tensor],
) -> None:
    """The stage's folder anew; the folds' trunks are adjusted as those that ship."""
    source, output = Path(recipe.stage), Path(recipe.output)
    tensors = load_adapter_tensors(source)
    shipped = load_tensors(source / TRUNKS_FILE, TRUNKS_CURE)
    for modality, adjustment in found.items():
        tensors |= placed(modality, {"adjustment": adjustment})
        shipped[f"{modality}.adjustment"] = adjustment
        for fold in range(recipe.folds):
            folds[f"{fold}.{modality}.adjustment"] = adjustment.clone()
    stage.history.append(
        f"adjusted: {recipe.windows} windows of each kind, {recipe.share:g} of what trunks lean"
    )
    stage.version = UNPUBLISHED
    copy_release(source, output)
    for name, part in ((ADAPTER_FILE, tensors), (TRUNKS_FILE, shipped), (FOLDS_FILE, folds)):
        save_file(part, output / name)
    stage.save(output)
