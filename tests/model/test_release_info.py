"""The trained parts are read whole, or a sentence tells that they are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.errors import BundleError
from model.release_info import DRAFTS_FILE, FILES, RELEASE_FOLDER, Release, names_in

STAGE = {
    "version": "nano", "classes": ["happy", "sad"], "levels": [1, 2], "lora_rank": 8,
    "lora_alpha": 16, "temperature": 1.2, "unsure_below": 0.4, "history": ["trunks"],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "stage.json").write_text(json.dumps(STAGE))
    return tmp_path


def test_facts_are_those_of_the_stage(folder: Path) -> None:
    release = Release.load(folder)
    assert (release.version, release.classes, release.levels) == ("nano", ["happy", "sad"], [1, 2])
    assert release.lora_scale == 2.0
    assert (release.temperature, release.unsure_below) == (1.2, 0.4)


@pytest.mark.parametrize("name", FILES)
def test_the_fingerprint_tells_any_change(folder: Path, name: str) -> None:
    before = Release.load(folder).fingerprint
    assert Release.load(folder).fingerprint == before
    with (folder / name).open("ab") as file:
        file.write(b" ")
    assert Release.load(folder).fingerprint != before


def test_a_release_may_have_a_table_of_drafts(folder: Path) -> None:
    assert names_in(folder) == list(FILES)
    before = Release.load(folder).fingerprint
    (folder / DRAFTS_FILE).write_bytes(b"table")
    assert names_in(folder) == [*FILES, DRAFTS_FILE]
    assert Release.load(folder).fingerprint != before


@pytest.mark.parametrize("name", FILES)
def test_a_missing_part_is_told(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleError, match="no complete stage lies here; name a folder"):
        Release.load(folder)


def test_our_own_release_is_installed_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.release_info.RELEASE_FOLDER", folder)
    (folder / "norms.json").unlink()
    with pytest.raises(BundleError, match="trained parts are incomplete; reinstall r1-omni"):
        Release.load(folder)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"version": "nano"}'])
def test_a_damaged_stage_is_told(folder: Path, text: str) -> None:
    (folder / "stage.json").write_text(text)
    with pytest.raises(BundleError, match="no complete stage lies here"):
        Release.load(folder)


def test_the_release_in_the_package_is_whole_where_it_is_there() -> None:
    if not (RELEASE_FOLDER / "stage.json").is_file():
        pytest.skip("no trained release in this tree")
    release = Release.load(RELEASE_FOLDER)
    assert release.lora_rank > 0
    assert release.temperature > 0
