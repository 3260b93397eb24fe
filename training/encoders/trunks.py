"""`python -m training trunks`: teach the projectors' trunks to tell emotions apart.

Each trunk sees one modality's summary under random baselines, and the dev speakers choose when to
stop. The language model later reads what the trunk has understood, in training from trunks that
have not seen the clip (`training.data.folds`).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import torch
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from model.baseline import Norms, measure_norms
from model.cues import Modality
from model.errors import DataError
from model.layout import MODALITIES
from model.network.projector import Trunk
from model.processing import OWN_MEANS, Statistics
from model.release_info import OPTIONAL_FILES
from training.config import FILLED, NotNegative, Positive, Several, Share
from training.data.bank import Bank, measure_statistics
from training.data.folds import fingerprint, fold_rows, outside
from training.data.load import load_split
from training.data.pairs import PROTOCOLS, Pair, Protocol, make_window
from training.encoders.face_encoder import load_encoder
from training.metrics import uar
from training.release import (
    ADAPTER_FILE,
    FOLDS_FILE,
    NORMS_FILE,
    STATISTICS_FILE,
    TRUNKS_FILE,
    Stage,
    begin_stage,
)

ASKED: tuple[Protocol, ...] = ("none", "running")
"""Protocols under which a trunk is judged on dev."""
PUBLISHED = {
    "fer2013": "FER2013", "tess": "TESS", "nemo": "nEMO", "emodb": "EmoDB", "urdu": "Urdu",
}  # fmt: skip
"""How sources are written by those who published them."""


@dataclass(frozen=True)
class TrunkOptions:
    """Options of one trunk's training."""

    hidden: int = 256
    dropout: float = 0.4
    epochs: int = 24
    variants: int = 4
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    mixup: float = 0.3
    seed: int = 0


def summaries(
    bank: Bank,
    protocols: Sequence[Protocol],
    statistics: Statistics,
    norms: Norms,
    rng: random.Random | None,
) -> npt.NDArray[np.float32]:
    """Each clip's summary (clips, width) under the protocol given for it."""
    rows = []
    for row, protocol in enumerate(protocols):
        face, voice = (row, None) if bank.modality == "face" else (None, row)
        pair = Pair(face, voice, bank.emotions[row], bank.modality)
        window = make_window(pair, {bank.modality: bank}, protocol, statistics, norms, rng)
        rows.append(window.media[bank.modality].summary)
    return np.stack(rows)


def targets_of(bank: Bank, classes: Sequence[str]) -> Tensor:
    """Each clip's emotion as its index in `classes` (clips,)."""
    return torch.tensor([classes.index(emotion) for emotion in bank.emotions])


def lessons(
    bank: Bank,
    classes: Sequence[str],
    statistics: Statistics,
    norms: Norms,
    variants: Iterable[int],
    rng: random.Random,
) -> tuple[Tensor, Tensor]:
    """Summaries of every clip under random baselines, once for each of `variants`, and labels.

    They do not tell of which kind the baselines are: a trunk's adjustment to that corrects what it
    has learned, and must not be learned away.
    """
    drawn = [
        summaries(bank, rng.choices(PROTOCOLS, (2, 1, 2), k=len(bank)), statistics, norms, rng)
        for _ in variants
    ]
    inputs = torch.from_numpy(np.concatenate(drawn))
    inputs[:, -len(OWN_MEANS) :] = 0
    return inputs, targets_of(bank, classes).repeat(len(drawn))


def questions(bank: Bank, statistics: Statistics, norms: Norms) -> dict[Protocol, Tensor]:
    """Summaries of every clip as a trunk is judged by them, for each protocol of `ASKED`."""
    return {
        protocol: torch.from_numpy(summaries(bank, [protocol] * len(bank), statistics, norms, None))
        for protocol in ASKED
    }


def optimiser_of(trunk: Trunk, options: TrunkOptions) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        trunk.parameters(), options.learning_rate, weight_decay=options.weight_decay
    )


