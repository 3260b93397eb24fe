"""A stage of training is read whole, or what is wrong with its folder is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import ConfigError
from training.release import Stage


def test_a_stage_comes_back(tmp_path: Path) -> None:
    stage = Stage(["happy", "sad"], [1, 2], temperature=1.5, history=["trunks"])
    stage.save(tmp_path)
    assert Stage.load(tmp_path) == stage


@pytest.mark.parametrize("load", [Stage.load, Stage.load_started])
def test_a_folder_without_a_stage_is_told(tmp_path: Path, load) -> None:
    with pytest.raises(ConfigError, match="no stage of training lies here") as error:
        load(tmp_path / "runs" / "cold_strat")
    assert "cold_strat" in str(error.value)
    assert "python -m training trunks" in str(error.value)
    assert "stage=" in str(error.value)


@pytest.mark.parametrize(
    "text", ["{", "[1]", "{}", '{"classes": [], "levels": [], "colour": 1}', "\xff\xfe"]
)
def test_a_damaged_stage_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "stage.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"stage\.json: damaged .*train that stage again"):
        Stage.load(tmp_path)
