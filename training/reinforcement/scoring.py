"""Logits of completions, for the loss and for the reference: a common prompt is read once."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from transformers import DynamicCache


def completion_logits(
    model: nn.Module, ids: Tensor, mask: Tensor, kept: int, media: Mapping[str, Tensor]
) -> Tensor:
    """What the network foretells of the last `kept` tokens of each row.

    The completions of a group have one prompt, half as long as a completion and longer: where all
    rows have the same, it is read once, with its gradient, and its keys and values serve them all.

    Args:
        ids, mask: (rows, length), padded at the left of the prompt and the right of the completion.
        media: tensors with a row for each of `ids`.

    Returns:
        Logits (rows, kept, vocabulary).
    """
    if len(ids) > 1 and kept > 1 and _one_prompt(ids, mask, kept, media):
        return _behind_one_prompt(model, ids, mask, kept, media)
    logits: Tensor = model(
        input_ids=ids, attention_mask=mask, logits_to_keep=kept + 1, **media
    ).logits
    return logits[:, :-1]


def _one_prompt(ids: Tensor, mask: Tensor, kept: int, media: Mapping[str, Tensor]) -> bool:
    parts = [ids[:, :-kept], mask[:, :-kept], *media.values()]
    return all(torch.equal(part, part[:1].expand_as(part)) for part in parts)


def _behind_one_prompt(
    model: nn.Module, ids: Tensor, mask: Tensor, kept: int, media: Mapping[str, Tensor]
) -> Tensor:
    cache = DynamicCache()
    first = model(
        input_ids=ids[:1, :-kept], attention_mask=mask[:1, :-kept], cache=cache,
        use_cache=True, logits_to_keep=1, **{name: value[:1] for name, value in media.items()},
    ).logits  # fmt: skip
    cache.batch_repeat_interleave(len(ids))
    others = model(
        input_ids=ids[:, -kept:-1], attention_mask=mask[:, :-1], cache=cache,
        use_cache=True,
    ).logits  # fmt: skip
    return torch.cat([first.expand(len(ids), -1, -1), others], 1)
