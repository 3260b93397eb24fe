"""The comparison trains and asks once, goes on where it stopped, and tables what was found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("trl")
pytest.importorskip("sklearn")

from rich.console import Console

from training import reproduce as module
from training.evaluation import EvaluateRecipe
from training.predictions import save_predictions
from training.reproduce import ARMS, BASELINE, ReproduceRecipe, reproduce

from .test_predictions import predictions

RIGHT = {BASELINE: 0.5, "cold start": 0.5, "GRPO (R1-Omni)": 0.7, "GRPO (grounded)": 0.9}
SHARE = {"estimate": 0.9, "low": 0.8, "high": 1.0, "level": 0.95, "drawn": "item", "groups": 9}


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was trained and asked, with nothing really trained."""
    log: list[str] = []

    def trained(arm: str):
        def run(recipe, seed: int, folder: Path, console) -> None:
            log.append(f"train {arm}")
            folder.mkdir(parents=True)
            (folder / "stage.json").write_text(json.dumps({"arm": arm}))

        return run

    def arm_of(recipe: EvaluateRecipe) -> str:
        return str(json.loads((Path(recipe.stage) / "stage.json").read_text())["arm"])

    def evaluate(recipe: EvaluateRecipe, console) -> None:
        log.append(f"ask {arm_of(recipe)} {recipe.form}")
        save_predictions([predictions(RIGHT[arm_of(recipe)])], Path(recipe.output))
        (Path(recipe.output) / "report.json").write_text("{}")

    def benchmark(recipe: EvaluateRecipe, console) -> None:
        log.append(f"faithfulness {arm_of(recipe)}")
        Path(recipe.output).mkdir(parents=True)
        found = dict.fromkeys(
            ("supported", "contradicted", "absent", "agreement", "follows"), SHARE
        )
        found["rests"] = {"another's rationale": 0.25}
        path = Path(recipe.output) / "report.json"
        path.write_text(json.dumps({"faithfulness": found}))

    def assemble(parts, release, folder: Path, say) -> None:
        folder.mkdir()
        (folder / "bundle.json").write_text("{}")

    monkeypatch.setattr(module, "ARMS", {arm: trained(arm) for arm in ARMS})
    monkeypatch.setattr(module, "evaluate", evaluate)
    monkeypatch.setattr(module, "benchmark", benchmark)
    monkeypatch.setattr(module, "assemble", assemble)
    monkeypatch.setattr(module, "public_parts", lambda: None)
    monkeypatch.setattr(module.Release, "load", lambda folder: None)
    return log


def recipe(folder: Path) -> ReproduceRecipe:
    return ReproduceRecipe(
        "prepared", "stage", str(folder / "runs"), str(folder / "results"),
        sets=("test",), protocols=("none",),
    )  # fmt: skip


def test_everything_is_done_once_and_in_order(tmp_path: Path, done: list[str]) -> None:
    reproduce(recipe(tmp_path), Console(quiet=True))
    assert [line for line in done if line.startswith("train")] == [f"train {arm}" for arm in ARMS]
    assert f"ask {BASELINE} think" not in done
    assert f"faithfulness {BASELINE}" not in done
    assert {"ask cold start direct", "ask cold start think", "faithfulness cold start"} <= set(done)
    first = list(done)
    reproduce(recipe(tmp_path), Console(quiet=True))
    assert done == first


def test_an_interrupted_run_goes_on(tmp_path: Path, done: list[str]) -> None:
    reproduce(recipe(tmp_path), Console(quiet=True))
    folder = tmp_path / "runs" / "seed-0" / "grpo__grounded"
    (folder / "test-think" / "report.json").unlink()
    done.clear()
    reproduce(recipe(tmp_path), Console(quiet=True))
    assert done == ["ask GRPO (grounded) think"]


def test_the_table_compares_with_direct_fine_tuning(tmp_path: Path, done: list[str]) -> None:
    text = reproduce(recipe(tmp_path), Console(quiet=True)).read_text(encoding="utf-8")
    rows = {tuple(cells[1:3]): cells for line in text.splitlines()
            if len(cells := [cell.strip() for cell in line.split("|")]) == 9}  # fmt: skip
    assert rows[BASELINE, "direct"][6:8] == ["", ""]
    assert rows["cold start", "direct"][6].startswith("0.000")
    assert rows["cold start", "direct"][7].startswith("0.000")
    grounded = rows["GRPO (grounded)", "think"]
    assert float(grounded[4].split()[0]) > float(rows[BASELINE, "direct"][4].split()[0]) + 0.2
    assert grounded[3] == "40"
    assert "| GRPO (grounded) | 0.900 [0.800, 1.000] |" in text
    assert text.count("| 0.75 |") == 3
