"""`python -m training reproduce`: the paper's comparison, from a cold start to a table.

Direct supervised fine-tuning, the cold start, reinforcement as R1-Omni does it and reinforcement
that also pays for a true rationale, all from the same trunks, asked about the same clips. Whatever
is there already is not done again, so an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from model.export.assemble import assemble, public_parts
from model.release_info import Release
from training import grpo, sft
from training.config import load_recipe
from training.evaluation import EvaluateRecipe, benchmark, evaluate
from training.metrics import Interval, Metric, bootstrap_interval, uar, war
from training.predictions import Predictions, compare, load_predictions

RECIPES = Path(__file__).parent / "recipes"
BASELINE = "direct SFT"
FORMS = ("direct", "think")


@dataclass(frozen=True)
class ReproduceRecipe:
    """Options of the whole comparison.

    Attributes:
        stage: with trunks, that everything begins from.
        sets: prepared sets, "test", or folders of media, as `evaluate` takes them.
        samples: windows of the cold start and of direct fine-tuning.
        steps: of reinforcement.
        limit: clips of each set that are asked about, 0 for all.
        think_limit: the same where a rationale is to be written before each answer.
        rationales, swaps: as for `faithfulness`.
    """

    prepared: str
    stage: str
    output: str
    results: str
    sets: tuple[str, ...] = ("test", "voices_ravdess")
    protocols: tuple[str, ...] = ("none", "running")
    seeds: tuple[int, ...] = (0,)
    samples: int = 2640
    steps: int = 200
    limit: int = 0
    think_limit: int = 300
    rationales: int = 300
    swaps: int = 100
    threads: int = 2


Arm = Callable[[ReproduceRecipe, int, Path, Console], None]


def _sft(recipe: str) -> Arm:
    def run(options: ReproduceRecipe, seed: int, folder: Path, console: Console) -> None:
        overrides = [
            f"stage={options.stage}", f"prepared={options.prepared}", f"output={folder}",
            f"samples={options.samples}", f"threads={options.threads}", f"seed={seed}",
        ]  # fmt: skip
        sft.train(load_recipe(sft.SftRecipe, RECIPES / recipe, overrides), console)

    return run


def _grpo(recipe: str) -> Arm:
    def run(options: ReproduceRecipe, seed: int, folder: Path, console: Console) -> None:
        overrides = [
            f"stage={folder.parent / _folder('cold start')}", f"prepared={options.prepared}",
            f"output={folder}", f"steps={options.steps}", f"threads={options.threads}",
            f"seed={seed}",
        ]  # fmt: skip
        grpo.train(load_recipe(grpo.GrpoRecipe, RECIPES / recipe, overrides), console)

    return run


ARMS: Mapping[str, Arm] = {
    BASELINE: _sft("sft_labels.yaml"),
    "cold start": _sft("sft_cold_start.yaml"),
    "GRPO (R1-Omni)": _grpo("grpo_r1_omni.yaml"),
    "GRPO (grounded)": _grpo("grpo_grounded.yaml"),
}
"""In the order in which they are trained: reinforcement begins from the cold start."""


def reproduce(recipe: ReproduceRecipe, console: Console) -> Path:
    """Train what is not trained, ask what is not asked, write the tables; returns their path."""
    output = Path(recipe.output)
    for seed in recipe.seeds:
        for arm, train in ARMS.items():
            folder = output / f"seed-{seed}" / _folder(arm)
            if not (folder / "stage.json").is_file():
                console.rule(f"{arm}, seed {seed}")
                train(recipe, seed, folder, console)
            _ask(recipe, arm, folder, console)
    results = Path(recipe.results)
    results.mkdir(parents=True, exist_ok=True)
    path = results / "comparison.md"
    path.write_text(comparison(recipe), encoding="utf-8")
    console.print(f"{path}")
    return path


def _folder(arm: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in arm.lower()).strip("_")


def forms_of(arm: str) -> tuple[str, ...]:
    """The forms in which an arm answers: labels alone teach no rationale."""
    return FORMS[:1] if arm == BASELINE else FORMS


def _ask(recipe: ReproduceRecipe, arm: str, folder: Path, console: Console) -> None:
    """Every set in every form, and faithfulness, through the arm's own bundle."""
    bundle = folder / "bundle"
    if not (bundle / "bundle.json").is_file():
        assemble(public_parts(), Release.load(folder), bundle, lambda stage: None)
    common = EvaluateRecipe(str(folder), "test", "", recipe.prepared, str(bundle))
    for dataset in recipe.sets:
        for form in forms_of(arm):
            where = _asked(folder, dataset, form)
            if not (where / "report.json").is_file():
                console.rule(f"{arm} about {dataset}, {form}")
                asked = dataclasses.replace(
                    common, dataset=dataset, output=str(where), form=form,
                    protocols=recipe.protocols, floor=form == "direct",
                    limit=recipe.limit if form == "direct" else recipe.think_limit,
                )  # fmt: skip
                evaluate(asked, console)
    where = folder / "faithfulness"
    if len(forms_of(arm)) > 1 and not (where / "report.json").is_file():
        told = dataclasses.replace(
            common, output=str(where), rationales=recipe.rationales, swaps=recipe.swaps
        )
        benchmark(told, console)


