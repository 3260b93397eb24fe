"""What LoRA adds is put into the codes: the network says nearly the same without it."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from peft import get_peft_model  # noqa: E402

from model.errors import ConfigError  # noqa: E402
from model.network.processing import prompt_text  # noqa: E402
from model.weights.grid import quantise  # noqa: E402
from tests.model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402
from tests.training.tiny_sft import tiny_stage  # noqa: E402
from training.release import Stage  # noqa: E402
from training.shipping.layerwise import EMBEDDING, matrices, weights_of  # noqa: E402
from training.shipping.settle import changes_of, embedded, settled  # noqa: E402
from training.supervised.sft import hand_over, lora_config  # noqa: E402

from .test_requantise import batches  # noqa: E402


def test_a_settled_network_says_nearly_what_the_trained_one_did() -> None:
    model, processor = tiny_omni()
    grids = {
        name: quantise(weight.numpy())
        for name, weight in matrices(model).items()
        if name != EMBEDDING
    }
    public = {name: torch.from_numpy(grid.dequantise()) for name, grid in grids.items()}
    torch.manual_seed(0)
    trained = {
        name: weight + torch.randn(len(weight), 2) @ torch.randn(2, weight.shape[1]) * 0.01
        for name, weight in public.items()
    }
    told, asked = batches(processor, 24), batches(processor, 30)[24:]
    with torch.inference_mode():

        def logits(weights: dict[str, torch.Tensor]) -> torch.Tensor:
            with weights_of(model, weights):
                return torch.cat([model(**batch).logits for batch in asked])

        with weights_of(model, trained):
            changes = settled(model, grids, told)
        assert changes.keys() == grids.keys()
        after = {
            name: torch.from_numpy(
                (grid.dequantise() + own * np.repeat(grid.scale, 32, 1)).astype(np.float32)
            )
            for (name, grid), own in zip(grids.items(), changes.values(), strict=True)
        }
        meant = logits(trained)
        lost = float((logits(after) - meant).square().mean())
        left_out = float((logits(public) - meant).square().mean())
    assert lost < 0.5 * left_out
    assert 0 < np.mean([np.mean(own != 0) for own in changes.values()]) < 0.7


def test_a_batch_embedded_beforehand_is_read_as_the_batch_is() -> None:
    model, processor = tiny_omni()
    media = tiny_window(("face", "voice"), 1)
    ids = torch.tensor([processor.ids(prompt_text(list(media)))])
    length = ids.shape[1]
    batch = {
        "input_ids": ids,
        "attention_mask": torch.full((length, length), float("-inf")).triu(1)[None, None],
        "position_ids": torch.arange(length)[None],
        **processor.media_tensors([media]),
    }
    with torch.inference_mode():
        expected = model(**batch).logits
        torch.testing.assert_close(model(**embedded(model, batch)).logits, expected)


def test_changes_are_counted_from_the_public_codes() -> None:
    weight = np.random.default_rng(0).normal(0, 0.1, (4, 64)).astype(np.float32)
    grid = quantise(weight)
    assert not changes_of(grid, torch.from_numpy(grid.dequantise())).any()
    moved = grid.q.copy()
    moved[2, 1, 5] += 1 if moved[2, 1, 5] < 15 else -1
    moved_weight = (moved.astype(np.float32) - 8) * grid.scale[..., None]
    changes = changes_of(grid, torch.from_numpy(moved_weight.reshape(4, 64)))
    assert np.argwhere(changes).tolist() == [[2, 37]]


def test_only_a_stage_with_a_cold_start_is_taken(tmp_path: Path) -> None:
    Stage(["happy", "sad"], [1]).save(tmp_path)
    with pytest.raises(ConfigError, match="no cold start yet"):
        Stage.load_started(tmp_path)
    Stage(["happy", "sad"], [1], lora_rank=8).save(tmp_path)
    assert Stage.load_started(tmp_path).lora_rank == 8


# peft still asks what transformers calls otherwise now.
@pytest.mark.filterwarnings("default")
def test_without_its_codes_a_settled_network_is_no_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LoRA is gone then, and nothing has taken its place: it would answer, as another model."""
    source, output = tiny_stage(tmp_path / "stage"), tmp_path / "settled"
    stage = Stage.load(source)
    output.mkdir()
    stage.save(output)  # of an earlier run
    network = get_peft_model(tiny_omni()[0], lora_config(2, 4)).merge_and_unload()
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name.startswith("codes.zlib"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            hand_over(stage, source, output, network, {"codes.zlib": b"codes"})
    with pytest.raises(ConfigError, match="no stage of training lies here"):
        Stage.load(output)
    hand_over(stage, source, output, network, {"codes.zlib": b"codes"})
    assert Stage.load(output) == stage
    assert (output / "codes.zlib").read_bytes() == b"codes"
