"""The first stage, from small banks: it is written whole, or what is lacking is one sentence."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from rich.console import Console

from model.baseline import Norms
from model.errors import ConfigError, DataError
from model.release_info import OPTIONAL_FILES
from tests.training.toy_banks import EMOTIONS, toy_bank
from training.data.folds import fingerprint
from training.encoders import trunks
from training.encoders.trunks import TrunkRecipe, train, within
from training.release import ADAPTER_FILE, Stage

PEOPLE = ("ana", "ben", "cem")
QUIET = Console(quiet=True)


def toy_split(clips: int, seed: int) -> dict[str, Any]:
    return {m: toy_bank(m, PEOPLE, clips, seed) for m in ("face", "voice")}


@pytest.fixture
def splits(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    banks = {"train": toy_split(12, 0), "dev": toy_split(4, 1)}
    monkeypatch.setattr(trunks, "load_encoder", lambda path: None)
    monkeypatch.setattr(trunks, "load_split", lambda folder, split, *_: banks[split])
    return banks


def recipe(folder: Path, **options: Any) -> TrunkRecipe:
    encoder = folder / "encoder.safetensors"
    encoder.touch()
    options = {"epochs": 1, "variants": 1, "hidden": 4, "rare": 5, "threads": 1} | options
    return TrunkRecipe("prepared", str(encoder), str(folder / "out"), **options)


def test_the_stage_says_what_it_was_trained_on(splits: dict[str, Any], tmp_path: Path) -> None:
    splits["train"]["face"].sources[:3] = ["fer2013", "muxspace", "tess"]
    stage = Stage.load(train(recipe(tmp_path), QUIET))
    assert stage.classes == sorted(EMOTIONS)
    assert stage.folded == {m: fingerprint(bank) for m, bank in splits["train"].items()}
    assert Norms.load(tmp_path / "out" / "norms.json").source == (
        "72 training clips: faces of FER2013, muxspace, TESS and toy, voices of toy"
    )


def test_nothing_of_a_stage_that_lay_there_before_stays(
    splits: dict[str, Any], tmp_path: Path
) -> None:
    """The next `sft` would train its adapter on, over other trunks."""
    output = tmp_path / "out"
    output.mkdir()
    for name in (ADAPTER_FILE, *OPTIONAL_FILES):
        (output / name).write_bytes(b"of another stage")
    train(recipe(tmp_path), QUIET)
    assert not any((output / name).exists() for name in (ADAPTER_FILE, *OPTIONAL_FILES))


def test_too_few_clips_for_a_norm_are_told(splits: dict[str, Any], tmp_path: Path) -> None:
    splits["train"] = toy_split(4, 0)
    with pytest.raises(DataError, match=r"prepared: only 12 clips tell anything about .* 20"):
        train(recipe(tmp_path), QUIET)


def test_too_rare_emotions_are_told(splits: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"0 emotion.* rare=500"):
        train(recipe(tmp_path, rare=500), QUIET)


def test_what_is_left_out_as_too_rare_is_told(splits: dict[str, Any], tmp_path: Path) -> None:
    splits["train"]["voice"].emotions[:2] = ["calm", "calm"]
    console = Console(record=True, width=200, file=StringIO())
    train(recipe(tmp_path), console)
    assert (
        "left out, of emotions with fewer than rare=5 clips: 2 of calm\n" in console.export_text()
    )


def test_a_split_without_a_known_emotion_is_told(splits: dict[str, Any], tmp_path: Path) -> None:
    splits["dev"]["voice"] = within(splits["dev"]["voice"], ("surprise",))
    with pytest.raises(DataError, match="no voice of the dev split shows angry or happy"):
        train(recipe(tmp_path), QUIET)


def test_too_few_people_for_the_folds_are_told(splits: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"folds=4: .* are of 3 people"):
        train(recipe(tmp_path, folds=4), QUIET)


def test_too_few_people_are_told_before_anything_is_learned(
    splits: dict[str, Any], tmp_path: Path
) -> None:
    """Of the faces there are enough, and their trunks come first."""
    splits["train"]["voice"] = toy_bank("voice", PEOPLE[:2], 12, 0)
    said = StringIO()
    with pytest.raises(ConfigError, match=r"folds=3: .*'s voices are of 2 people"):
        train(recipe(tmp_path), Console(file=said))
    assert "epoch" not in said.getvalue()
