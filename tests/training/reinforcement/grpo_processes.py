"""What `test_shards` has each process do: reinforcement with all that may ask the network."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

from rich.console import Console

from tests.training.launched import as_launched
from tests.training.tiny_sft import FOLDS, tiny_network
from training.reinforcement import grpo
from training.running.processes import rank


def main(folder: Path) -> None:
    recipe = grpo.GrpoRecipe(
        str(folder / "stage"), "prepared", str(folder / "out"),
        objectives={"consistency": 2.0, "agreement": 1.0, "grounding": 1.0, "form": 0.5},
        steps=4, prompts=2, generations=4, micro_batch=4, learning_rate=1e-2, anchored=1.0,
        claim_credit=1.0, loss="dapo", aggregation="normalize_then_sum", conflict=0.2,
        longest=12, folds=FOLDS, save_steps=1, threads=1,
    )  # fmt: skip
    with (
        tiny_network(),
        mock.patch.object(grpo, "store_by_columns"),  # not before GPUs, which alone share out
        as_launched(grpo),
    ):
        grpo.train(recipe, Console(quiet=True))
    (folder / f"rank-{rank()}.json").write_text("[]", encoding="utf-8")
