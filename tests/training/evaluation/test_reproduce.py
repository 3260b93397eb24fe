"""The comparison trains and asks once, goes on where it stopped, and tables what was found."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

pytest.importorskip("trl")
pytest.importorskip("sklearn")

from rich.console import Console

from model import bootstrap
from model.errors import ConfigError, DataError
from training.evaluation import reproduce as module
from training.evaluation.comparison import ARMS, BASELINE
from training.evaluation.evaluate import EvaluateRecipe
from training.evaluation.predictions import save_predictions
from training.evaluation.reproduce import RECORD_FILE, TRAINING, ReproduceRecipe, reproduce
from training.running.sittings import contents, write_record

from .test_predictions import predictions

RIGHT = {BASELINE: 0.5, "cold start": 0.5, "GRPO (R1-Omni)": 0.7, "GRPO (grounded)": 0.9}
SHARE = {"estimate": 0.9, "low": 0.8, "high": 1.0, "level": 0.95, "drawn": "item", "groups": 9}
FAITHFUL_SHARES = (
    "supported", "contradicted", "weights_true", "absent", "agreement", "follows"
)  # fmt: skip
FAITHFUL = {
    **dict.fromkeys(FAITHFUL_SHARES, SHARE),
    "n": 40, "claims": 200, "rests": {"another's rationale": 0.25},
}  # fmt: skip


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """How sure figures are is tested elsewhere, and takes the longest by far."""
    resample = bootstrap._resample
    monkeypatch.setattr(
        bootstrap, "_resample", lambda *given: resample(*given[:3], min(given[3], 50), *given[4:])
    )


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was trained and asked, with nothing really trained."""
    log: list[str] = []

    def trained(arm: str):
        def run(recipe, seed: int, folder: Path, console) -> None:
            log.append(f"train {arm}")
            checkpoint = folder / "checkpoint-6"
            checkpoint.mkdir(parents=True)
            history = [
                {"step": step, "reward": 1.0, "rewards/accuracy/mean": step / 6, "kl": math.nan}
                for step in range(1, 7)
            ]
            state = {"log_history": history if arm.startswith("GRPO") else [{"loss": 1.0}]}
            (checkpoint / "trainer_state.json").write_text(json.dumps(state))
            (folder / "stage.json").write_text(json.dumps({"arm": arm}))

        return run

    def arm_of(recipe: EvaluateRecipe) -> str:
        return str(json.loads((Path(recipe.stage) / "stage.json").read_text())["arm"])

    def evaluate(recipe: EvaluateRecipe, console) -> None:
        log.append(f"ask {arm_of(recipe)} {recipe.form}")
        found = [predictions(RIGHT[arm_of(recipe)])]
        if recipe.floor:
            found.append(dataclasses.replace(predictions(0.4), system="late fusion"))
        save_predictions(found, Path(recipe.output))
        explained = FAITHFUL if recipe.rationales else None
        path = Path(recipe.output) / "report.json"
        path.write_text(json.dumps({"faithfulness": explained}))

    def assemble(parts, release, folder: Path, say) -> None:
        folder.mkdir()
        (folder / "bundle.json").write_text("{}")

    monkeypatch.setattr(module, "TRAINING", {arm: trained(arm) for arm in TRAINING})
    monkeypatch.setattr(module, "evaluate", evaluate)
    monkeypatch.setattr(module, "assemble", assemble)
    monkeypatch.setattr(module, "public_parts", lambda: None)
    monkeypatch.setattr(module.Release, "load", lambda folder: None)
    return log


@pytest.fixture
def _no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables and plots take seconds, and are not what is asked here."""
    monkeypatch.setattr(module, "_write", lambda recipe, console: None)


def recipe(folder: Path) -> ReproduceRecipe:
    return ReproduceRecipe(
        "prepared", "stage", str(folder / "runs"), str(folder / "results"),
        sets=("test",), protocols=("none",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "told"),
    [({"sets": ("a/clips", "b/clips")}, "sets: clips is"), ({"seeds": (0, 1, 0)}, "seeds: 0 is")],
)
def test_what_would_lie_in_one_folder_is_refused(
    tmp_path: Path, options: dict[str, Any], told: str
) -> None:
    """The second folder's figures were those of the first."""
    with pytest.raises(ConfigError, match=rf"{told} there twice"):
        dataclasses.replace(recipe(tmp_path), **options)


