"""A published model to be trained on: it keeps what it is, and gets trunks for the folds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from rich.console import Console  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

from model.errors import ConfigError  # noqa: E402
from model.layout import MODALITIES  # noqa: E402
from tests.training.toy_banks import EMOTIONS, toy_bank  # noqa: E402
from tests.training.toy_release import toy_release  # noqa: E402
from training.encoders import reopen as module  # noqa: E402
from training.encoders.fold_windows import FoldBeliefs  # noqa: E402
from training.encoders.reopen import ReopenRecipe, reopen  # noqa: E402
from training.release import FOLDS_FILE, TRUNKS_FILE, Stage, load_references  # noqa: E402  # noqa: E402

PEOPLE = ("ana", "ben", "cem")
HIDDEN = 4
QUIET = Console(quiet=True)


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release's folder; what is prepared has another mean than what it learned from."""
    folder = toy_release(tmp_path / "release", HIDDEN)
    splits = {
        name: {m: toy_bank(m, PEOPLE, clips, seed) for m in MODALITIES}
        for name, clips, seed in (("train", 12, 0), ("dev", 4, 1))
    }
    monkeypatch.setattr(module, "load_encoder", lambda path: None)
    monkeypatch.setattr(module, "load_split", lambda folder, split, *_: splits[split])
    return folder


def recipe(release: Path, **options: Any) -> ReopenRecipe:
    options = {"output": str(release.parent / "out"), "epochs": 1, "variants": 1} | options
    return ReopenRecipe("prepared", stage=str(release), threads=1, **options)


def test_the_model_stays_as_it_is(release: Path) -> None:
    folder = reopen(recipe(release), QUIET)
    for name in ("adapter.safetensors", "codes.zlib", "norms.json", "statistics.safetensors"):
        assert (folder / name).read_bytes() == (release / name).read_bytes(), name
    before, after = Stage.load(release), Stage.load(folder)
    assert (after.version, after.lora_rank, after.history) == ("nano-9", 8, before.history)
    kept, shipped = load_file(folder / TRUNKS_FILE), load_file(release / "adapter.safetensors")
    assert {name.partition(".")[0] for name in kept} == set(MODALITIES)
    for name, tensor in kept.items():
        modality, _, rest = name.partition(".")
        assert torch.equal(tensor, shipped[f"model.projectors.{modality}.trunk.{rest}"].float())


def test_its_folds_can_be_trained_through(release: Path) -> None:
    """Three trunks of each modality, each another, of the shape that training puts in."""
    folder = reopen(recipe(release), QUIET)
    folds = load_file(folder / FOLDS_FILE)
    weights = [folds[f"{fold}.voice.classifier.weight"] for fold in range(3)]
    assert not torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[1], weights[2])
    assert FoldBeliefs(folder, 3, EMOTIONS)
    shipped = load_file(folder / TRUNKS_FILE)
    assert shipped.keys() == {name.partition(".")[2] for name in folds}


def test_its_folds_are_adjusted_as_the_model_is(release: Path) -> None:
    tensors = load_file(release / "adapter.safetensors")
    name = "model.projectors.voice.trunk.adjustment"
    tensors[name] = torch.arange(8.0).view(2, 4).half()
    save_file(tensors, release / "adapter.safetensors")
    folds = load_file(reopen(recipe(release), QUIET) / FOLDS_FILE)
    for fold in range(3):
        assert torch.equal(folds[f"{fold}.voice.adjustment"], tensors[name].float())
        assert not folds[f"{fold}.face.adjustment"].any()


def test_it_says_which_clips_its_folds_are_of(release: Path) -> None:
    folded = Stage.load(reopen(recipe(release), QUIET)).folded
    assert set(folded) == set(MODALITIES)
    assert "another" not in folded.values()


def test_folds_read_clips_with_the_models_own_statistics(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    train = module.fold_trunks

    def noting(banks, classes, statistics, norms, *rest):
        seen.append((statistics, norms))
        return train(banks, classes, statistics, norms, *rest)

    monkeypatch.setattr(module, "fold_trunks", noting)
    reopen(recipe(release), QUIET)
    own, own_norms = load_references(release)
    for statistics, norms in seen:
        assert (statistics.mean["voice"] == own.mean["voice"]).all()
        assert norms == own_norms
    assert len(seen) == 2


def test_a_model_without_a_cold_start_is_refused(release: Path) -> None:
    Stage(sorted(EMOTIONS), [1]).save(release)
    with pytest.raises(ConfigError, match="no cold start"):
        reopen(recipe(release), QUIET)


def test_the_models_own_folder_is_refused(release: Path) -> None:
    with pytest.raises(ConfigError, match="another folder"):
        reopen(recipe(release, output=str(release)), QUIET)


def test_a_damaged_adapter_is_told(release: Path) -> None:
    (release / "adapter.safetensors").write_bytes(b"")
    with pytest.raises(ConfigError, match=r"adapter\.safetensors: missing or damaged; train that"):
        reopen(recipe(release), QUIET)