def train_trunk(
    banks: Mapping[str, Bank],
    classes: Sequence[str],
    statistics: Statistics,
    norms: Norms,
    options: TrunkOptions,
    console: Console,
) -> Trunk:
    """Train on `banks["train"]`, keep the epoch that is best on `banks["dev"]` (mean UAR).

    Returns the trunk in evaluation mode.
    """
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    train, dev = banks["train"], banks["dev"]
    inputs, targets = lessons(train, classes, statistics, norms, range(options.variants), rng)
    asked = questions(dev, statistics, norms)
    trunk = Trunk(inputs.shape[1], options.hidden, len(classes), options.dropout)
    optimiser = optimiser_of(trunk, options)
    best, kept = -1.0, trunk.state_dict()
    for epoch in range(options.epochs):
        learn_epoch(trunk, optimiser, inputs, targets, options, epoch)
        scores = {p: trunk_uar(trunk, x, dev, classes) for p, x in asked.items()}
        mean = sum(scores.values()) / len(scores)
        if mean > best:
            best, kept = mean, {name: value.clone() for name, value in trunk.state_dict().items()}
        text = "  ".join(f"{p} {score:.3f}" for p, score in scores.items())
        console.print(f"{train.modality} trunk, epoch {epoch + 1}: dev UAR {text}")
    trunk.load_state_dict(kept)
    return trunk.eval()


def learn_epoch(
    trunk: Trunk,
    optimiser: torch.optim.Optimizer,
    inputs: Tensor,
    targets: Tensor,
    options: TrunkOptions,
    epoch: int,
) -> None:
    """One pass with mixup (Zhang et al., 2018) and class weights."""
    trunk.train()
    counts = torch.bincount(targets, minlength=trunk.classifier.out_features).clamp(min=1)
    # Weights of clips, not of classes: torch would weigh the smoothing too, and push everything
    # towards a class that this modality has no clip of.
    weights = (counts.float() ** -0.5)[targets]
    weights /= weights.mean()
    for group in optimiser.param_groups:
        group["lr"] = options.learning_rate * (1 - epoch / options.epochs)
    for rows in torch.randperm(len(targets)).split(128):
        other = rows[torch.randperm(len(rows))]
        share = float(np.random.default_rng(int(rows[0])).beta(options.mixup, options.mixup))
        scores = trunk(share * inputs[rows] + (1 - share) * inputs[other])
        loss = torch.zeros(())
        for part, chosen in ((share, rows), (1 - share, other)):
            losses = functional.cross_entropy(
                scores, targets[chosen], label_smoothing=options.label_smoothing, reduction="none"
            )
            loss = loss + part * (losses * weights[chosen]).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()


def predict(trunk: Trunk, inputs: Tensor) -> Tensor:
    """Class probabilities (n, classes)."""
    trunk.eval()
    with torch.inference_mode():
        return trunk(inputs).softmax(1)


def trunk_uar(trunk: Trunk, inputs: Tensor, bank: Bank, classes: Sequence[str]) -> float:
    """Mean recall of the trunk over the bank's emotions, of its clips' summaries."""
    return uar(targets_of(bank, classes).numpy(), predict(trunk, inputs).argmax(1).numpy())


@dataclass(frozen=True)
class TrunkRecipe:
    """Options of `python -m training trunks`."""

    prepared: str
    face_encoder: str
    output: str
    levels: Annotated[tuple[NotNegative, ...], FILLED] = (1, 2, 3)
    hidden: Positive = 256
    face_dropout: Share = 0.3
    voice_dropout: Share = 0.5
    epochs: Positive = 24
    variants: Positive = 4
    rare: Positive = 20
    folds: Several = 3
    threads: Positive = 2
    seed: NotNegative = 0


def train(recipe: TrunkRecipe, console: Console) -> Path:
    """Measure norms and statistics, train the trunks, write the first stage's folder.

    Raises:
        DataError: too little is prepared to learn from, or to choose by.
    """
    torch.set_num_threads(recipe.threads)
    output, prepared = Path(recipe.output), Path(recipe.prepared)
    output.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder(Path(recipe.face_encoder))
    banks = {
        split: load_split(prepared, split, encoder, recipe.levels) for split in ("train", "dev")
    }
    train_banks = banks["train"]
    rows = [
        pair for bank in train_banks.values() for pair in zip(bank.people, bank.cues, strict=True)
    ]
    source = f"{len(rows)} training clips: {_told_sources(train_banks)}"
    console.print(source, markup=False, highlight=False)
    try:
        norms = measure_norms(rows, source)
    except ValueError as error:
        raise DataError(f"{prepared}: {error}, where 20 are needed; prepare more clips.") from error
    statistics = measure_statistics(list(train_banks.values()))
    counts = Counter(emotion for bank in train_banks.values() for emotion in bank.emotions)
    classes = sorted(emotion for emotion, count in counts.items() if count >= recipe.rare)
    if len(classes) < 2:
        raise DataError(
            f"{prepared}: {len(classes)} emotion(s) have rare={recipe.rare} training clips, and "
            "telling apart takes two; prepare more clips, or take a smaller rare=."
        )
    if seldom := sorted((emotion, n) for emotion, n in counts.items() if n < recipe.rare):
        told = ", ".join(f"{n} of {emotion}" for emotion, n in seldom)
        console.print(f"left out, of emotions with fewer than rare={recipe.rare} clips: {told}")
    shipped, folds = {}, {}
    folded: dict[str, str] = {}
    for modality, pair in split_banks(prepared, banks, classes, recipe.folds).items():
        folded[modality] = fingerprint(pair["train"])
        trunks = _train_with_folds(recipe, pair, classes, statistics, norms, console)
        shipped.update(named(trunks[0], modality))
        for fold, trunk in enumerate(trunks[1:]):
            folds.update(named(trunk, f"{fold}.{modality}"))
    begin_stage(output)
    save_file(shipped, output / TRUNKS_FILE)
    save_file(folds, output / FOLDS_FILE)
    statistics.save(output / STATISTICS_FILE)
    norms.save(output / NORMS_FILE)
    face_encoder = Path(recipe.face_encoder).read_bytes()
    (output / "face_encoder.safetensors").write_bytes(face_encoder)
    for name in (ADAPTER_FILE, *OPTIONAL_FILES):
        (output / name).unlink(missing_ok=True)  # of a stage that lay here: `sft` would go on in it
    Stage(
        classes, list(recipe.levels), hidden=recipe.hidden, folded=folded, history=["trunks"]
    ).save(output)
    return output


