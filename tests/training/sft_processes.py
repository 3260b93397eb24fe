"""What `test_sft_processes` has each process do: a cold start, then which windows were read."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

from rich.console import Console

from tests.training.launched import as_launched
from tests.training.tiny_sft import sft_recipe, tiny_network
from training.encoders.fold_windows import FoldWindows
from training.running.processes import rank
from training.supervised import sft

SEEN: list[tuple[int, int]] = []
"""Each window that was read, and its fold."""


class NotedWindows(FoldWindows):
    def __call__(self, index, rng):
        SEEN.append((index, self._place(index)[0]))
        return super().__call__(index, rng)


def main(folder: Path) -> None:
    recipe = sft_recipe(folder / "stage", folder / "out", samples=18, batch_size=2, save_steps=3)
    with (
        tiny_network(),
        mock.patch.object(sft, "FoldWindows", NotedWindows),
        as_launched(sft),
    ):
        sft.train(recipe, Console(quiet=True))
    (folder / f"rank-{rank()}.json").write_text(json.dumps(SEEN), encoding="utf-8")
