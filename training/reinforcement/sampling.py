"""Completions of a whole batch of windows: the prompt is read once, rows that have ended drop out.

What transformers' `generate` costs on two cores is not the network: a prompt is read once for each
of its completions, an adapter doubles every product, multiplication by a stored-by-rows matrix is
at its slowest for 16 to 32 rows, an ended row is written on to the longest, and one draw makes a
random number for each of 49k words. None of that is so here. `docs/decisions/0010` has the times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from peft.tuners.lora import LoraLayer
from torch import Tensor, nn
from transformers import DynamicCache


@dataclass(frozen=True)
class Sampling:
    """How completions are drawn.

    Attributes:
        longest: tokens of a completion at most, its end included.
        ends: ids that end a completion; they belong to it.
        forbidden: ids that are never drawn.
    """

    longest: int
    ends: tuple[int, ...]
    forbidden: tuple[int, ...] = ()
    temperature: float = 1.0


@torch.no_grad()
def sample(
    model: nn.Module, prompts: Mapping[str, Tensor], of_row: Sequence[int], how: Sampling
) -> list[list[int]]:
    """Draw a completion for each entry of `of_row`.

    Args:
        prompts: a left-padded batch with `input_ids`, `attention_mask` (n, length) and media.
        of_row: the prompt, 0 to n - 1, that each completion goes on from.

    Returns:
        Token ids of each completion. They depend on torch's random state and on `of_row`, and not
        on which rows have ended already.
    """
    cache = DynamicCache()
    rows = torch.tensor(of_row, device=prompts["input_ids"].device)
    places = (prompts["attention_mask"].cumsum(1) - 1).clamp(min=0)
    logits = model(
        **prompts, position_ids=places, cache=cache, use_cache=True, logits_to_keep=1
    ).logits[rows, -1]
    cache.batch_select_indices(rows)
    mask, place = prompts["attention_mask"][rows], places[rows, -1]
    writing, ends = torch.arange(len(rows), device=rows.device), rows.new_tensor(how.ends)
    written: list[list[int]] = [[] for _ in of_row]
    for _ in range(how.longest):
        drawn = _draw(logits, torch.rand(len(rows), device=rows.device)[writing], how)
        for row, token in zip(writing.tolist(), drawn.tolist(), strict=True):
            written[row].append(token)
        kept = (~torch.isin(drawn, ends)).nonzero().squeeze(1)
        if not len(kept):
            break
        if len(kept) < len(writing):
            cache.batch_select_indices(kept)
            drawn, mask, place, writing = drawn[kept], mask[kept], place[kept], writing[kept]
        mask, place = torch.cat([mask, mask.new_ones(len(mask), 1)], 1), place + 1
        logits = model(
            input_ids=drawn.unsqueeze(1), attention_mask=mask, position_ids=place.unsqueeze(1),
            cache=cache, use_cache=True,
        ).logits[:, -1]  # fmt: skip
    return written


def _draw(logits: Tensor, chance: Tensor, how: Sampling) -> Tensor:
    """The token (n,) at which the distribution function passes `chance` (n,), in [0, 1)."""
    logits = logits.float() / how.temperature
    logits[:, list(how.forbidden)] = -torch.inf
    # Summed in double precision, or rare words would be lost among 49k roundings.
    passed = logits.softmax(-1).cumsum(-1, dtype=torch.float64)
    return torch.searchsorted(passed, passed[:, -1:] * chance.unsqueeze(1), right=True).squeeze(1)


@contextmanager
def merged(model: nn.Module) -> Iterator[None]:
    """The active adapter within the weights it adapts; those come back to the last bit.

    Weights of four bits are left alone: they would be rounded once more.
    """
    layers = [
        layer
        for layer in model.modules()
        if isinstance(layer, LoraLayer) and type(layer.get_base_layer()) is nn.Linear
    ]
    weights = [layer.get_base_layer().weight.data for layer in layers]
    try:
        for layer in layers:
            layer.merge(safe_merge=True)  # into a copy
        yield
    finally:
        for layer, weight in zip(layers, weights, strict=True):
            layer.get_base_layer().weight.data = weight
            layer.merged_adapters.clear()


def store_by_columns(model: nn.Module) -> None:
    """Lay the linear layers' frozen weights out by columns; shapes and values stay.

    MKL multiplies 16 rows with such a matrix in half the time, and many rows in the same.
    """
    for layer in model.modules():
        if isinstance(layer, nn.Linear) and not layer.weight.requires_grad:
            layer.weight.data = layer.weight.data.t().contiguous().t()
