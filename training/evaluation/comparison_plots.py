"""The plots of `reproduce`: what each arm is worth, and how reinforcement went."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model.bootstrap import bootstrap_interval
from training.evaluation.comparison import ARMS, answers_of, arm_folder, forms_of
from training.metrics import war
from training.reinforcement.curves import curve_of

SMOOTHED = 5
"""Steps that a curve is the running mean of."""


def plot_accuracy(
    seed_folder: Path, sets: Sequence[str], protocols: Sequence[str], path: Path
) -> None:
    """WAR of every arm and form with its 95 % interval, a panel a set and protocol, as a PNG."""
    from matplotlib.figure import Figure  # without pyplot: no display, no global state

    cases = [(dataset, protocol) for dataset in sets for protocol in protocols]
    rows = [(arm, form) for arm in ARMS for form in forms_of(arm)][::-1]
    figure = Figure(figsize=(2 + 2.6 * len(cases), 1 + 0.4 * len(rows)), layout="tight")
    panels = figure.subplots(1, len(cases), sharey=True, squeeze=False)[0]
    for axes, (dataset, protocol) in zip(panels, cases, strict=True):
        for height, (arm, form) in enumerate(rows):
            *_, one = answers_of(seed_folder, arm, dataset, form, protocol).values()
            found = bootstrap_interval(war, one.truth, one.answers, groups=one.people)
            axes.plot([found.low, found.high], [height, height], color="tab:blue")
            axes.plot(found.estimate, height, "o", color="tab:blue")
        axes.set(title=f"{Path(dataset).name}, {protocol}", xlabel="WAR")
        axes.set_yticks(range(len(rows)), [f"{arm}, {form}" for arm, form in rows])
        axes.grid(axis="x", alpha=0.3)
    figure.savefig(path, dpi=120)


def plot_curves(seed_folder: Path, path: Path) -> None:
    """Each objective, divergence, entropy and length over the steps of reinforcement, as a PNG."""
    from matplotlib.figure import Figure

    courses = {arm: found for arm in ARMS if (found := _courses(arm_folder(seed_folder, arm)))}
    names = sorted({name for found in courses.values() for name in found})
    if not names:
        return
    figure = Figure(figsize=(12, 2.4 * -(-len(names) // 3)), layout="tight")
    panels = figure.subplots(-(-len(names) // 3), 3, squeeze=False).flat
    for name, axes in zip(names, panels, strict=False):  # names first: no panel is lost at the end
        for arm, found in courses.items():
            if name in found:
                axes.plot(*_smooth(*found[name]), label=arm, color=f"C{ARMS.index(arm)}")
        axes.set(title=name, xlabel="step")
        axes.grid(alpha=0.3)
    for axes in list(panels):
        axes.axis("off")
    figure.axes[0].legend()
    figure.savefig(path, dpi=100)


def _courses(folder: Path) -> dict[str, tuple[list[int], list[float]]]:
    """Steps and values of every curve that a GRPO run's last checkpoint tells of."""
    states = sorted(folder.glob("checkpoint-*/trainer_state.json"), key=_step_of)
    if not states:
        return {}
    found: dict[str, tuple[list[int], list[float]]] = {}
    for entry in json.loads(states[-1].read_text(encoding="utf-8"))["log_history"]:
        for key, value in entry.items():
            name = curve_of(key)
            if name and "reward" in entry and _is_number(value):
                steps, values = found.setdefault(name, ([], []))
                steps.append(entry["step"])
                values.append(value)
    return found


def _step_of(state: Path) -> int:
    return int(state.parent.name.rpartition("-")[2])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not np.isnan(value)


def _smooth(steps: list[int], values: list[float]) -> tuple[list[int], list[float]]:
    width = min(SMOOTHED, len(values))
    means = np.convolve(values, np.ones(width) / width, mode="valid")
    return steps[width - 1 :], [float(mean) for mean in means]
