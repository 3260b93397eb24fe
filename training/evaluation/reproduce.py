"""`python -m training reproduce`: the paper's comparison, from a cold start to a table.

Direct supervised fine-tuning, the cold start, reinforcement as R1-Omni does it and reinforcement
that also pays for a true rationale, all from the same trunks, asked about the same clips. Whatever
is there already is not done again, so an interrupted run goes on where it stopped. Beside it lies
what it was made with, and a run that asks for something else is refused before it begins.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from rich.console import Console

from model.errors import ConfigError
from model.export.assemble import assemble, public_parts
from model.release_info import Release
from training.config import FILLED, NotNegative, Positive, load_recipe
from training.data.pairs import Protocol
from training.evaluation.comparison import (
    ARMS,
    BASELINE,
    COLD_START,
    REPORT_FILE,
    across_seeds,
    answers_folder,
    arm_folder,
    forms_of,
    tables,
)
from training.evaluation.comparison_plots import plot_accuracy, plot_curves
from training.evaluation.evaluate import EvaluateRecipe, evaluate
from training.evaluation.predictions import PREDICTIONS_FILE
from training.reinforcement import grpo
from training.release import STAGE_FILE
from training.running.sittings import as_kept, begun_elsewhere, differences, write_record
from training.supervised import sft

RECIPES = Path(__file__).parents[1] / "recipes"
RECORD_FILE = "reproduce.json"
"""What the arm or the answers in its folder were made with."""
ANSWERED = (REPORT_FILE, PREDICTIONS_FILE)


@dataclass(frozen=True)
class ReproduceRecipe:
    """Options of the whole comparison.

    Attributes:
        stage: with trunks, that everything begins from.
        sets: prepared sets, "test", or folders of media, as `evaluate` takes them.
        samples: windows of the cold start and of direct fine-tuning.
        steps: of reinforcement.
        limit: clips of each set that are asked about, 0 for all.
        think_limit: the same where a rationale is to be written before each answer; those clips
            are to be among the others.
        rationales, swaps: as for `faithfulness`, of the first set.
        person: who is in the folders of media, where their index names nobody.
        bfloat16: multiply in it on a processor (`training.running.precision`).
    """

    prepared: str
    stage: str
    output: str
    results: str
    sets: Annotated[tuple[str, ...], FILLED] = ("test", "voices_ravdess")
    protocols: Annotated[tuple[Protocol, ...], FILLED] = ("none", "running")
    seeds: Annotated[tuple[NotNegative, ...], FILLED] = (0,)
    samples: Positive = 2640
    steps: Positive = 200
    limit: NotNegative = 0
    think_limit: NotNegative = 300
    rationales: NotNegative = 300
    swaps: NotNegative = 100
    person: str | None = None
    bfloat16: bool = False
    threads: Positive = 2

    def __post_init__(self) -> None:
        # Draws of different sizes are not always one within the other.
        if self.limit not in (0, self.think_limit):
            raise ConfigError(
                f"limit={self.limit}: the clips of think_limit={self.think_limit} are to be among "
                "them; make both the same, or take limit=0."
            )
        # Answers lie in folders of these names: the second would be taken for asked already.
        folders = {"sets": [Path(s).name for s in self.sets], "seeds": [*map(str, self.seeds)]}
        for key, names in folders.items():
            if twice := [name for name in names if names.count(name) > 1]:
                raise ConfigError(
                    f"{key}: {twice[0]} is there twice, and so would be its answers; leave one "
                    "out, or give its folder another name."
                )


Arm = Callable[[ReproduceRecipe, int, Path, Console], None]


def _sft(recipe: str) -> Arm:
    def run(options: ReproduceRecipe, seed: int, folder: Path, console: Console) -> None:
        overrides = [
            f"stage={options.stage}", f"prepared={options.prepared}", f"output={folder}",
            f"samples={options.samples}", f"threads={options.threads}", f"seed={seed}",
            f"bfloat16={options.bfloat16}",
        ]  # fmt: skip
        sft.train(load_recipe(sft.SftRecipe, RECIPES / recipe, overrides), console)

    return run


def _grpo(recipe: str) -> Arm:
    def run(options: ReproduceRecipe, seed: int, folder: Path, console: Console) -> None:
        overrides = [
            f"stage={arm_folder(folder.parent, COLD_START)}", f"prepared={options.prepared}",
            f"output={folder}", f"steps={options.steps}", f"threads={options.threads}",
            f"seed={seed}", f"bfloat16={options.bfloat16}",
        ]  # fmt: skip
        grpo.train(load_recipe(grpo.GrpoRecipe, RECIPES / recipe, overrides), console)

    return run


TRAINING: Mapping[str, Arm] = {
    BASELINE: _sft("sft_labels.yaml"),
    COLD_START: _sft("sft_cold_start.yaml"),
    "GRPO (R1-Omni)": _grpo("grpo_r1_omni.yaml"),
    "GRPO (grounded)": _grpo("grpo_grounded.yaml"),
}


def reproduce(recipe: ReproduceRecipe, console: Console) -> Path:
    """Train what is not trained, ask what is not asked, write the tables; returns their path."""
    arms = [
        (seed, arm, arm_folder(Path(recipe.output) / f"seed-{seed}", arm))
        for seed in recipe.seeds
        for arm in ARMS
    ]
    for _, arm, folder in arms:
        _check(recipe, arm, folder)
    for seed, arm, folder in arms:
        if not (folder / STAGE_FILE).is_file():
            console.rule(f"{arm}, seed {seed}")
            write_record(folder / RECORD_FILE, _taught_with(recipe, arm))
            TRAINING[arm](recipe, seed, folder, console)
        _ask(recipe, arm, folder, console)
    return _write(recipe, console)


def _check(recipe: ReproduceRecipe, arm: str, folder: Path) -> None:
    """Hold an arm that lies in `folder` against the recipe.

    Raises:
        ConfigError: it was trained from another cold start, or trained or asked otherwise.
    """
    output = Path(recipe.output)
    source = arm_folder(folder.parent, COLD_START)
    if _reinforced(arm) and (folder / STAGE_FILE).is_file() and begun_elsewhere(folder, source):
        raise ConfigError(
            f"{folder}: was trained from another cold start than the one in {source}; remove it to "
            "have it trained anew."
        )
    _compare(folder, _taught_with(recipe, arm), "trained", output / "seed-*" / folder.name)
    for question in _questions(recipe, arm, folder):
        where = Path(question.output)
        if _is_asked(where):
            _compare(where, _asked_with(question), "asked", output / "seed-*/*" / where.name)


def _taught_with(recipe: ReproduceRecipe, arm: str) -> dict[str, Any]:
    """Reinforcement rests on the options of its cold start, too."""
    facts = {"prepared": recipe.prepared, "stage": recipe.stage, "samples": recipe.samples}
    return {**facts, "steps": recipe.steps} if _reinforced(arm) else facts


def _reinforced(arm: str) -> bool:
    return arm not in (BASELINE, COLD_START)


def _asked_with(question: EvaluateRecipe) -> dict[str, Any]:
    """All but what follows from the arm's folder, which may be moved."""
    facts = dataclasses.asdict(question)
    return {name: facts[name] for name in facts if name not in ("stage", "bundle", "output")}


