"""Weights that processes share out among them: by FSDP 2, or by DeepSpeed's ZeRO-3.

Each process holds a part of each tensor, and a layer is gathered from all of them while it is
read. So all of them have to read, write and save together, and as often as one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from accelerate import Accelerator
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule
from torch.distributed.tensor import DTensor
from trl.models.utils import unwrap_model_for_generation


@contextmanager
def gathered(wrapped: nn.Module, accelerator: Accelerator) -> Iterator[None]:
    """All weights lie in every process meanwhile, which may read as often as it likes.

    Args:
        wrapped: as the accelerator has prepared it.
    """
    parts = [module for module in wrapped.modules() if isinstance(module, FSDPModule)]
    for part in parts:
        part.set_reshard_after_forward(False, recurse=False)
        part.unshard()
    try:
        with unwrap_model_for_generation(wrapped, accelerator):
            yield
    finally:
        for part in parts:
            part.reshard()
            apart = bool(accelerator.state.fsdp_plugin.reshard_after_forward)
            part.set_reshard_after_forward(apart, recurse=False)


@contextmanager
def writable(parameters: Iterable[nn.Parameter]) -> Iterator[None]:
    """What all processes write into these alike stays; ZeRO-3 has left nothing to write into."""
    with _whole(parameters, 0):
        yield


def whole(parameter: nn.Parameter) -> Tensor:
    """A tensor of the parameter as a whole, in every process."""
    value = parameter.detach()
    if isinstance(value, DTensor):
        return value.full_tensor()
    with _whole([parameter], None):
        return parameter.detach().clone()


@contextmanager
def _whole(parameters: Iterable[nn.Parameter], writer: int | None) -> Iterator[None]:
    shards = [one for one in parameters if hasattr(one, "ds_id")]
    with ExitStack() as stack:
        if shards:
            import deepspeed

            stack.enter_context(deepspeed.zero.GatheredParameters(shards, modifier_rank=writer))
        yield
