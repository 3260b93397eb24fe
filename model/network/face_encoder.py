"""The face encoder: a small residual CNN that reads one 48 x 48 grey face.

It is trained by `python -m training face-encoder` and frozen afterwards; `nano` uses its 192-wide
embedding and its seven class scores, per frame.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

CROP_SIZE = 48
CLASSES = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
WIDTHS = (24, 48, 96, 192)
EMBEDDING_SIZE = WIDTHS[-1]


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
    """Stem, three stages (halve, then a residual block), average pooling, linear classifier."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.stem = _ConvNorm(1, WIDTHS[0])
        self.down = nn.ModuleList([_ConvNorm(a, b, 2) for a, b in itertools.pairwise(WIDTHS)])
        self.blocks = nn.ModuleList([_Residual(width) for width in WIDTHS[1:]])
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(EMBEDDING_SIZE, len(CLASSES))

    def embed(self, faces: Tensor) -> Tensor:
        """Standardised faces (n, 1, h, w) → embeddings (n, `EMBEDDING_SIZE`)."""
        x = torch.relu(self.stem(faces))
        for down, block in zip(self.down, self.blocks, strict=True):
            x = block(torch.relu(down(x)))
        return x.mean((2, 3))

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        """Standardised faces (n, 1, h, w) → embeddings (n, 192) and class scores (n, 7)."""
        embedding = self.embed(faces)
        return embedding, self.classifier(self.dropout(embedding))
