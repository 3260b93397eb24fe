"""Mixed precision where nobody else sees to it: on a processor, and beside DeepSpeed.

On a processor the language model's products are in bfloat16, all else in float32. Worth it where
the processor multiplies bfloat16 (AMX, AVX512_BF16); elsewhere it is slower than float32. Attention
stays in float32: torch's bfloat16 kernel of its backward pass on processors is 3.5 times slower
than the float32 one, so autocast over the whole model gains little.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from training.running.processes import by_deepspeed

PRODUCTS = ("q_proj", "k_proj", "v_proj", "o_proj", "mlp")


def multiply_in_bfloat16(model: nn.Module) -> None:
    """Wrap the forward of the language model's projections and MLPs, in place, LoRA included.

    Weights stay in float32 and learn in float32; what goes in and comes out is float32, too.
    """
    for name, module in model.named_modules():
        if ".layers." in name and name.rpartition(".")[2] in PRODUCTS:
            module.forward = _in_bfloat16(module.forward)


def autocast_beside_deepspeed(model: nn.Module) -> None:
    """Read the network in bfloat16 on a CUDA GPU, in place; its weights stay in float32.

    accelerate does so itself, but not beside DeepSpeed, which would round the weights instead.
    """
    if torch.cuda.is_available() and by_deepspeed():
        model.forward = torch.autocast("cuda", torch.bfloat16)(model.forward)


def _in_bfloat16(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    def mixed(hidden: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            product = forward(hidden)
        return product.float()

    return mixed
