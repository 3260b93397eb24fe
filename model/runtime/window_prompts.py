"""The prompts of one window in the decoder; what they have in common is read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from model.runtime.contribution import Shown
from model.runtime.decoder import Decoder


class WindowPrompts:
    """Prompts that show subsets of a window's modalities.

    Args:
        start: the node behind the part that every prompt begins with, read already.
        parts: of each prompt, as `Prompts.prompt` cuts them.
        media: float32 (rows, width), what the prompts' negative ids stand for.
    """

    def __init__(
        self,
        decoder: Decoder,
        start: int,
        parts: Mapping[Shown, Sequence[Sequence[int]]],
        media: npt.NDArray[np.float32],
    ) -> None:
        self.media = media
        self._decoder, self._start, self._parts = decoder, start, parts
        self._nodes: dict[tuple[tuple[int, ...], ...], int] = {}

    def node(self, shown: Shown) -> int:
        """The last node of a prompt; what of it no other has in common yet is new."""
        node, path = self._start, tuple[tuple[int, ...], ...]()
        for part in self._parts[shown][1:]:
            path = (*path, tuple(part))
            if path not in self._nodes:
                self._nodes[path] = self._decoder.grow(part, node)
            node = self._nodes[path]
        return node
