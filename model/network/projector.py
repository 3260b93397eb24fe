"""The projectors: one modality's measurements → tokens that the language model can read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from model.evidence import SPOKEN_FROM
from model.processing import OWN_MEANS

CUE_WIDTH = 4 + 2 * len(SPOKEN_FROM)
"""What a cue token is computed from: deviation, its size, two flags, and the level switches."""

MEASURED = 2
"""Column of the flag that a cue was measured."""


def cue_inputs(cues: Tensor) -> Tensor:
    """`Evidence.vector` rows (…, 3) → inputs of the cue tokens (…, `CUE_WIDTH`).

    The switches, three for raised and then three for lowered, spare a small network from finding
    the thresholds by itself.
    """
    deviation, measured, person = cues.unbind(-1)
    switches = [sign * deviation >= size for sign in (1, -1) for size in SPOKEN_FROM]
    return torch.stack(
        [deviation, deviation.abs(), measured, person, *(s.to(deviation.dtype) for s in switches)],
        -1,
    )


def telling_order(cues: Tensor) -> Tensor:
    """Indices (n, cues) that put the cues that deviate most first, unmeasured ones last.

    What is said first stands first: a language model walks down a list more readily than it
    searches one for its maxima.
    """
    return (cues[..., 0].abs() + cues[..., 1]).argsort(dim=-1, descending=True, stable=True)


class Trunk(nn.Module):
    """Reads the window's summary into scores of the emotions; trained first, then frozen.

    Attributes:
        adjustment: (own means, classes), what scores are raised by where the summary was read
            against the person's own mean of a kind of `OWN_MEANS`; fitted once the rest is trained
            (`training.encoders.logit_adjustment`), and zero until then.
    """

    def __init__(self, inputs: int, hidden: int, classes: int, dropout: float) -> None:
        super().__init__()
        own = torch.zeros(len(OWN_MEANS), classes)
        self.adjustment = nn.Parameter(own, requires_grad=False)
        self.enter = nn.Linear(inputs - len(OWN_MEANS), hidden)
        self.inner = nn.Linear(hidden, hidden)
        self.classifier = nn.Linear(hidden, classes)
        self.dropout = nn.Dropout(dropout)

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor]) -> Trunk:
        """A trained trunk, of the shape that its weights have."""
        hidden, measured = state["enter.weight"].shape
        classes = len(state["classifier.weight"])
        trunk = cls(measured + len(OWN_MEANS), hidden, classes, dropout=0.0)
        trunk.load_state_dict(dict(state))
        return trunk.eval()

    def forward(self, summary: Tensor) -> Tensor:
        """(n, inputs) → scores (n, classes)."""
        measured, own = summary.tensor_split([-len(OWN_MEANS)], -1)
        hidden = torch.relu(self.enter(self.dropout(measured)))
        hidden = hidden + torch.relu(self.inner(self.dropout(hidden)))
        scores: Tensor = self.classifier(self.dropout(hidden))
        return scores + own @ self.adjustment

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *told: Any) -> None:
        # Trunks of before nano-0.11 adjust nothing.
        state_dict.setdefault(f"{prefix}adjustment", torch.zeros_like(self.adjustment))
        super()._load_from_state_dict(state_dict, prefix, *told)


class Projector(nn.Module):
    """Tokens of one modality: a summary token, one a step (frame or segment), one a cue.

    The summary token holds the trunk's probabilities and nothing else of it, so that trunks of
    the same classes can take each other's place. Cue tokens come in `telling_order`.

    Args:
        step_width: width of a step's vector.
        summary_width: width of the window's summary.
        steps, cues: how many of each.
        hidden: width inside.
        classes: of the trunk's own classifier.
        tokens_width: width of the language model's embeddings.
        scale: root mean square of those embeddings, which the tokens start at.
    """

    def __init__(
        self,
        step_width: int,
        summary_width: int,
        steps: int,
        cues: int,
        hidden: int,
        classes: int,
        tokens_width: int,
        scale: float,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.trunk = Trunk(summary_width, hidden, classes, dropout)
        self.summary_out = nn.Linear(classes, tokens_width)
        self.step_in = nn.Linear(step_width, hidden)
        self.step_out = nn.Linear(hidden, tokens_width)
        self.step_position = nn.Parameter(torch.zeros(steps, tokens_width))
        self.cue_in = nn.Linear(CUE_WIDTH, hidden)
        self.cue_out = nn.Linear(hidden, tokens_width)
        self.cue_name = nn.Parameter(torch.randn(cues, tokens_width))
        self.norm = nn.LayerNorm(tokens_width)
        self.norm.weight.data.fill_(scale)

    def forward(self, steps: Tensor, summary: Tensor, cues: Tensor) -> tuple[Tensor, Tensor]:
        """Read a batch of windows.

        Args:
            steps: (n, steps, step_width).
            summary: (n, summary_width).
            cues: (n, cues, 3), `Evidence.vector`.

        Returns:
            Tokens (n, 1 + steps + cues, tokens_width) and the trunk's scores (n, classes).
        """
        scores = self.trunk(summary)
        first = self.summary_out(scores.softmax(-1)).unsqueeze(1)
        moves = self.step_out(torch.relu(self.step_in(steps))) + self.step_position
        order = telling_order(cues)
        told = cues.gather(1, order.unsqueeze(-1).expand_as(cues))
        words = self.cue_out(torch.relu(self.cue_in(cue_inputs(told)))) + self.cue_name[order]
        return self.norm(torch.cat([first, moves, words], 1)), scores
