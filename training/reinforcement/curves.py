"""A line a logging step: how far training is, each objective's mean with its course, time left."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from typing import Any

from rich.console import Console
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 12
_PREFIX, _SUFFIX = "rewards/", "/mean"
_OTHERS = {
    "kl": "KL",
    "direct_kl": "KL of direct answers",
    "entropy": "entropy",
    "completions/mean_length": "tokens",
    "completions/clipped_ratio": "cut off",
}


def objective_of(key: str) -> str | None:
    """The objective whose mean TRL logs under this key, `None` where it is none's.

    >>> objective_of("rewards/grounding/mean")
    'grounding'
    """
    if key.startswith(_PREFIX) and key.endswith(_SUFFIX):
        return key[len(_PREFIX) : -len(_SUFFIX)]
    return None


def curve_of(key: str) -> str | None:
    """A curve's name on screen and in plots, `None` for what nobody looks at.

    >>> curve_of("kl")
    'KL'
    """
    return objective_of(key) or _OTHERS.get(key)


def sparkline(values: list[float]) -> str:
    """The last values as blocks between the least and the greatest of them.

    >>> sparkline([0.0, 0.5, 1.0])
    '▁▅█'
    """
    last = values[-WIDTH:]
    low, high = min(last), max(last)
    span = high - low or 1.0
    return "".join(BLOCKS[round((value - low) / span * (len(BLOCKS) - 1))] for value in last)


class RewardCurves(TrainerCallback):
    """Prints the curves of a GRPO run."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._courses: dict[str, list[float]] = defaultdict(list)
        self._begun, self._first = time.monotonic(), 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._begun, self._first = time.monotonic(), state.global_step

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        logs = logs or {}
        if "reward" not in logs or not state.is_world_process_zero:
            return
        parts = [f"{state.global_step}/{state.max_steps}", self._left(state)]
        for key, value in logs.items():
            if objective := objective_of(key):
                parts.append(self._course(objective, value))
        parts += [f"{_OTHERS[key]} {float(logs[key]):.3g}" for key in _OTHERS if key in logs]
        self._console.print("  ".join(parts), highlight=False, markup=False, soft_wrap=True)

    def _course(self, name: str, value: float | None) -> str:
        """The objective's mean and its course; a step that it paid for nothing in has no mean."""
        if value is None or math.isnan(value):
            return f"{name} –"
        self._courses[name].append(value)
        return f"{name} {value:.2f} {sparkline(self._courses[name])}"

    def _left(self, state: TrainerState) -> str:
        done = max(1, state.global_step - self._first)
        seconds = (time.monotonic() - self._begun) / done * (state.max_steps - state.global_step)
        return f"{seconds / 60:.0f} min left"