def _told_sources(banks: Mapping[Modality, Bank]) -> str:
    """What the clips of each modality are from, in words: "faces of A and B, voices of C"."""
    parts = []
    for modality, bank in banks.items():
        *others, last = dict.fromkeys(PUBLISHED.get(name, name) for name in bank.sources)
        parts.append(f"{modality}s of {', '.join(others)}{' and ' * bool(others)}{last}")
    return ", ".join(parts)


def split_banks(
    prepared: Path,
    banks: Mapping[str, Mapping[Modality, Bank]],
    classes: Sequence[str],
    folds: int,
) -> dict[Modality, dict[str, Bank]]:
    """Each modality's clips of each split whose emotion is one of `classes`.

    Raises:
        DataError: a split has none of a modality.
        ConfigError: a modality's training clips are of fewer people than there are to be folds.
    """
    chosen = {
        modality: {split: within(both[modality], classes) for split, both in banks.items()}
        for modality in MODALITIES
    }
    for modality, splits in chosen.items():
        for split, bank in splits.items():
            if not len(bank):
                raise DataError(
                    f"{prepared}: no {modality} of the {split} split shows "
                    f"{' or '.join(classes)}; prepare some that do."
                )
        fold_rows(splits["train"], folds)  # before any trunk has learned for minutes
    return chosen


def _train_with_folds(
    recipe: TrunkRecipe,
    banks: Mapping[str, Bank],
    classes: Sequence[str],
    statistics: Statistics,
    norms: Norms,
    console: Console,
) -> list[Trunk]:
    """The trunk of all training clips, then for each fold the trunk that never saw it."""
    dropout = recipe.face_dropout if banks["train"].modality == "face" else recipe.voice_dropout
    options = TrunkOptions(recipe.hidden, dropout, recipe.epochs, recipe.variants, seed=recipe.seed)
    shipped = train_trunk(banks, classes, statistics, norms, options, console)
    return [
        shipped, *fold_trunks(banks, classes, statistics, norms, options, recipe.folds, console),
    ]  # fmt: skip


def fold_trunks(
    banks: Mapping[str, Bank],
    classes: Sequence[str],
    statistics: Statistics,
    norms: Norms,
    options: TrunkOptions,
    count: int,
    console: Console,
) -> Iterator[Trunk]:
    """For each fold of `banks["train"]` the trunk that never saw it."""
    train = banks["train"]
    for fold, rows in enumerate(fold_rows(train, count), 1):
        console.print(f"{train.modality} trunk without fold {fold} of {count}")
        rest = {**banks, "train": train.select(outside(rows, len(train)))}
        yield train_trunk(rest, classes, statistics, norms, options, console)


def named(trunk: Trunk, prefix: str) -> dict[str, Tensor]:
    """A trunk's tensors as they are kept in a stage's files."""
    return {f"{prefix}.{name}": value for name, value in trunk.state_dict().items()}


def within(bank: Bank, classes: Sequence[str]) -> Bank:
    """The clips whose emotion is one of `classes`."""
    rows = [row for row in range(len(bank)) if bank.emotions[row] in classes]
    return bank.select(np.array(rows, np.intp))