def test_everything_is_done_once_and_in_order(tmp_path: Path, done: list[str]) -> None:
    reproduce(recipe(tmp_path), Console(quiet=True))
    assert [line for line in done if line.startswith("train")] == [f"train {arm}" for arm in ARMS]
    assert f"ask {BASELINE} think" not in done
    assert {"ask cold start direct", "ask cold start think"} <= set(done)
    first = list(done)
    reproduce(recipe(tmp_path), Console(quiet=True))
    assert done == first


@pytest.mark.usefixtures("_no_page")
@pytest.mark.parametrize("missing", ["report.json", "predictions.csv"])
def test_an_interrupted_run_goes_on(tmp_path: Path, done: list[str], missing: str) -> None:
    """`evaluate` writes its report first, and may be interrupted in between."""
    reproduce(recipe(tmp_path), Console(quiet=True))
    folder = tmp_path / "runs" / "seed-0" / "grpo__grounded"
    (folder / "test-think" / missing).unlink()
    done.clear()
    reproduce(recipe(tmp_path), Console(quiet=True))
    assert done == ["ask GRPO (grounded) think"]


@pytest.mark.usefixtures("_no_page")
def test_half_an_evaluation_is_not_taken_for_a_whole_one(
    tmp_path: Path, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left of an earlier one does not stand beside what a later one began."""
    reproduce(recipe(tmp_path), Console(quiet=True))
    answers = tmp_path / "runs" / "seed-0" / "cold_start" / "test-think"
    (answers / "predictions.csv").unlink()

    def interrupted(recipe: EvaluateRecipe, console: Console) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "evaluate", interrupted)
    other = dataclasses.replace(recipe(tmp_path), think_limit=5)
    for folder in (tmp_path / "runs").glob("seed-*/grpo*/test-think"):
        rmtree(folder)
    with pytest.raises(KeyboardInterrupt):
        reproduce(other, Console(quiet=True))
    assert [path.name for path in answers.iterdir()] == [RECORD_FILE]


@pytest.mark.usefixtures("_no_page")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"samples": 8}, r"direct_sft: was trained with samples=2640, not 8; remove .*direct_sft "),
        ({"steps": 8}, r"grpo__r1_omni: was trained with steps=200, not 8; remove .*output=…\."),
        ({"limit": 300}, r"test-direct: was asked with limit=0, not 300; .*seed-\*.\*.test-d"),
        ({"think_limit": 5}, r"cold_start.test-think: was asked with limit=300, not 5"),
        ({"protocols": ("none", "running")}, r"protocols=\['none'\], not \['none', 'running'\]"),
    ],
)
def test_other_options_are_refused_before_anything_is_done(
    tmp_path: Path, done: list[str], change: dict[str, Any], message: str
) -> None:
    reproduce(recipe(tmp_path), Console(quiet=True))
    done.clear()
    other = dataclasses.replace(recipe(tmp_path), seeds=(1, 0), **change)
    with pytest.raises(ConfigError, match=message):
        reproduce(other, Console(quiet=True))
    assert not done


@pytest.mark.usefixtures("_no_page")
def test_reinforcement_from_another_cold_start_is_refused(tmp_path: Path, done: list[str]) -> None:
    reproduce(recipe(tmp_path), Console(quiet=True))
    seed = tmp_path / "runs" / "seed-0"
    (seed / "cold_start" / "adapter.safetensors").write_bytes(b"learned")
    for arm in ("grpo__r1_omni", "grpo__grounded"):
        write_record(seed / arm / "begun_with.json", contents(seed / "cold_start"))
    done.clear()
    reproduce(recipe(tmp_path), Console(quiet=True))
    (seed / "cold_start" / "adapter.safetensors").write_bytes(b"learned anew")
    with pytest.raises(ConfigError, match=r"grpo__r1_omni: was trained from another cold start"):
        reproduce(recipe(tmp_path), Console(quiet=True))
    rmtree(seed / "grpo__r1_omni")
    with pytest.raises(ConfigError, match=r"grpo__grounded: was trained from another cold start"):
        reproduce(recipe(tmp_path), Console(quiet=True))
    assert not done


@pytest.mark.usefixtures("_no_page")
def test_what_is_removed_is_asked_as_the_new_recipe_says(tmp_path: Path, done: list[str]) -> None:
    reproduce(recipe(tmp_path), Console(quiet=True))
    done.clear()
    for folder in (tmp_path / "runs").glob("seed-*/*/test-think"):
        rmtree(folder)
    reproduce(dataclasses.replace(recipe(tmp_path), think_limit=5), Console(quiet=True))
    assert done == [f"ask {arm} think" for arm in ARMS[1:]]
    with pytest.raises(ConfigError, match="limit=5, not 300"):
        reproduce(recipe(tmp_path), Console(quiet=True))


def test_answers_without_a_record_are_taken_as_they_are(
    tmp_path: Path, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "_write", lambda recipe, console: None)
        reproduce(recipe(tmp_path), Console(quiet=True))
        done.clear()
        for record in (tmp_path / "runs").rglob(RECORD_FILE):
            record.unlink()
        reproduce(dataclasses.replace(recipe(tmp_path), samples=8), Console(quiet=True))
        assert not done
    running = dataclasses.replace(recipe(tmp_path), protocols=("running",))
    with pytest.raises(
        DataError, match=r"test-direct: holds no answers of bundle under .* running"
    ):
        reproduce(running, Console(quiet=True))


def test_without_rationales_there_is_no_table_of_them(tmp_path: Path, done: list[str]) -> None:
    without = dataclasses.replace(recipe(tmp_path), rationales=0)
    text = reproduce(without, Console(quiet=True)).read_text(encoding="utf-8")
    assert "### Thinking" in text
    assert "### Faithfulness" not in text


@pytest.mark.parametrize(("limit", "think_limit"), [(100, 300), (400, 300), (100, 0)])
def test_clips_with_a_rationale_are_among_the_others(limit: int, think_limit: int) -> None:
    with pytest.raises(ConfigError, match=rf"limit={limit}: the clips of think_limit="):
        dataclasses.replace(recipe(Path()), limit=limit, think_limit=think_limit)


def test_the_table_compares_with_direct_fine_tuning(tmp_path: Path, done: list[str]) -> None:
    text = reproduce(recipe(tmp_path), Console(quiet=True)).read_text(encoding="utf-8")
    rows = {tuple(cells[1:3]): cells for line in text.splitlines()
            if len(cells := [cell.strip() for cell in line.split("|")]) == 10}  # fmt: skip
    assert rows[BASELINE, "direct"][6:8] == ["", ""]
    assert float(rows["late fusion", "linear"][6].split()[0]) < 0
    assert rows["GRPO (grounded)", "direct"][6].endswith("< 0.001")
    assert rows["cold start", "direct"][6].startswith("+0.000")
    assert rows["cold start", "direct"][7].startswith("+0.000")
    assert float(rows["cold start", "direct"][8].split()[0]) > 0
    assert "### Faithfulness" in text
    grounded = rows["GRPO (grounded)", "think"]
    assert float(grounded[4].split()[0]) > float(rows[BASELINE, "direct"][4].split()[0]) + 0.2
    assert grounded[3] == "40"
    assert "| GRPO (grounded) | test | none | 40 |" in text
    assert "| GRPO (grounded) | 40 | 200 | 0.900 [0.800, 1.000] |" in text
    assert text.count("| 0.75 |") == 3


def test_several_seeds_are_held_against_their_own_baselines(
    tmp_path: Path, done: list[str]
) -> None:
    several = dataclasses.replace(recipe(tmp_path), seeds=(0, 1))
    text = reproduce(several, Console(quiet=True)).read_text(encoding="utf-8")
    assert len(done) == 2 * (len(ARMS) + 2 * len(ARMS) - 1)
    together, *_ = text.split("## Seed 0")
    rows = {tuple(cells[3:5]): cells for line in together.splitlines()
            if len(cells := [cell.strip() for cell in line.split("|")]) == 9}  # fmt: skip
    baseline, grounded = rows[BASELINE, "direct"], rows["GRPO (grounded)", "direct"]
    assert len(baseline[5].split(", ")) == 2
    assert baseline[6:8] == ["", ""]
    assert float(grounded[6].split()[0]) > 0.2
    assert grounded[6].endswith("< 0.001")
    assert rows["cold start", "think"][7].startswith("+0.000")
    assert "together" not in reproduce(recipe(tmp_path), Console(quiet=True)).read_text()


def test_every_plot_that_the_page_shows_is_there(tmp_path: Path, done: list[str]) -> None:
    page = reproduce(recipe(tmp_path), Console(quiet=True))
    shown = re.findall(r"!\[.*]\((.*)\)", page.read_text(encoding="utf-8"))
    assert len(shown) == 2
    assert all((page.parent / name).read_bytes().startswith(b"\x89PNG") for name in shown)


def test_every_arm_can_be_trained() -> None:
    assert tuple(TRAINING) == ARMS
