"""Layer by layer: the language model's matrices, what they read, and others put in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from training.progress import track
from training.sft import LORA_TARGETS

Batch = dict[str, Tensor]
Rounding = Callable[[str, Tensor, Tensor], Tensor]
"""Name, weight (N, K) and the moments (K, K) of what it reads → what stands in its place."""

EMBEDDING = "language_model.embed_tokens"
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
    layers = sorted({_layer(name) for name in kept if name != EMBEDDING})
    for layer in track(layers, what):
        names = [name for name in kept if name != EMBEDDING and _layer(name) == layer]
        with weights_of(model, found):
            moments = _moments(model, names, calibration)
        for name in names:
            found[name] = rounded(name, kept[name], moments[_reads(name)])
    return found


def _moments(
    model: nn.Module, names: Sequence[str], calibration: Sequence[Batch]
) -> dict[str, Tensor]:
    """Sum of x xᵀ over what the layer's matrices read of the calibration windows."""
    totals: dict[str, Tensor] = {}

    def watch(kind: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def add(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            rows = inputs[0].flatten(0, -2)
            totals[kind] = totals.get(kind, torch.zeros(())) + rows.T @ rows

        return add

    modules = dict(model.named_modules())
    first = {_reads(name): name for name in reversed(names)}
    hooks = [
        modules[f"model.{name}"].register_forward_pre_hook(watch(kind))
        for kind, name in first.items()
    ]
    for batch in calibration:
        model(**batch)
    for hook in hooks:
        hook.remove()
    return totals


def _layer(name: str) -> int:
    return int(name.split(".")[2])


def _reads(name: str) -> str:
    """Matrices of one kind read the same input."""
    return _INPUTS[name.rsplit(".", 1)[1].removesuffix("_proj")]
