"""What is published is the stage, the whole stage and nothing of the release before it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from rich.console import Console
from safetensors.numpy import save_file

from model.baseline import Norms
from model.errors import ConfigError
from model.processing import Statistics
from model.release_info import CODES_FILE, FILES, OPTIONAL_FILES, Release
from training.release import NORMS_FILE, STATISTICS_FILE, Stage
from training.shipping.publish import LARGEST_BYTES, PublishRecipe, publish


def make_stage(folder: Path, *optional: str) -> Path:
    """A stage whose files tell which stage they are of."""
    folder.mkdir()
    for name in (*FILES, *optional, "trunks.safetensors"):
        if name == NORMS_FILE:
            Norms(Norms.load().cues, f"{name} of {folder.name}").save(folder / name)
        elif name == STATISTICS_FILE:
            scales = {"face": np.zeros(1, np.float32)}
            Statistics(scales, scales, scales).save(folder / name)
        elif name.endswith(".safetensors"):
            save_file({f"{name} of {folder.name}": np.zeros(1)}, folder / name)
        else:
            (folder / name).write_text(f"{name} of {folder.name}")
    Stage(["happy", "sad"], [1], lora_rank=4, lora_alpha=8, history=["sft"]).save(folder)
    return folder


def published(stage: Path, version: str, target: Path) -> Release:
    return publish(PublishRecipe(str(stage), version, str(target)), Console(quiet=True))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_stage_becomes_the_release_under_its_new_name(tmp_path: Path) -> None:
    stage, target = make_stage(tmp_path / "stage", *OPTIONAL_FILES), tmp_path / "to" / "release"
    before = contents(stage)
    release = published(stage, "nano-9", target)
    found = contents(target)
    assert found.keys() == {*FILES, *OPTIONAL_FILES}
    facts = json.loads(found.pop("stage.json"))
    assert facts == json.loads(before["stage.json"]) | {"version": "nano-9"}
    assert found == {name: before[name] for name in found}
    assert release == Release.load(target)
    assert (release.version, release.lora_scale) == ("nano-9", 2.0)
    assert contents(stage) == before


def test_nothing_is_left_of_the_release_before(tmp_path: Path) -> None:
    target = tmp_path / "release"
    first = published(make_stage(tmp_path / "settled", *OPTIONAL_FILES), "nano-1", target)
    (target / "NOTICE").write_text("not of any stage")
    second = published(make_stage(tmp_path / "plain"), "nano-2", target)
    found = contents(target)
    assert found.keys() == {*FILES, "NOTICE"}
    assert b"adapter.safetensors of plain" in found["adapter.safetensors"]
    assert second.fingerprint != first.fingerprint
    third = published(make_stage(tmp_path / "codes", CODES_FILE), "nano-3", target)
    assert contents(target).keys() == {*FILES, CODES_FILE, "NOTICE"}
    assert third.version == "nano-3"


def refused(stage: Path, target: Path, match: str) -> None:
    """It is, and the release stays as it was."""
    published(make_stage(target.parent / "earlier", *OPTIONAL_FILES), "nano-1", target)
    before = contents(target)
    with pytest.raises(ConfigError, match=match):
        published(stage, "nano-2", target)
    assert contents(target) == before


@pytest.mark.parametrize("name", FILES)
def test_a_stage_that_lacks_a_file_is_refused(tmp_path: Path, name: str) -> None:
    stage = make_stage(tmp_path / "stage")
    (stage / name).unlink()
    refused(stage, tmp_path / "release", f"no {name}; publish what")


@pytest.mark.parametrize("name", ["adapter.safetensors", CODES_FILE])
def test_a_stage_that_is_too_large_is_refused(tmp_path: Path, name: str) -> None:
    stage = make_stage(tmp_path / "stage")
    with (stage / name).open("wb") as file:
        file.truncate(LARGEST_BYTES + 1_000_000)
    refused(stage, tmp_path / "release", "26 MB; a release may have 25 MB")


def test_a_stage_is_not_published_over_itself(tmp_path: Path) -> None:
    stage = make_stage(tmp_path / "stage")
    before = contents(stage)
    with pytest.raises(ConfigError, match="publish: the output should be another folder"):
        published(stage, "nano-2", tmp_path / "nowhere" / ".." / "stage")
    assert contents(stage) == before


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_stage_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    stage = make_stage(tmp_path / "stage")
    (stage / name).write_bytes((stage / name).read_bytes()[:-3])
    refused(stage, tmp_path / "release", rf"{name}: (missing or )?damaged")
