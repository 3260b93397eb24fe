"""A stage of training is read whole, or what is wrong with its folder is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.baseline import Norms
from model.errors import ConfigError
from model.release_info import RELEASE_FOLDER
from training import release
from training.release import NORMS_FILE, STATISTICS_FILE, Stage, load_references


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


@pytest.mark.parametrize("name", [STATISTICS_FILE, NORMS_FILE])
@pytest.mark.parametrize("content", [None, b"", b"{}"])
def test_of_damaged_references_the_cure_is_a_stages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes | None
) -> None:
    for other in (STATISTICS_FILE, NORMS_FILE):
        (tmp_path / other).write_bytes((RELEASE_FOLDER / other).read_bytes())
    statistics, norms = load_references(tmp_path)
    assert statistics.mean.keys() == {"face", "voice"}
    assert norms == Norms.load()
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    told = rf"{name}: missing or damaged; train that stage again, or name another .* stage=…\.$"
    with pytest.raises(ConfigError, match=told):
        load_references(tmp_path)
    monkeypatch.setattr(release, "RELEASE_FOLDER", tmp_path)
    with pytest.raises(ConfigError, match=rf"{name}: missing or damaged; reinstall r1-omni, or"):
        load_references(tmp_path)
