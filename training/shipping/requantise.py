"""`python -m training requantise`: what rounding to four bits costs, by the usual ways and by ours.

The reference is the trained network itself: the grid it was trained on, with LoRA beside it. Every
other row merges LoRA into the weights and puts the sum on four bits, as is usual. Each row is saved
as soon as it is found, and a second run goes on behind them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from torch import Tensor, nn

from model.bootstrap import Interval, bootstrap_interval
from model.layout import END_THINK
from model.network.processing import prompt_text
from model.release_info import names_in
from model.weights.grid import GridTensor
from training.config import NotNegative, Positive
from training.data.branches import told_word
from training.data.pairs import Window
from training.evaluation.answering import Float64, Task, answers
from training.evaluation.evaluate import EXPLAINED, EvaluateRecipe, Setting
from training.evaluation.faithfulness import measure
from training.evaluation.report import figures_table
from training.evaluation.torch_responder import TorchResponder
from training.metrics import war
from training.rationales.grammar import write_rationale
from training.release import Stage
from training.running.sittings import made_of, write_record
from training.shipping.layerwise import EMBEDDING, Batch, layer_by_layer, matrices, weights_of
from training.shipping.quantisers import AFTERWARDS, compensated, in_eight_bits, on_our_grid
from training.shipping.settle import on_their_grids, public_grids
from training.supervised.sft import load_trained

TRAINED_ON_IT = "trained on the grid, LoRA beside it"
SETTLED = "GPTQ on the grid that it was trained on (ships)"


@dataclass(frozen=True)
class RequantiseRecipe:
    """Options: `windows` pairs of test are answered, `rationales` of them explained and checked.

    `calibration` windows of dev tell GPTQ what the layers read.
    """

    stage: str
    output: str
    prepared: str = "runs/prepared"
    windows: Positive = 100
    rationales: Positive = 20
    calibration: Positive = 16
    threads: Positive = 2
    seed: NotNegative = 0


@dataclass(frozen=True)
class Row:
    """One way of rounding.

    Attributes:
        bits: a weight of the language model, scales included; LoRA's where it lies beside.
        same_answer, mean_absolute_difference: held against the reference.
        perplexity: of the grammar's rationales of the windows, by token.
        supported: share of measurable claims that hold, of `claims`.
    """

    method: str
    bits: float
    n: int
    same_answer: float
    mean_absolute_difference: float
    war: Interval
    perplexity: float
    supported: float
    claims: int


class Bench:
    """The questions: the same windows for every row."""

    def __init__(self, recipe: RequantiseRecipe) -> None:
        self._recipe, stage = recipe, Path(recipe.stage)
        self.model, self.processor = load_trained(stage)
        self._temperature = Stage.load(stage).temperature
        self._task, self._windows = self._asked("test", recipe.windows)
        told = self._asked("dev", recipe.calibration)[1]
        self.calibration = [self._told(window) for window in told]
        self._reference = Path(recipe.output) / "reference.npy"

    def _asked(self, split: str, pairs: int) -> tuple[Task, list[Window]]:
        recipe = self._recipe
        asked = EvaluateRecipe(
            recipe.stage, split, "", recipe.prepared, pairs=pairs, seed=recipe.seed
        )
        task = Setting(asked).task()
        return task, task.windows("both", EXPLAINED)

    def row(self, method: str, bits: float, model: nn.Module) -> Row:
        """Ask `model`; what `TRAINED_ON_IT` says is the reference."""
        responder = TorchResponder(model, self.processor, self._temperature)
        given = answers(responder, self._task, self._windows, True, method)
        said = np.exp(np.stack([answer.whole for answer in given]))
        if method == TRAINED_ON_IT:
            self._reference.parent.mkdir(parents=True, exist_ok=True)
            np.save(self._reference, said)
        reference: Float64 = np.load(self._reference)
        chosen = said.argmax(1)
        explained = self._windows[: self._recipe.rationales]
        told = answers(responder, self._task, explained, False, "rationales")
        found = measure(self._task, responder, explained, told, 0, self._recipe.seed)
        return Row(
            method, bits, len(said), float((chosen == reference.argmax(1)).mean()),
            float(np.abs(said - reference).mean()),
            bootstrap_interval(war, self._task.truth, chosen, groups=self._task.people),
            self._perplexity(model), found.supported.estimate, found.claims,
        )  # fmt: skip

    def _perplexity(self, model: nn.Module) -> float:
        losses = [
            (float(model(**batch).loss), int((batch["labels"] != -100).sum()))
            for batch in map(self._told, self._windows)
        ]
        total = sum(count for _, count in losses)
        return math.exp(sum(loss * count for loss, count in losses) / total)

    def _told(self, window: Window) -> Batch:
        """A window with its rationale behind it, the rationale to be predicted."""
        processor = self.processor
        prompt = processor.ids(prompt_text(list(window.media)))
        prompt += processor.think(told_word(window))
        text = processor.ids(write_rationale(window.evidence, window.emotion) + END_THINK)
        return {
            "input_ids": torch.tensor([prompt + text]),
            "labels": torch.tensor([[-100] * len(prompt) + text]),
            **processor.media_tensors([window.media]),
        }


def requantise(recipe: RequantiseRecipe, console: Console) -> list[Row]:
    """Ask every variant about the same windows, print the table and save it."""
    torch.set_num_threads(recipe.threads)
    bench, rows = Bench(recipe), Rows(recipe)
    with torch.inference_mode():
        if TRAINED_ON_IT not in rows:
            rows.add(bench.row(TRAINED_ON_IT, _bits_beside(bench.model), bench.model))
        merged = bench.model.merge_and_unload()
        kept = {name: weight.clone() for name, weight in matrices(merged).items()}
        for method, rounded, bits in variants(merged, kept, bench.calibration, public_grids()):
            if method not in rows:
                with weights_of(merged, rounded()):
                    rows.add(bench.row(method, bits, merged))
    _tell(rows.found, console)
    return rows.found


class Rows:
    """What was found, in `four-bits.json` of the output.

    Rows of another recipe, or of a stage that was written anew, are not taken.
    """

    def __init__(self, recipe: RequantiseRecipe) -> None:
        self._path = Path(recipe.output) / "four-bits.json"
        stage = Path(recipe.stage)
        self._made_of = made_of(recipe, stage, names_in(stage))
        self.found: list[Row] = []
        if self._path.is_file():
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if kept["recipe"] == self._made_of:
                self.found = [_row(row) for row in kept["rows"]]

    def __contains__(self, method: str) -> bool:
        return any(row.method == method for row in self.found)

    def add(self, row: Row) -> None:
        """Take a row in and save all."""
        self.found.append(row)
        kept = {"recipe": self._made_of, "rows": [asdict(row) for row in self.found]}
        write_record(self._path, kept)


def _row(saved: Mapping[str, Any]) -> Row:
    return Row(**{**saved, "war": Interval.of(saved["war"])})


def variants(
    model: nn.Module,
    kept: Mapping[str, Tensor],
    calibration: Sequence[Batch],
    grids: Mapping[str, GridTensor],
) -> Iterator[tuple[str, Callable[[], Mapping[str, Tensor]], float]]:
    """Ways of rounding: name, what makes the matrices `kept` over, bits a weight.

    Args:
        grids: that the network was trained on, for the one that keeps to it.
    """
    for method, (rounded, bits) in AFTERWARDS.items():
        yield method, lambda f=rounded: {n: f(w) for n, w in kept.items()}, bits  # type: ignore[misc]
    eight = {n for n in kept if n == EMBEDDING or n.endswith("down_proj")}
    share = sum(kept[n].numel() for n in eight) / sum(w.numel() for w in kept.values())
    yield (
        "our grid's search, embeddings and down projections in 8 bits",
        lambda: {n: (in_eight_bits if n in eight else on_our_grid)(w) for n, w in kept.items()},
        4.5 + 4.0 * share,
    )
    yield "GPTQ, symmetric", lambda: _gptq(model, kept, calibration), 4.5
    yield SETTLED, lambda: on_their_grids(model, grids, calibration), 4.5


def _gptq(
    model: nn.Module, kept: Mapping[str, Tensor], calibration: Sequence[Batch]
) -> dict[str, Tensor]:
    embeddings = {EMBEDDING: on_our_grid(kept[EMBEDDING])}
    with weights_of(model, embeddings):
        found = layer_by_layer(
            model, kept, calibration, lambda _, w, moments: compensated(w, moments.read), "GPTQ"
        )
    return {**embeddings, **found}


def _bits_beside(model: nn.Module) -> float:
    """Bits a weight of the grid with LoRA's float16 numbers beside it."""
    beside = sum(p.numel() for name, p in model.named_parameters() if ".lora_" in name)
    inside = sum(
        p.numel()
        for name, p in model.named_parameters()
        if "language_model" in name and ".lora_" not in name and p.ndim == 2
    )
    return 4.5 + 16.0 * beside / inside


def _tell(rows: Sequence[Row], console: Console) -> None:
    table = figures_table(
        "", "bits", "same answer", "mean |dp|", "WAR", "perplexity", "supported",
        title=f"{rows[0].n} pairs of test",
    )  # fmt: skip
    for row in rows:
        table.add_row(
            row.method, f"{row.bits:.2f}", f"{row.same_answer:.3f}",
            f"{row.mean_absolute_difference:.4f}", row.war.cell(), f"{row.perplexity:.3f}",
            f"{row.supported:.3f} of {row.claims}",
        )  # fmt: skip
    console.print(table)
