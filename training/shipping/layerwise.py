"""Layer by layer: the language model's matrices, what they read, and others put in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from training.progress import track
from training.supervised.sft import LORA_TARGETS

Batch = dict[str, Tensor]

Read = tuple[Tensor, dict[str, Any]]
"""A layer's hidden states (1, length, width), and whatever else it is called with."""

EMBEDDING = "language_model.embed_tokens"
LAYERS = "model.language_model.layers"
_INPUTS = {"q": "qkv", "k": "qkv", "v": "qkv", "o": "o", "gate": "mlp", "up": "mlp", "down": "down"}


@dataclass(frozen=True)
class Moments:
    """Second moments (K, K) of what a matrix reads, summed over the calibration windows.

    Attributes:
        read: of x xᵀ, x being read behind the matrices that were rounded before.
        crossed: of y xᵀ, y being read at the same place where nothing is rounded.
    """

    read: Tensor
    crossed: Tensor


Rounding = Callable[[str, Tensor, Moments], Tensor]
"""Name, weight (N, K) and what it reads → what stands in its place."""


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
    """Round the matrices `kept`, each on what the rounded ones before it write.

    The embeddings stay. Batches must have no padding: what a layer reads of it would count.
    """
    found: dict[str, Tensor] = {}
    layers = list(model.get_submodule(LAYERS).children())
    exact = reads = [_first_read(model, layers[0], batch) for batch in calibration]
    for index, layer in enumerate(track(layers, what)):
        names = [name for name in kept if name.startswith(f"language_model.layers.{index}.")]
        told = _inputs(layer, exact, list(dict.fromkeys(_INPUTS.values())))
        exact = [(layer(hidden, **rest), rest) for hidden, rest in exact]
        with ExitStack() as placed:
            for kind, exact_rows in told.items():
                moments = _moments(_inputs(layer, reads, [kind])[kind], exact_rows)
                own = {n: rounded(n, kept[n], moments) for n in names if kind_of(n) == kind}
                placed.enter_context(weights_of(model, own))
                found.update(own)
            reads = [(layer(hidden, **rest), rest) for hidden, rest in reads]
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


def _inputs(
    layer: nn.Module, reads: Sequence[Read], kinds: Sequence[str]
) -> dict[str, list[Tensor]]:
    """What the layer's matrices read of each batch, (length, K) each, by kind.

    `kinds` come in the order in which they are read; behind the last the layer is not run.
    """
    rows: dict[str, list[Tensor]] = {kind: [] for kind in kinds}

    def watch(kind: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def add(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            rows[kind].append(inputs[0].flatten(0, -2))
            if kind == kinds[-1]:
                raise _ReadError

        return add

    first = {kind_of(name): module for name, module in reversed(list(layer.named_modules()))
             if name.endswith("_proj")}  # fmt: skip
    hooks = [first[kind].register_forward_pre_hook(watch(kind)) for kind in kinds]
    for hidden, rest in reads:
        with suppress(_ReadError):
            layer(hidden, **rest)
    for hook in hooks:
        hook.remove()
    return rows


def _moments(rows: Sequence[Tensor], exact: Sequence[Tensor]) -> Moments:
    read = crossed = torch.zeros(())
    for x, y in zip(rows, exact, strict=True):
        read, crossed = read + x.T @ x, crossed + y.T @ x
    return Moments(read, crossed)


def kind_of(name: str) -> str:
    """Matrices of one kind read the same input."""
    return _INPUTS[name.rsplit(".", 1)[1].removesuffix("_proj")]
