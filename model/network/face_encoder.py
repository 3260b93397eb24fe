"""The face encoder: a small residual CNN that reads one 48 x 48 grey face.

It is trained by `python -m training face-encoder` and frozen afterwards; `nano` uses its 192-wide
embedding and its seven class scores, per frame.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

CLASSES = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
WIDTHS = (24, 48, 96, 192)
"""Of the stem and of each stage, where nothing else is asked for."""


def standardise(crops: Tensor) -> Tensor:
    """Grey crops (n, h, w) of any range → float (n, 1, h, w), zero mean and unit SD each.

    Web pictures and webcams differ in contrast far more than faces do.
    """
    pixels = crops.float()
    mean = pixels.mean((1, 2), keepdim=True)
    deviation = (pixels - mean).square().mean((1, 2), keepdim=True).sqrt()
    return ((pixels - mean) / (deviation + 1.0)).unsqueeze(1)


class _ConvNorm(nn.Sequential):
    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        )


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _ConvNorm(width, width)
        self.second = _ConvNorm(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(torch.relu(self.first(x))))


class FaceEncoder(nn.Module):
    """Stem, stages (halve, then residual blocks), average pooling, linear classifier.

    Args:
        widths: of the stem and of each stage; the last is the embedding's.
        depth: residual blocks a stage.
        dropout: before the classifier.
    """

    def __init__(
        self, widths: Sequence[int] = WIDTHS, depth: int = 1, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.depth = depth
        self.stem = _ConvNorm(1, widths[0])
        self.down = nn.ModuleList([_ConvNorm(a, b, 2) for a, b in itertools.pairwise(widths)])
        self.blocks = nn.ModuleList([_Residual(w) for w in widths[1:] for _ in range(depth)])
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(widths[-1], len(CLASSES))

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor]) -> FaceEncoder:
        """A trained encoder, of the shape that its weights have."""
        stages = sum(name.startswith("down.") and name.endswith(".0.weight") for name in state)
        blocks = sum(name.endswith(".first.0.weight") for name in state)
        names = ["stem", *(f"down.{stage}" for stage in range(stages))]
        encoder = cls([len(state[f"{name}.0.weight"]) for name in names], blocks // stages)
        encoder.load_state_dict(dict(state))
        return encoder.eval()

    def embed(self, faces: Tensor) -> Tensor:
        """Standardised faces (n, 1, h, w) → embeddings (n, width)."""
        x = torch.relu(self.stem(faces))
        for stage, down in enumerate(self.down):
            x = torch.relu(down(x))
            for block in self.blocks[stage * self.depth : (stage + 1) * self.depth]:
                x = block(x)
        return x.mean((2, 3))

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        """Standardised faces (n, 1, h, w) → embeddings (n, width) and class scores (n, 7)."""
        embedding = self.embed(faces)
        return embedding, self.classifier(self.dropout(embedding))
