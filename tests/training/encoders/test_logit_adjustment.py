"""What trunks lean to behind a person's own mean is found, and taken off in part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from rich.console import Console  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

from model.errors import ConfigError  # noqa: E402
from model.layout import MODALITIES  # noqa: E402
from model.processing import OWN_MEANS  # noqa: E402
from tests.training.toy_banks import EMOTIONS, toy_bank  # noqa: E402
from tests.training.toy_release import toy_release  # noqa: E402
from tests.training.toy_trunks import believing  # noqa: E402
from training.encoders import logit_adjustment as module  # noqa: E402
from training.encoders.logit_adjustment import AdjustRecipe, adjust, fitted  # noqa: E402
from training.release import (  # noqa: E402
    FOLDS_FILE,
    TRUNKS_FILE,
    Stage,
)

CLASSES = sorted(EMOTIONS)
QUIET = Console(quiet=True)
BELIEFS = {"face": "sad", "voice": "happy"}
FOLDS = 2


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stage whose trunks believe in one emotion each, whatever they read."""
    folder = toy_release(tmp_path / "stage", hidden=4)
    folds = believing(MODALITIES, BELIEFS)
    save_file(folds, folder / FOLDS_FILE)
    first = {name.removeprefix("0."): x for name, x in folds.items() if name.startswith("0.")}
    save_file(first, folder / TRUNKS_FILE)
    banks = {m: toy_bank(m, ("ana", "ben", "cem", "dan"), 12) for m in MODALITIES}
    monkeypatch.setattr(module, "training_banks", lambda *_: banks)
    return folder


def recipe(stage: Path, **options: Any) -> AdjustRecipe:
    options = {"output": str(stage.parent / "out"), "windows": 200} | options
    return AdjustRecipe(str(stage), "prepared", folds=FOLDS, threads=1, **options)


def adjustments(folder: Path) -> dict[str, torch.Tensor]:
    tensors = load_file(folder / "adapter.safetensors")
    return {m: tensors[f"model.projectors.{m}.trunk.adjustment"].float() for m in MODALITIES}


def test_a_known_lean_is_found() -> None:
    torch.manual_seed(0)
    right = torch.randn(4000, 4) * 2
    truth = torch.distributions.Categorical(logits=right).sample()
    lean = torch.tensor([0.8, -0.5, 0.0, -0.3])
    found = fitted(right + lean, truth)
    torch.testing.assert_close(found, -lean, atol=0.12, rtol=0)
    assert float(found.mean()) == pytest.approx(0, abs=1e-6)
    assert cross_entropy(right + lean + found, truth) <= cross_entropy(right, truth)


def test_nothing_is_said_of_an_emotion_that_was_not_shown() -> None:
    scores = torch.zeros(90, 4)
    scores[:, 0] = 1.0
    found = fitted(scores, torch.tensor([0, 1, 3] * 30))
    assert found[2] == 0
    assert float(found[[0, 1, 3]].mean()) == pytest.approx(0, abs=1e-6)
    assert float(found[1] - found[0]) == pytest.approx(1, abs=0.01)


def test_trunks_lean_no_more_behind_an_own_mean(stage: Path) -> None:
    """Two folds, of which one leans by 2 and the other by 1, need between 1 and 2 less."""
    found = adjustments(adjust(recipe(stage, share=1.0), QUIET))
    for modality, emotion in BELIEFS.items():
        believed = CLASSES.index(emotion)
        for row in found[modality]:
            others = [row[c] for c in range(len(CLASSES)) if c != believed]
            assert 0.9 < float(max(others) - row[believed]) < 2.4
            assert all(float(x) > float(row[believed]) + 0.9 for x in others)


def test_a_share_of_it_is_taken_off_and_told(stage: Path) -> None:
    whole = adjustments(adjust(recipe(stage, share=1.0), QUIET))
    half = adjust(recipe(stage, share=0.5, output=str(stage.parent / "half")), QUIET)
    for modality, row in adjustments(half).items():
        torch.testing.assert_close(row, whole[modality] / 2, atol=1e-3, rtol=0)
    told = Stage.load(half)
    assert told.history[-1] == "adjusted: 200 windows of each kind, 0.5 of what trunks lean"
    assert told.version == "unpublished"


def test_an_adjustment_is_replaced_and_not_added_to(stage: Path) -> None:
    once = adjust(recipe(stage), QUIET)
    twice = adjust(recipe(once, output=str(stage.parent / "twice")), QUIET)
    for modality, found in adjustments(once).items():
        assert found.shape == (len(OWN_MEANS), len(CLASSES))
        assert torch.equal(adjustments(twice)[modality], found)


def test_all_trunks_of_a_stage_get_it_and_nothing_else_changes(stage: Path) -> None:
    folder = adjust(recipe(stage), QUIET)
    found = adjustments(folder)
    for name, prefixes in ((TRUNKS_FILE, [""]), (FOLDS_FILE, ["0.", "1."])):
        tensors = load_file(folder / name)
        for modality in MODALITIES:
            for prefix in prefixes:
                got = tensors[f"{prefix}{modality}.adjustment"]
                torch.testing.assert_close(got, found[modality], atol=1e-3, rtol=0)
    for name in ("adapter.safetensors", TRUNKS_FILE, FOLDS_FILE):
        before, after = (load_file(f / name) for f in (stage, folder))
        assert before.keys() == after.keys()
        changed = {n for n, tensor in after.items() if not torch.equal(tensor, before[n])}
        assert changed
        assert all(n.endswith("adjustment") for n in changed)
    assert (folder / "norms.json").read_bytes() == (stage / "norms.json").read_bytes()


def test_the_stage_is_not_written_over(stage: Path) -> None:
    with pytest.raises(ConfigError, match="another folder than the stage"):
        adjust(recipe(stage, output=str(stage)), QUIET)
