"""QLoRA: the packed model says nearly the same, learns only its adapter, and needs a GPU."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

pytest.importorskip("bitsandbytes")

import torch
from peft import LoraConfig, get_peft_model
from rich.console import Console
from safetensors.torch import load_file

from model.errors import ConfigError
from model.layout import MODALITIES
from model.network.processing import prompt_text
from tests.model.network.tiny_omni import tiny_omni, tiny_window
from tests.training.tiny_sft import sft_recipe, tiny_network, tiny_stage
from training.reinforcement.grpo import GrpoRecipe
from training.running.qlora import quantise_nf4
from training.supervised import sft
from training.supervised.sft import LORA_TARGETS, SftRecipe

# peft asks transformers for a name that it is about to drop.
pytestmark = pytest.mark.filterwarnings("default")


def test_packed_weights_say_nearly_the_same_and_only_the_adapter_learns() -> None:
    plain, processor = tiny_omni()
    packed, _ = tiny_omni()
    quantise_nf4(packed)
    model = get_peft_model(packed.to("cpu"), LoraConfig(r=2, target_modules=LORA_TARGETS))
    batch = processor.media_tensors([tiny_window()])
    batch |= processor.left_padded([processor.ids(prompt_text(list(MODALITIES)))])
    with torch.no_grad():
        before, after = plain(**batch).logits.flatten(), model(**batch).logits.flatten()
    # Random weights take four bits worse than trained ones.
    assert 0.9 < torch.corrcoef(torch.stack([before, after]))[0, 1] < 1
    model(**batch).logits.square().mean().backward()
    learning = {name: p for name, p in model.named_parameters() if p.requires_grad}
    assert learning
    assert all("lora_" in name and p.grad is not None for name, p in learning.items())


def test_a_packed_model_goes_through_the_cold_start(tmp_path: Path) -> None:
    """On a CPU in place of the GPU; projectors learn in float32, LoRA in bfloat16 as TRL has it."""
    stage, kinds = tiny_stage(tmp_path / "stage"), {}

    class Noted(sft.ColdStartTrainer):
        def compute_loss(self, model, inputs, *args, **kwargs):
            kinds.update({n: p.dtype for n, p in model.named_parameters() if p.requires_grad})
            return super().compute_loss(model, inputs, *args, **kwargs)

    with (
        tiny_network(),
        mock.patch.object(sft, "require_cuda"),
        mock.patch.object(sft, "ColdStartTrainer", Noted),
    ):
        sft.train(sft_recipe(stage, tmp_path / "out", quantization="nf4"), Console(quiet=True))
    assert {kind for name, kind in kinds.items() if "lora_" in name} == {torch.bfloat16}
    assert {kind for name, kind in kinds.items() if "lora_" not in name} == {torch.float32}
    assert any("projectors.face" in name for name in kinds)
    learned = load_file(tmp_path / "out" / "adapter.safetensors")
    assert any(tensor.any() for name, tensor in learned.items() if "lora_B" in name)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
@pytest.mark.parametrize("option", [{"quantization": "nf4"}, {"optimizer": "adamw_8bit"}])
@pytest.mark.parametrize("recipe", [SftRecipe, GrpoRecipe])
def test_without_a_gpu_it_is_refused_in_a_sentence(recipe, option) -> None:
    with pytest.raises(ConfigError, match="needs a CUDA GPU"):
        recipe(stage="s", prepared="p", output="o", **option)
