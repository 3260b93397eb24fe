"""A frozen reader: which emotion does a rationale argue for, to one who sees and hears nothing?

It is the network as it was before reinforcement, with both modalities absent: what it answers
rests on the text alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn

from model.layout import ANSWER, END_THINK
from model.network.processing import OmniProcessor, prompt_text
from model.weighing import weight_word


class FrozenReader:
    """Reads rationales with a network that `frozen()` puts back to its first state meanwhile.

    Args:
        classes: emotions to choose from; their first tokens must differ.

    Raises:
        ValueError: two classes begin with the same token.
    """

    def __init__(
        self,
        model: nn.Module,
        processor: OmniProcessor,
        classes: Sequence[str],
        frozen: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._model, self._processor, self._frozen = model, processor, frozen
        self._classes = tuple(classes)
        self._first = [processor.ids(label)[0] for label in classes]
        if len(set(self._first)) < len(self._first):
            raise ValueError("two classes begin with the same token")

    def __call__(self, rationales: Sequence[str]) -> list[str]:
        """The emotion that each rationale argues for."""
        with self._frozen(), torch.inference_mode():
            scores = self._scores(rationales)
        return [self._classes[column] for column in scores.argmax(1).tolist()]

    def _scores(self, rationales: Sequence[str]) -> Tensor:
        """(rationales, classes), logits of the answers' first tokens."""
        ids = self._processor.ids
        start = ids(prompt_text([])) + self._processor.think(weight_word({}))
        rows = [start + ids(text + END_THINK) + ids(ANSWER) for text in rationales]
        device = next(self._model.parameters()).device
        batch = {n: value.to(device) for n, value in self._processor.left_padded(rows).items()}
        logits = self._model(**batch, logits_to_keep=1).logits
        return logits[:, -1, self._first]