def _compare(folder: Path, facts: Mapping[str, Any], done: str, alike: Path) -> None:
    """Hold `facts` against a folder's record; what has none is taken as it is.

    Raises:
        ConfigError: they differ; it names the folders that are `alike`.
    """
    path = folder / RECORD_FILE
    if not path.is_file():
        return
    changed = differences(json.loads(path.read_text(encoding="utf-8")), as_kept(facts))
    if changed:
        raise ConfigError(
            f"{folder}: was {done} with {' and '.join(changed)}; remove {alike} to have it "
            f"{done} anew, or choose another output=…."
        )


def _write(recipe: ReproduceRecipe, console: Console) -> Path:
    """`comparison.md` with its plots, from the answers that lie in the arms' folders."""
    results = Path(recipe.results)
    results.mkdir(parents=True, exist_ok=True)
    folders = {seed: Path(recipe.output) / f"seed-{seed}" for seed in recipe.seeds}
    parts = ["# Supervised fine-tuning against reinforcement\n"]
    parts.append(across_seeds([*folders.values()], recipe.sets, recipe.protocols))
    for seed, folder in folders.items():
        parts.append(tables(folder, recipe.sets, recipe.protocols, seed))
        plots = {
            "WAR with 95 % intervals": f"accuracy-{seed}.png",
            "Reinforcement step by step": f"curves-{seed}.png",
        }
        accuracy, curves = (results / name for name in plots.values())
        plot_accuracy(folder, recipe.sets, recipe.protocols, accuracy)
        plot_curves(folder, curves)
        parts += [f"![{about}]({name})\n" for about, name in plots.items()]
    path = results / "comparison.md"
    path.write_text("\n".join(part for part in parts if part), encoding="utf-8")
    console.print(f"{path}")
    return path


def _ask(recipe: ReproduceRecipe, arm: str, folder: Path, console: Console) -> None:
    """What was not asked yet, through the arm's own bundle."""
    bundle = folder / "bundle"
    if not (bundle / "bundle.json").is_file():
        assemble(public_parts(), Release.load(folder), bundle, lambda stage: None)
    for question in _questions(recipe, arm, folder):
        where = Path(question.output)
        if _is_asked(where):
            continue
        console.rule(f"{arm} about {question.dataset}, {question.form}")
        for name in ANSWERED:  # half of an interrupted evaluation, maybe of another recipe
            (where / name).unlink(missing_ok=True)
        write_record(where / RECORD_FILE, _asked_with(question))
        evaluate(question, console)


def _questions(recipe: ReproduceRecipe, arm: str, folder: Path) -> Iterator[EvaluateRecipe]:
    """Every set in every form, and the faithfulness of the first."""
    common = EvaluateRecipe(
        str(folder), "", "", recipe.prepared, str(folder / "bundle"), protocols=recipe.protocols,
        swaps=recipe.swaps, person=recipe.person,
    )  # fmt: skip
    for dataset in recipe.sets:
        for form in forms_of(arm):
            direct = form == "direct"
            explained = not direct and dataset == recipe.sets[0]
            yield dataclasses.replace(
                common, dataset=dataset, output=str(answers_folder(folder, dataset, form)),
                form=form, floor=arm == BASELINE, alone=direct,
                limit=recipe.limit if direct else recipe.think_limit,
                rationales=recipe.rationales if explained else 0,
            )  # fmt: skip


def _is_asked(where: Path) -> bool:
    return all((where / name).is_file() for name in ANSWERED)
