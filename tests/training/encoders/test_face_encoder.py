"""Training of the face encoder is the same whether or not it was interrupted."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from safetensors.numpy import save_file

torch = pytest.importorskip("torch")

from model.errors import ConfigError  # noqa: E402
from model.network.face_encoder import CLASSES, standardise  # noqa: E402
from training.data.faces import FaceSet  # noqa: E402
from training.encoders import face_encoder  # noqa: E402
from training.encoders.face_encoder import (  # noqa: E402
    FaceEncoderRecipe,
    augment,
    load_encoder,
    predict,
    train,
)

RECIPE = FaceEncoderRecipe(
    "",
    widths=(8, 12, 16),
    depth=2,
    epochs=2,
    batch_size=7,
    mixup=0.2,
    crop_sizes=(16, 24),
    threads=1,
)


def faces(count: int, seed: int) -> FaceSet:
    rng = np.random.default_rng(seed)
    pictures = rng.integers(0, 256, (count, 48, 48), np.uint8)
    return FaceSet(pictures, np.arange(count) % len(CLASSES), tuple(map(str, range(count))))


@pytest.fixture(autouse=True)
def _random_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    sets = {"train": faces(14, 0), "dev": faces(7, 1), "test": faces(7, 2)}
    monkeypatch.setattr(face_encoder, "load_faces", lambda root, names, split: sets[split])


def run(output: Path, recipe: FaceEncoderRecipe = RECIPE) -> str:
    paper = io.StringIO()
    train(replace(recipe, output=str(output)), Path(), Console(file=paper, width=200))
    return paper.getvalue()


@pytest.mark.parametrize("size", [32, 48])
def test_augmented_faces_have_the_size_asked_for_and_follow_their_seed(size: int) -> None:
    crops = torch.from_numpy(faces(40, 3).faces)
    one, same, other = (augment(crops, size, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert one.shape == (40, 1, size, size)
    assert torch.isfinite(one).all()
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_augmenting_leaves_the_pictures_alone() -> None:
    crops = torch.from_numpy(faces(4, 3).faces)
    before = crops.clone()
    augment(crops, 32, torch.Generator().manual_seed(0))
    assert torch.equal(crops, before)


def test_an_interrupted_training_ends_in_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole")
    with monkeypatch.context() as patch:
        save = face_encoder._Run.save

        def save_and_stop(self: face_encoder._Run, folder: Path) -> None:
            save(self, folder)
            raise KeyboardInterrupt

        patch.setattr(face_encoder._Run, "save", save_and_stop)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "stopped")
    assert not (tmp_path / "stopped" / "face_encoder.safetensors").exists()
    torch.rand(5)  # another process would not have drawn what this one has
    assert "resuming after epoch 1 of 2" in run(tmp_path / "stopped")
    whole, stopped = (
        load_encoder(tmp_path / name / "face_encoder.safetensors").state_dict()
        for name in ("whole", "stopped")
    )
    for name, value in whole.items():
        torch.testing.assert_close(stopped[name], value, rtol=0, atol=0)


def test_each_epoch_tells_the_crop_it_was_trained_on(tmp_path: Path) -> None:
    lines = [line.split("loss")[0].split() for line in run(tmp_path).splitlines()]
    assert lines[:2] == [["epoch", "1/2", "crop", "16"], ["epoch", "2/2", "crop", "24"]]


def test_a_trained_encoder_is_read_in_the_shape_it_has(tmp_path: Path) -> None:
    run(tmp_path, replace(RECIPE, epochs=1, bfloat16=True))
    encoder = load_encoder(tmp_path / "face_encoder.safetensors")
    assert (len(encoder.down), len(encoder.blocks), encoder.depth) == (2, 4, 2)
    embeddings, scores = encoder(standardise(torch.from_numpy(faces(3, 5).faces)))
    assert embeddings.shape == (3, 16)
    assert torch.isfinite(scores).all()


def test_the_report_tells_how_good_it_is(tmp_path: Path) -> None:
    run(tmp_path, replace(RECIPE, epochs=1))
    report = json.loads((tmp_path / "face_encoder.json").read_text())
    assert report["n_test"] == 7
    assert 0.0 <= report["test_accuracy"] <= 1.0
    assert report["crop_size"] == 48


def test_a_face_and_its_mirror_image_are_predicted_alike() -> None:
    torch.manual_seed(0)
    encoder = face_encoder.FaceEncoder()
    pictures = faces(6, 4).faces
    probabilities = predict(encoder, pictures, batch_size=4)
    mirrored = predict(encoder, np.ascontiguousarray(pictures[:, :, ::-1]), batch_size=4)
    torch.testing.assert_close(probabilities.sum(1), torch.ones(6))
    torch.testing.assert_close(probabilities, mirrored)


@pytest.mark.parametrize("change", [{"widths": (8, 12, 20)}, {"depth": 1}])
def test_a_network_of_another_shape_does_not_go_on(tmp_path: Path, change: dict[str, Any]) -> None:
    run(tmp_path, replace(RECIPE, epochs=1))
    with pytest.raises(ConfigError, match=r"state\.pt: was begun with other `widths`.*output="):
        run(tmp_path, replace(RECIPE, **change))


def test_a_run_of_another_recipe_does_not_go_on(tmp_path: Path) -> None:
    """A finished one told its old figures, whatever it was asked to learn with."""
    run(tmp_path, replace(RECIPE, epochs=1))
    assert "resuming after epoch 1 of 1" in run(tmp_path, replace(RECIPE, epochs=1, threads=1))
    with pytest.raises(
        ConfigError, match=r"begun with epochs=1, not 2, learning_rate=.*, not 0\.5"
    ):
        run(tmp_path, replace(RECIPE, epochs=2, learning_rate=0.5))


def test_fewer_faces_than_a_batch_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="batch_size=15: there are only 14 faces"):
        run(tmp_path, replace(RECIPE, batch_size=15))


def test_a_class_without_a_face_leaves_the_weights_finite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = faces(14, 0)
    few = FaceSet(few.faces, few.labels % 3, few.names)
    monkeypatch.setattr(face_encoder, "load_faces", lambda root, names, split: few)
    run(tmp_path, replace(RECIPE, epochs=1))
    state = load_encoder(tmp_path / "face_encoder.safetensors").state_dict()
    assert all(torch.isfinite(value).all() for value in state.values())


@pytest.mark.parametrize("damage", ["missing", "cut off", "of something else"])
def test_a_face_encoder_that_cannot_be_read_is_told(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "face_encoder.safetensors"
    if damage == "cut off":
        path.write_bytes(b"\x10\x00")
    elif damage == "of something else":
        save_file({"weight": np.zeros(2, np.float32)}, path)
    with pytest.raises(ConfigError, match=r"face_encoder\.safetensors: .*training face-encoder"):
        load_encoder(path)
