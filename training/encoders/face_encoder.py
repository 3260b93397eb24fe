"""`python -m training face-encoder`: train the face CNN on single labelled faces.

Trained on growing crops (cheap small pictures first), with an exponential moving average of the
weights, a checkpoint after every epoch, and resume from it. The weights that are kept are those of
the average at the end; the test split is looked at once, after training.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from model.errors import ConfigError
from model.network.face_encoder import CLASSES, WIDTHS, FaceEncoder, standardise
from model.perception.face_crop import CROP_SIDE
from training.config import FILLED, Amount, NotNegative, Positive, Share
from training.data.faces import FaceSet, load_faces
from training.progress import track
from training.tensors import load_tensors

EMA_DECAY = 0.998
GENTLE = 0.35


@dataclass(frozen=True)
class FaceEncoderRecipe:
    """Options of the face encoder's training; crop sizes are in pixels, one per third of it.

    The last `gentle_epochs` are augmented at `GENTLE` of the strength: what a small network sees at
    the end is what it fits best. `widths` and `depth` are the network's; `mixup` is the parameter
    of Beta by which faces are mixed in pairs (Zhang et al. 2018), 0 for none. `bfloat16` trains in
    mixed precision, 2.5 times as fast where the processor has matrix units for it (AMX), slower
    elsewhere.
    """

    output: str
    sets: Annotated[tuple[str, ...], FILLED] = ("fer2013", "muxspace")
    widths: Annotated[tuple[Positive, ...], FILLED] = WIDTHS
    depth: Positive = 1
    epochs: Positive = 20
    batch_size: Positive = 128
    learning_rate: Amount = 3e-3
    weight_decay: Amount = 0.02
    label_smoothing: Share = 0.1
    mixup: Amount = 0.0
    dropout: Share = 0.2
    crop_sizes: Annotated[tuple[Positive, ...], FILLED] = (32, 40, 48)
    gentle_epochs: NotNegative = 6
    bfloat16: bool = False
    threads: Positive = 2
    seed: NotNegative = 0


def augment(faces: Tensor, size: int, generator: torch.Generator, strength: float = 1.0) -> Tensor:
    """Random flip, rotation ±15°, scale ±15 %, shift ±8 %, contrast: (n, 1, size, size).

    `strength` in [0, 1] scales all but the flip.
    """
    count = len(faces)

    def around(middle: float, reach: float) -> Tensor:
        draws = torch.rand(count, generator=generator) * 2 - 1
        return middle + reach * strength * draws

    angle, scale = around(0.0, 0.26), around(1.0, 0.15)
    flip = (torch.rand(count, generator=generator) < 0.5).float() * 2 - 1
    cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = torch.stack([cosine * flip, -sine, around(0.0, 0.16)], 1)
    columns = torch.stack([sine * flip, cosine, around(0.0, 0.16)], 1)
    grid = functional.affine_grid(torch.stack([rows, columns], 1), [count, 1, size, size], False)
    moved = functional.grid_sample(
        standardise(faces), grid, padding_mode="border", align_corners=False
    )
    gain, gamma = around(1.0, 0.22).view(-1, 1, 1, 1), around(0.0, 0.3).view(-1, 1, 1, 1)
    return _erase(moved * gain + gamma * moved.tanh().square(), 0.25 * strength, generator)


def _erase(faces: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Blank one random rectangle (up to a third of the side) in a share of the faces."""
    count, size = len(faces), faces.shape[-1]

    def stretch() -> Tensor:
        start = torch.rand(count, 1, generator=generator) * size
        length = torch.rand(count, 1, generator=generator) * size / 3
        place = torch.arange(size)
        return (place >= start) & (place < start + length)

    chosen = torch.rand(count, generator=generator) < share
    region = stretch()[:, :, None] & stretch()[:, None, :] & chosen[:, None, None]
    return faces.masked_fill(region[:, None], 0.0)


