"""QLoRA: the packed model says nearly the same, learns only its adapter, and needs a GPU."""

from __future__ import annotations

import pytest

pytest.importorskip("bitsandbytes")

import torch
from peft import LoraConfig, get_peft_model

from model.errors import ConfigError
from model.layout import MODALITIES
from model.network.processing import prompt_text
from training.grpo import GrpoRecipe
from training.quantization import quantise_nf4
from training.sft import LORA_TARGETS, SftRecipe

from ..model.network.tiny_omni import tiny_omni, tiny_window

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


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
@pytest.mark.parametrize("option", [{"quantization": "nf4"}, {"optimizer": "adamw_8bit"}])
@pytest.mark.parametrize("recipe", [SftRecipe, GrpoRecipe])
def test_without_a_gpu_it_is_refused_in_a_sentence(recipe, option) -> None:
    with pytest.raises(ConfigError, match="needs a CUDA GPU"):
        recipe(stage="s", prepared="p", output="o", **option)