def _asked(folder: Path, dataset: str, form: str) -> Path:
    return folder / f"{Path(dataset).name}-{form}"


# --- the tables -------------------------------------------------------------------------------


def comparison(recipe: ReproduceRecipe) -> str:
    """Markdown: accuracy on every set and protocol beside direct fine-tuning, then faithfulness."""
    parts = ["# Supervised fine-tuning against reinforcement\n"]
    for seed in recipe.seeds:
        folder = Path(recipe.output) / f"seed-{seed}"
        for dataset in recipe.sets:
            for protocol in recipe.protocols:
                parts.append(_accuracy(folder, dataset, protocol, seed))
        parts.append(_faithfulness(folder, seed))
    return "\n".join(parts)


def _predictions(folder: Path, arm: str, dataset: str, form: str, protocol: str) -> Predictions:
    found = load_predictions(_asked(folder / _folder(arm), dataset, form))
    both = {key[1]: one for key, one in found.items() if key[::2] == ("bundle", protocol)}
    return both.get("both") or next(iter(both.values()))


def _accuracy(folder: Path, dataset: str, protocol: str, seed: int) -> str:
    baseline = _predictions(folder, BASELINE, dataset, "direct", protocol)
    rows = [
        f"\n**{Path(dataset).name}**, baseline *{protocol}*, {baseline.modality}, seed {seed}\n",
        "| | answer | n | WAR | UAR | WAR − direct SFT, p | UAR − direct SFT, p |",
        "|---|---|---|---|---|---|---|",
    ]
    for arm in ARMS:
        for form in forms_of(arm):
            one = _predictions(folder, arm, dataset, form, protocol)
            figures = [
                _cell(bootstrap_interval(metric, one.truth, one.answers, groups=one.people))
                for metric in (war, uar)
            ]
            ahead = [_ahead(one, baseline, metric) for metric in (war, uar)]
            own = arm == BASELINE
            rows.append(
                _row(arm, form, str(len(one.clips)), *figures, *(("", "") if own else ahead))
            )
    return "\n".join(rows) + "\n"


def _ahead(one: Predictions, baseline: Predictions, metric: Metric) -> str:
    """By how much, on the clips that it was asked about, and how likely that is chance."""
    better = compare(one, baseline.only(one.clips), metric)
    return f"{_cell(better.interval)}, {better.p_value:.3f}"


def _faithfulness(folder: Path, seed: int) -> str:
    rows = [
        f"\n**Faithfulness**, pairs of test, seed {seed}\n",
        "| | supported | contradicted | absent | think = direct | follows | rests on it |",
        "|---|---|---|---|---|---|---|",
    ]
    for arm in ARMS:
        path = folder / _folder(arm) / "faithfulness" / "report.json"
        if path.is_file():
            found = json.loads(path.read_text(encoding="utf-8"))["faithfulness"]
            cells = [
                _cell(Interval(**found[name]))
                for name in ("supported", "contradicted", "absent", "agreement", "follows")
            ]
            kept = found["rests"].get("another's rationale")
            rows.append(_row(arm, *cells, "–" if kept is None else f"{1 - kept:.2f}"))
    return "\n".join(rows) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(interval: Interval) -> str:
    values = [interval.estimate, interval.low, interval.high]
    if any(value is None or np.isnan(value) for value in values):
        return "–"
    estimate, low, high = (f"{value:.3f}" for value in values)
    return f"{estimate} [{low}, {high}]"
