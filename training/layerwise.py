"""Layer by layer: the language model's matrices, what they read, and others put in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import torch
from torch import Tensor, nn

from training.progress import track
from training.sft import LORA_TARGETS

Batch = dict[str, Tensor]
Rounding = Callable[[str, Tensor, Tensor], Tensor]
"""Name, weight (N, K) and the moments (K, K) of what it reads → what stands in its place."""

Read = tuple[Tensor, dict[str, Any]]
"""A layer's hidden states (1, length, width), and whatever else it is called with."""

EMBEDDING = "language_model.embed_tokens"
LAYERS = "model.language_model.layers"
_INPUTS = {"q": "qkv", "k": "qkv", "v": "qkv", "o": "o", "gate": "mlp", "up": "mlp", "down": "down"}


def matrices(model: nn.Module) -> dict[str, Tensor]:
    """The language model's matrices by the names of their modules, behind `model.`."""
    return {
        name.removeprefix("model."): module.weight.data
        for name, module in model.named_modules()
        if re.fullmatch(LORA_TARGETS, name) or name == f"model.{EMBEDDING}"
    }


@contextmanager
def weights_of(model: nn.Module, weights: Mapping[str, Tensor]) -> Iterator[None]:
    """Put matrices in, and the ones that were there back afterwards."""
    places = matrices(model)
    before = {name: places[name].clone() for name in weights}
    for name, weight in weights.items():
        places[name].copy_(weight)
    try:
        yield
    finally:
        for name, weight in before.items():
            places[name].copy_(weight)


def layer_by_layer(
    model: nn.Module,
    kept: Mapping[str, Tensor],
    calibration: Sequence[Batch],
    rounded: Rounding,
    what: str,
) -> dict[str, Tensor]:
    """Round the matrices `kept`, each layer on what the rounded ones before it write.

    The embeddings stay. Batches must have no padding: what a layer reads of it would count.
    """
    found: dict[str, Tensor] = {}
    layers = list(model.get_submodule(LAYERS).children())
    reads = [_first_read(model, layers[0], batch) for batch in calibration]
    for index, layer in enumerate(track(layers, what)):
        names = [name for name in kept if name.startswith(f"language_model.layers.{index}.")]
        moments = _moments(layer, reads)
        own = {name: rounded(name, kept[name], moments[_kind(name)]) for name in names}
        with weights_of(model, own):
            reads = [(layer(hidden, **rest), rest) for hidden, rest in reads]
        found.update(own)
    return found


def _first_read(model: nn.Module, layer: nn.Module, batch: Batch) -> Read:
    """What the first layer reads of a batch; the model is run no further than to it."""
    read: list[Read] = []

    def stop(_: nn.Module, inputs: tuple[Tensor, ...], rest: dict[str, Any]) -> None:
        read.append((inputs[0], {**rest, "use_cache": False, "cache": None}))
        raise _ReadError

    hook = layer.register_forward_pre_hook(stop, with_kwargs=True)
    with suppress(_ReadError):
        model(**batch)
    hook.remove()
    return read[0]


class _ReadError(Exception):
    """Nothing is wrong: what was to be read has been read."""


def _moments(layer: nn.Module, reads: Sequence[Read]) -> dict[str, Tensor]:
    """Sum of x xᵀ over what the layer's matrices read of the calibration windows, by kind."""
    totals: dict[str, Tensor] = {}

    def watch(kind: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def add(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            rows = inputs[0].flatten(0, -2)
            totals[kind] = totals.get(kind, torch.zeros(())) + rows.T @ rows

        return add

    first = {_kind(name): module for name, module in reversed(list(layer.named_modules()))
             if name.endswith("_proj")}  # fmt: skip
    hooks = [module.register_forward_pre_hook(watch(kind)) for kind, module in first.items()]
    for hidden, rest in reads:
        layer(hidden, **rest)
    for hook in hooks:
        hook.remove()
    return totals


def _kind(name: str) -> str:
    """Matrices of one kind read the same input."""
    return _INPUTS[name.rsplit(".", 1)[1].removesuffix("_proj")]
