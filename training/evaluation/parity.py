"""`python -m training parity`: the int4 bundle against the float32 network, window by window."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from training.config import NotNegative, Positive
from training.evaluation.answering import answers
from training.evaluation.evaluate import EvaluateRecipe, Setting
from training.evaluation.torch_responder import compare


@dataclass(frozen=True)
class ParityRecipe:
    """Options: `windows` congruent test pairs; `rationales` writes and compares texts as well."""

    stage: str
    bundle: str
    output: str
    prepared: str = "runs/prepared"
    windows: Positive = 300
    rationales: bool = False
    seed: NotNegative = 0


def parity(recipe: ParityRecipe, console: Console) -> dict[str, float]:
    """Answer the same windows with both; print and save how often and how far they differ."""
    common = EvaluateRecipe(
        stage=recipe.stage, bundle=recipe.bundle, dataset="test", output=recipe.output,
        prepared=recipe.prepared, pairs=recipe.windows, seed=recipe.seed,
    )  # fmt: skip
    setting = Setting(common)
    task = setting.task()
    windows = task.windows("both", "running")
    given = [
        answers(
            Setting(dataclasses.replace(common, backend=backend)).responder(),
            task,
            windows,
            not recipe.rationales,
            backend,
        )
        for backend in ("bundle", "torch")
    ]
    found = compare(*given)
    folder = Path(recipe.output)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "parity.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    console.print(found)
    return found