def predict(encoder: FaceEncoder, faces: np.ndarray, batch_size: int = 256) -> Tensor:
    """Class probabilities (n, 7), averaged over each face and its mirror image."""
    encoder.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(faces), batch_size):
            batch = standardise(torch.from_numpy(faces[start : start + batch_size]))
            both = encoder(batch)[1].softmax(1) + encoder(batch.flip(3))[1].softmax(1)
            parts.append(both / 2)
    return torch.cat(parts)


def accuracy(encoder: FaceEncoder, faces: FaceSet) -> float:
    """Share of faces whose most probable class is their label."""
    predicted = predict(encoder, faces.faces).argmax(1).numpy()
    return float((predicted == faces.labels).mean())


class _Run:
    """One training run: the state that a checkpoint holds, and how it moves forward."""

    def __init__(self, recipe: FaceEncoderRecipe, train: FaceSet) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.train, self.epoch = recipe, train, 0
        self.encoder = FaceEncoder(recipe.widths, recipe.depth, recipe.dropout)
        for weight in self.encoder.parameters():
            if weight.ndim == 4:  # the layout that CPU convolutions are fastest in
                weight.data = weight.data.contiguous(memory_format=torch.channels_last)
        self.average = FaceEncoder(recipe.widths, recipe.depth)
        self.average.load_state_dict(self.encoder.state_dict())
        self.optimiser = torch.optim.AdamW(
            self.encoder.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        self.steps_per_epoch = len(train.faces) // recipe.batch_size
        if not self.steps_per_epoch:
            raise ConfigError(
                f"batch_size={recipe.batch_size}: there are only {len(train.faces)} faces to train "
                "on; take a smaller batch_size=, or more sets."
            )
        counts = np.bincount(train.labels, minlength=len(CLASSES))
        counts = np.maximum(counts, 1)  # a class that no face has weighs as one with a single face
        # Square-root weights: rare classes count more, without drowning in the 1.5 % of disgust.
        weights = torch.from_numpy(np.sqrt(counts.sum() / (len(CLASSES) * counts))).float()
        self.loss = nn.CrossEntropyLoss(weights, label_smoothing=recipe.label_smoothing)

    @property
    def size(self) -> int:
        """Side of the crops of the epoch that comes next, in pixels."""
        sizes = self.recipe.crop_sizes
        return sizes[min(self.epoch * len(sizes) // self.recipe.epochs, len(sizes) - 1)]

    def rate(self, step: int) -> float:
        """Linear warm-up over the first 5 % of steps, then half a cosine to zero."""
        total = self.recipe.epochs * self.steps_per_epoch
        done = (self.epoch * self.steps_per_epoch + step) / total
        return min(done / 0.05, 0.5 * (1 + math.cos(math.pi * done)))

    def run_epoch(self) -> float:
        self.encoder.train()
        generator = torch.Generator().manual_seed(self.recipe.seed * 1000 + self.epoch)
        torch.manual_seed(self.recipe.seed * 1000 + self.epoch)  # dropout: the same after a resume
        order = torch.randperm(len(self.train.faces), generator=generator).numpy()
        total, gentle = 0.0, self.epoch >= self.recipe.epochs - self.recipe.gentle_epochs
        for step in track(range(self.steps_per_epoch), f"epoch {self.epoch + 1}"):
            rows = order[step * self.recipe.batch_size : (step + 1) * self.recipe.batch_size]
            for group in self.optimiser.param_groups:
                group["lr"] = self.recipe.learning_rate * self.rate(step)
            faces = torch.from_numpy(self.train.faces[rows])
            faces = augment(faces, self.size, generator, GENTLE if gentle else 1.0)
            loss = self._loss(faces, torch.from_numpy(self.train.labels[rows]), generator)
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            self.optimiser.step()
            self._update_average()
            total += loss.item()
        self.epoch += 1
        return total / self.steps_per_epoch

    def _loss(self, faces: Tensor, labels: Tensor, generator: torch.Generator) -> Tensor:
        other, share = labels, 1.0
        if self.recipe.mixup:
            draw = int(torch.randint(2**31, (), generator=generator))
            share = float(np.random.default_rng(draw).beta(self.recipe.mixup, self.recipe.mixup))
            order = torch.randperm(len(faces), generator=generator)
            faces, other = share * faces + (1 - share) * faces[order], labels[order]
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.bfloat16):
            scores = self.encoder(faces.to(memory_format=torch.channels_last))[1]
        scores = scores.float()
        loss: Tensor = share * self.loss(scores, labels)
        return loss if share == 1.0 else loss + (1 - share) * self.loss(scores, other)

    def _update_average(self) -> None:
        state = self.encoder.state_dict()
        with torch.no_grad():
            for name, value in self.average.state_dict().items():
                if value.dtype.is_floating_point:
                    value.lerp_(state[name], 1 - EMA_DECAY)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / "state.partial"
        torch.save(
            {
                "epoch": self.epoch,
                "encoder": self.encoder.state_dict(),
                "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "recipe": self._options(),
            },
            partial,
        )
        partial.replace(folder / "state.pt")

    def _options(self) -> dict[str, Any]:
        """What decides about the outcome."""
        options = asdict(self.recipe)
        return {name: options[name] for name in options if name not in ("output", "threads")}

    def resume(self, folder: Path) -> bool:
        """Go on from the checkpoint in `folder`, if there is one.

        Raises:
            ConfigError: it is of a network of another shape, or of another recipe.
        """
        path = folder / "state.pt"
        if not path.is_file():
            return False
        state = torch.load(path, weights_only=True)
        if _shapes(state["encoder"]) != _shapes(self.encoder.state_dict()):
            raise ConfigError(
                f"{path}: was begun with other `widths` or another `depth`; take those again, "
                "remove that folder to begin anew, or choose another output=…."
            )
        asked, begun = self._options(), state.get("recipe", {})
        different = [f"{n}={begun[n]}, not {asked[n]}" for n in asked if begun.get(n) != asked[n]]
        if begun and different:
            raise ConfigError(
                f"{path}: was begun with {', '.join(different)}; take that again, remove that "
                "folder to begin anew, or choose another output=…."
            )
        self.epoch = state["epoch"]
        self.encoder.load_state_dict(state["encoder"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        return True


def _shapes(state: Mapping[str, Tensor]) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in state.items()}


def load_encoder(path: Path) -> FaceEncoder:
    """The encoder whose weights `train` wrote to `path` (safetensors).

    Raises:
        ConfigError: there is none, or the file holds something else.
    """
    cure = "run `python -m training face-encoder`, or `trunks` where it is a stage's"
    state = load_tensors(path, cure)
    try:
        return FaceEncoder.from_state(state)
    except (LookupError, ArithmeticError, RuntimeError) as error:
        raise ConfigError(f"{path}: holds no face encoder; {cure}.") from error


def train(recipe: FaceEncoderRecipe, root: Path, console: Console) -> Path:
    """Train (or go on training) and write `face_encoder.safetensors` and `face_encoder.json`.

    Returns the folder. Raises DataError if a set is missing from `root`.
    """
    torch.set_num_threads(recipe.threads)
    output = Path(recipe.output)
    run = _Run(recipe, load_faces(root, recipe.sets, "train"))
    dev = load_faces(root, ("fer2013",), "dev")
    if run.resume(output):
        console.print(f"resuming after epoch {run.epoch} of {recipe.epochs}")
    while run.epoch < recipe.epochs:
        size, loss = run.size, run.run_epoch()
        run.save(output)
        console.print(
            f"epoch {run.epoch}/{recipe.epochs}  crop {size}  loss {loss:.3f}  "
            f"dev accuracy {accuracy(run.average, dev):.4f}"
        )
    kept = {
        n: v.half() if v.is_floating_point() else v for n, v in run.average.state_dict().items()
    }
    save_file(kept, output / "face_encoder.safetensors")
    run.average.load_state_dict(kept)
    test = load_faces(root, ("fer2013",), "test")
    report = {
        "dev_accuracy": accuracy(run.average, dev),
        "test_accuracy": accuracy(run.average, test),
        "n_test": len(test.labels),
        "crop_size": CROP_SIDE,
    }
    (output / "face_encoder.json").write_text(json.dumps(report, indent=2) + "\n")
    console.print(report)
    return output
