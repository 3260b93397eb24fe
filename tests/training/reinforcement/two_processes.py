"""What `test_two_processes` has each process do: two steps, then what came out, as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from accelerate import PartialState

from tests.training.reinforcement.tiny_grpo import adapter_of, grpo


def main(folder: Path) -> None:
    trainer = grpo(folder, steps=2, anchored=1.0)
    rank = PartialState().process_index
    seen: list[int] = []
    windows = trainer._window_of
    trainer._window_of = lambda index: (seen.append(index), windows(index))[1]
    trainer.train()
    sums = {name: float(value.double().sum()) for name, value in adapter_of(trainer).items()}
    rewards = [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]
    found = {"adapter": sums, "seen": seen, "rewards": rewards}
    (folder / f"rank-{rank}.json").write_text(json.dumps(found), encoding="utf-8")
