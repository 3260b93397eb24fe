"""What an evaluation cannot ask about is said before anything is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from rich.console import Console

from model.errors import ConfigError, DataError
from training import evaluation
from training.data.bank import measure_statistics
from training.evaluation import EvaluateRecipe, Setting, benchmark
from training.release import Stage

from .toy_banks import NORMS, toy_banks

BANKS = toy_banks()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stage whose dev split is the toy banks."""
    Stage(["happy", "sad"], [1]).save(tmp_path)
    measure_statistics(list(BANKS.values())).save(tmp_path / "statistics.safetensors")
    NORMS.save(tmp_path / "norms.json")
    monkeypatch.setattr(evaluation, "load_encoder", lambda path: None)
    monkeypatch.setattr(evaluation, "load_split", lambda *_: BANKS)
    return tmp_path


def setting(folder: Path, dataset: str = "dev", **options: Any) -> Setting:
    return Setting(EvaluateRecipe(str(folder), dataset, "out", str(folder), **options))


def test_a_split_is_asked_about_at_the_stages_levels(folder: Path) -> None:
    found = setting(folder, pairs=7)
    assert found.levels == (1,)
    assert len(found.task().pairs) == 7


def test_a_folder_without_a_stage_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no stage of training lies here"):
        setting(tmp_path)


@pytest.mark.parametrize("name", ["faces_fer2013", "clips_mine_face"])
def test_a_set_of_faces_is_told(folder: Path, name: str) -> None:
    (folder / name).mkdir()
    with pytest.raises(DataError, match=f"{name}: is a set of faces; name a set of voices"):
        setting(folder, name).task()


def test_clips_of_other_emotions_alone_are_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(evaluation.LABEL_SETS, "dfew", ("fear",))
    with pytest.raises(DataError, match="dev: no clip with an emotion among fear"):
        setting(folder).task()


def test_a_bundle_has_to_be_named(folder: Path) -> None:
    with pytest.raises(ConfigError, match="bundle=FOLDER; or ask with backend=torch"):
        setting(folder).responder()


def test_not_one_rationale_is_nothing_to_check() -> None:
    with pytest.raises(ConfigError, match="rationales=0"):
        benchmark(EvaluateRecipe("nowhere", "dev", "out"), Console(quiet=True))
