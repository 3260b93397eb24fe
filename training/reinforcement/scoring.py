"""Logits of completions, for the loss and for the reference: a common prompt is read once."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from transformers import DynamicCache


def completion_logits(
    model: nn.Module,
    ids: Tensor,
    mask: Tensor,
    kept: int,
    media: Mapping[str, Tensor],
    one_prompt: bool = False,
) -> Tensor:
    """What the network foretells of the last `kept` tokens of each row.

    Args:
        ids, mask: (rows, length), padded at the left of the prompt and the right of the completion.
        media: tensors with a row for each of `ids`.
        one_prompt: all rows have the same, half as long as a completion and longer: it is read
            once, with its gradient, and its keys and values serve them all. It is for the caller to
            say, because processes that train together have to call the network equally often.

    Returns:
        Logits (rows, kept, vocabulary).

    Raises:
        ValueError: the rows have not one prompt.
    """
    if one_prompt:
        return _behind_one_prompt(model, ids, mask, kept, media)
    logits: Tensor = model(
        input_ids=ids, attention_mask=mask, logits_to_keep=kept + 1, **media
    ).logits
    return logits[:, :-1]


def _behind_one_prompt(
    model: nn.Module, ids: Tensor, mask: Tensor, kept: int, media: Mapping[str, Tensor]
) -> Tensor:
    parts = [ids[:, :-kept], mask[:, :-kept], *media.values()]
    if not all(torch.equal(part, part[:1].expand_as(part)) for part in parts):
        raise ValueError("completions of several windows were to be read behind one prompt")
    cache = DynamicCache()
    first = model(
        input_ids=ids[:1, :-kept], attention_mask=mask[:1, :-kept], cache=cache,
        use_cache=True, logits_to_keep=1, **{name: value[:1] for name, value in media.items()},
    ).logits  # fmt: skip
    cache.batch_repeat_interleave(len(ids))
    # The last token foretells nothing that is asked for, and is read where there is no other.
    read = slice(ids.shape[1] - kept, max(ids.shape[1] - 1, ids.shape[1] - kept + 1))
    others = model(
        input_ids=ids[:, read], attention_mask=mask[:, : read.stop], cache=cache, use_cache=True
    ).logits
    return torch.cat([first.expand(len(ids), -1, -1), others[:, : kept - 1]], 1)
