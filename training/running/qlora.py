"""QLoRA (Dettmers et al. 2023, arXiv 2305.14314): the frozen language model in 4-bit NormalFloat.

The shipped model lives on the int4 grid of the exported graph; a stage trained over NormalFloat
weights reads slightly different ones, so a cold start over the grid should follow it.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import nn

from model.errors import ConfigError
from model.network.modeling import OmniForConditionalGeneration

Quantization = Literal["none", "nf4"]
Optimizer = Literal["adamw_torch", "adamw_8bit"]
Device = Literal["cpu", "cuda"]


def require_cuda(
    quantization: Quantization = "none",
    optimizer: Optimizer = "adamw_torch",
    device: Device = "cpu",
) -> None:
    """Refuse options that only a CUDA GPU carries out at a speed worth having.

    Raises:
        ConfigError: one of them is asked for and there is no CUDA GPU that torch can use.
    """
    wanted = [f"quantization={quantization}"] if quantization != "none" else []
    wanted += [f"optimizer={optimizer}"] if optimizer == "adamw_8bit" else []
    wanted += [f"device={device}"] if device == "cuda" else []
    if wanted and not torch.cuda.is_available():
        raise ConfigError(f"{wanted[0]}: needs a CUDA GPU and this machine has none; leave it out.")


def quantise_nf4(model: OmniForConditionalGeneration) -> None:
    """Replace every linear layer of the language model's blocks by its NormalFloat one, in place.

    Weights are packed when the model moves to its device; nothing of them is trained. peft reads
    `is_loaded_in_4bit` to put its LoRA pairs over such layers.
    """
    # Only where it is asked for: it probes the machine on import.
    from bitsandbytes.nn.modules import Linear4bit, Params4bit

    layers = model.model.language_model.layers
    for name, linear in list(layers.named_modules()):
        if not isinstance(linear, nn.Linear):
            continue
        packed = Linear4bit(
            linear.in_features,
            linear.out_features,
            bias=linear.bias is not None,
            compute_dtype=torch.bfloat16 if torch.cuda.is_available() else torch.float32,
            compress_statistics=True,
            quant_type="nf4",
            device="meta",
        )
        packed.weight = Params4bit(
            linear.weight.detach().clone(), requires_grad=False, quant_type="nf4",
            compress_statistics=True, module=packed,
        )  # fmt: skip
        layers.set_submodule(name, packed)
    model.is_loaded_in_4bit = True


def learn_the_rest_in_float32(model: nn.Module) -> None:
    """Put what learns beside LoRA back to float32, in place.

    TRL casts all that learns in a quantised model to bfloat16, as QLoRA's authors do with LoRA: the
    projectors too, and the trunks in them, which distillation reads outside of autocast.
    """
    for name, value in model.named_parameters():
        if value.requires_grad and "lora_" not in name:
            value.data = value.data.float()
