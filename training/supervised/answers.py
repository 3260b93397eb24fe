"""How likely the network finds each emotion as its answer, by the first token of its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

import torch
from torch import Tensor, nn

from model.errors import ConfigError
from model.layout import ANSWER, MODALITIES
from model.network.modeling import MEDIA_INPUTS
from model.network.processing import OmniProcessor, prompt_text


class Answers:
    """Asks a network for its answer.

    Attributes:
        classes: emotions to choose from; their first tokens must differ.

    Raises:
        ConfigError: two classes begin with the same token.
    """

    def __init__(self, processor: OmniProcessor, classes: Sequence[str]) -> None:
        self._processor, self.classes = processor, tuple(classes)
        self._first = [processor.ids(label)[0] for label in classes]
        named = dict[int, str]()
        for token, label in zip(self._first, classes, strict=True):
            other = named.setdefault(token, label)
            if other != label:
                raise ConfigError(_alike(other, label))

    def behind(
        self, model: Any, texts: Sequence[list[int]], media: Mapping[str, Tensor] | None = None
    ) -> Tensor:
        """Log-probabilities (texts, classes) of the answers behind texts of token ids.

        Args:
            media: the tensors named in `MEDIA_INPUTS`, a row a text; `None` if they name none.
        """
        device = next(model.parameters()).device
        rows = self._processor.left_padded([text + self._processor.ids(ANSWER) for text in texts])
        batch = {**rows, **(media or {})}
        batch = {name: value.to(device) for name, value in batch.items()}
        logits = model(**batch, logits_to_keep=1).logits
        return logits[:, -1, self._first].float().log_softmax(-1)

    def direct(self, model: Any, media: Mapping[str, Tensor]) -> Tensor:
        """Log-probabilities (n, classes) of the answers given without a rationale."""
        given = {name: media[name] for name in MEDIA_INPUTS}
        present = torch.stack([given[f"{modality}_present"] for modality in MODALITIES], 1).tolist()
        texts = [self._processor.ids(prompt_text([*compress(MODALITIES, row)])) for row in present]
        return self.behind(model, texts, given)


def _alike(one: str, other: str) -> str:
    return (
        f"the stage's emotions {one} and {other} begin with the same token, so its answers cannot "
        "be told apart: take the clips of one of them out of what is prepared and train from "
        "`python -m training trunks` on, or do without what asks for answers (`restore`, "
        "teacher=stage, anchored, and the objectives consistency and agreement)."
    )


def divergence(wanted: Tensor, said: Tensor) -> Tensor:
    """Kullback-Leibler divergence (n,) in nats; both are log-probabilities (n, classes)."""
    return (wanted.exp() * (wanted - said)).sum(1)


class Teacher:
    """A network that learns no more: its direct answers are to be learned, or kept.

    Attributes:
        model: the network.
    """

    def __init__(self, model: nn.Module, answers: Answers) -> None:
        self.model, self._answers = model.eval().requires_grad_(False), answers

    def __call__(self, media: Mapping[str, Tensor]) -> Tensor:
        """Log-probabilities (n, classes)."""
        with torch.no_grad():
            return self._answers.direct(self.model, media)
