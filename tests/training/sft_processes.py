"""Run by `test_sft_processes` in each process: a cold start, then which windows were read.

R1_OMNI_STOP_AT=N in the environment interrupts it behind N steps.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[2]))

from accelerate.state import PartialState
from accelerate.utils import DistributedType
from rich.console import Console

from tests.training.tiny_sft import sft_recipe, tiny_network
from training import sft
from training.fold_windows import FoldTrunks, FoldWindows
from training.processes import rank

SEEN: list[tuple[int, int]] = []
"""Each window that was read, and its fold."""


class NotedWindows(FoldWindows):
    def __call__(self, index, rng):
        SEEN.append((index, self._place(index)[0]))
        return super().__call__(index, rng)


def pass_for_gpus() -> None:
    """Accelerate shards weights between GPUs only; two processors do for it if they say so."""
    begin = PartialState.__init__

    def said(self, *args, **kwargs):
        begin(self, *args, **kwargs)
        if self.distributed_type == DistributedType.MULTI_CPU:
            self.distributed_type = DistributedType.MULTI_GPU

    PartialState.__init__ = said


class Interrupted(FoldTrunks):
    def on_step_begin(self, args, state, control, **kwargs):
        if str(state.global_step) == os.environ.get("R1_OMNI_STOP_AT"):
            sys.exit()
        super().on_step_begin(args, state, control, **kwargs)


def main(folder: Path) -> None:
    recipe = sft_recipe(folder / "stage", folder / "out", samples=18, batch_size=2, save_steps=3)
    if "ACCELERATE_USE_FSDP" in os.environ:
        pass_for_gpus()
    with (
        tiny_network(),
        mock.patch.object(sft, "FoldWindows", NotedWindows),
        mock.patch.object(sft, "FoldTrunks", Interrupted),
        suppress(SystemExit),
    ):
        sft.train(recipe, Console(quiet=True))
    (folder / f"rank-{rank()}.json").write_text(json.dumps(SEEN), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
