"""Rounding a trained network: every matrix is made over, and put back afterwards."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

from model.bootstrap import Interval  # noqa: E402
from model.layout import MODALITIES  # noqa: E402
from model.network.processing import prompt_text  # noqa: E402
from model.weights.grid import quantise  # noqa: E402
from tests.model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402
from training.shipping.requantise import (  # noqa: E402
    EMBEDDING,
    SETTLED,
    RequantiseRecipe,
    Row,
    Rows,
    matrices,
    variants,
    weights_of,
)


def batches(processor, count: int) -> list[dict[str, torch.Tensor]]:
    ids = processor.ids(prompt_text(list(MODALITIES)) + "the face and the voice")
    return [
        {"input_ids": torch.tensor([ids]), **processor.media_tensors([tiny_window(seed=seed)])}
        for seed in range(count)
    ]


def test_each_way_makes_every_matrix_over_and_leaves_no_trace() -> None:
    model, processor = tiny_omni()
    calibration = batches(processor, 6)
    kept = {name: weight.clone() for name, weight in matrices(model).items()}
    grids = {n: quantise(w.numpy()) for n, w in kept.items() if n != EMBEDDING}
    assert EMBEDDING in kept
    assert len(kept) == 1 + 7 * model.config.text.num_hidden_layers
    with torch.inference_mode():
        before = model(**calibration[0]).logits
        far = {}
        for method, rounded, bits in variants(model, kept, calibration, grids):
            made = rounded()
            assert kept.keys() - made.keys() == ({EMBEDDING} if method == SETTLED else set())
            assert not any(torch.equal(weight, kept[name]) for name, weight in made.items()), method
            with weights_of(model, made):
                far[method] = float((model(**calibration[0]).logits - before).abs().mean())
            torch.testing.assert_close(model(**calibration[0]).logits, before)
            assert 4.5 <= bits < 6
    assert all(distance > 0 for distance in far.values())
    assert far["GPTQ, symmetric"] < far["round to nearest, symmetric"]
    assert far[SETTLED] < far["our grid's search, symmetric"]


def test_weights_come_back_after_an_error() -> None:
    model, _ = tiny_omni()
    kept = {name: weight.clone() for name, weight in matrices(model).items()}
    zero = {name: torch.zeros_like(weight) for name, weight in kept.items()}
    with pytest.raises(RuntimeError, match="on the way"), weights_of(model, zero):
        raise RuntimeError("on the way")
    assert all(torch.equal(weight, kept[name]) for name, weight in matrices(model).items())


def test_what_was_found_is_found_again_for_the_same_recipe_and_stage_only(tmp_path: Path) -> None:
    recipe = RequantiseRecipe(str(tmp_path / "stage"), str(tmp_path))
    row = Row(
        "GPTQ", 4.5, 10, 0.9, 0.01, Interval(0.8, 0.7, 0.9, 0.95, "speaker", 3), 3.0, 0.95, 60
    )
    Rows(recipe).add(row)
    again = Rows(recipe)
    assert "GPTQ" in again
    assert again.found == [row]
    assert Rows(dataclasses.replace(recipe, threads=7)).found == [row]
    assert Rows(dataclasses.replace(recipe, windows=7)).found == []
    (tmp_path / "stage").mkdir()
    (tmp_path / "stage" / "adapter.safetensors").write_bytes(b"trained anew")
    assert Rows(recipe).found == []
