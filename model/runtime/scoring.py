"""Log-probabilities of given continuations, which are read along with what they continue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from model.runtime.decoder import Decoder

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]


class Continuations:
    """Continuations (c of them) of one node, put into the decoder.

    Common beginnings are there once, last tokens not at all: nothing follows them. The next
    `Decoder.read` reads them; what it tells of `nodes` is the score's argument.
    """

    def __init__(
        self, decoder: Decoder, after: int, continuations: Sequence[Sequence[int]]
    ) -> None:
        self._continuations = [tuple(tokens) for tokens in continuations]
        beginnings = {tokens[:n] for tokens in self._continuations for n in range(1, len(tokens))}
        self._places: dict[tuple[int, ...], int] = {(): 0}
        self.nodes = [after]
        for beginning in sorted(beginnings, key=lambda tokens: (len(tokens), tokens)):
            before = self.nodes[self._places[beginning[:-1]]]
            self._places[beginning] = len(self.nodes)
            self.nodes.append(decoder.grow(beginning[-1:], before))

    def score(self, logits: Float32) -> Float64:
        """Log-probability of each continuation, (c,), by the logits (nodes, vocab) at `nodes`."""
        normalisers = log_sum_exp(logits)
        scores = np.zeros(len(self._continuations))
        for column, tokens in enumerate(self._continuations):
            for n, token in enumerate(tokens):
                place = self._places[tokens[:n]]
                scores[column] += logits[place, token] - normalisers[place]
        return scores


def log_sum_exp(scores: npt.NDArray[np.floating]) -> Float64:
    """log(sum(exp(scores))) over the last dimension; exponentials as given, sums in float64."""
    highest = scores.max(axis=-1, keepdims=True)
    sums: Float64 = np.exp(scores - highest).sum(axis=-1, dtype=np.float64)
    total: Float64 = np.log(sums) + highest[..., 0]
    return total


def log_softmax(scores: npt.NDArray[np.floating]) -> Float64:
    """Log-probabilities over the last dimension."""
    normalised: Float64 = scores - log_sum_exp(scores)[..., None]
    return normalised
