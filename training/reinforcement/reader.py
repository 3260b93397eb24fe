"""A frozen reader: which emotion does a rationale argue for, to one who sees and hears nothing?

It is the network as it was before reinforcement, with both modalities absent: what it answers
rests on the text alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import torch
from torch import nn

from model.layout import END_THINK
from model.network.processing import OmniProcessor, prompt_text
from model.weighing import weight_word
from training.supervised.answers import Answers


class FrozenReader:
    """Reads rationales with a network that `frozen()` puts back to its first state meanwhile.

    Args:
        classes: emotions to choose from; their first tokens must differ.

    Raises:
        ConfigError: two classes begin with the same token.
    """

    def __init__(
        self,
        model: nn.Module,
        processor: OmniProcessor,
        classes: Sequence[str],
        frozen: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._model, self._processor, self._frozen = model, processor, frozen
        self._classes, self._answers = tuple(classes), Answers(processor, classes)

    def __call__(self, rationales: Sequence[str]) -> list[str]:
        """The emotion that each rationale argues for."""
        ids = self._processor.ids
        start = ids(prompt_text([])) + self._processor.think(weight_word({}))
        texts = [start + ids(text + END_THINK) for text in rationales]
        with self._frozen(), torch.inference_mode():
            scores = self._answers.behind(self._model, texts)
        return [self._classes[column] for column in scores.argmax(1).tolist()]
