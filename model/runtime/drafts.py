"""Guesses of how a rationale goes on, from a table of what followed its last few tokens elsewhere.

The decoder checks several guesses in one run, which costs little more than one token, and keeps
those that it would have written itself: guesses save time and change no word. Speculative decoding:
Leviathan et al. 2023, arXiv 2211.17192; with a table instead of a small model: Saxena 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file

from model.errors import BundleError
from model.sentence import QT_TRANSLATE_NOOP

LONGEST = 6
"""Tokens that are looked back at, at most."""
MOST = 6
LEAST_CHANCE = 0.45
"""A guess is worth its time if it and all before it are right with this probability."""
SHARE_UNITS = 255


class Drafts:
    """A table of contexts.

    Args:
        keys: uint32 (n,), ascending: the contexts' `context_keys`.
        tokens: uint16 (n,): what followed most often.
        shares: uint8 (n,): how often that was, in units of 1 / `SHARE_UNITS`.
    """

    def __init__(
        self,
        keys: npt.NDArray[np.uint32],
        tokens: npt.NDArray[np.uint16],
        shares: npt.NDArray[np.uint8],
    ) -> None:
        self._keys, self._tokens, self._shares = keys, tokens, shares

    @classmethod
    def load(cls, path: Path) -> Drafts:
        """Read a table; where there is none nothing is ever guessed.

        Raises:
            BundleError: it is damaged.
        """
        if not path.is_file():
            nothing = np.zeros(0, np.uint32)
            return cls(nothing, nothing.astype(np.uint16), nothing.astype(np.uint8))
        try:
            return cls(**load_file(path))
        except (OSError, SafetensorError, TypeError) as error:
            text = QT_TRANSLATE_NOOP("errors", "{path}: damaged; assemble the model again.")
            raise BundleError(text, path=path) from error

    def guess(self, ids: Sequence[int]) -> list[int]:
        """The tokens that are likely to follow `ids`, `MOST` at most."""
        context, guessed, chance = list(ids[-LONGEST:]), list[int](), 1.0
        while len(guessed) < MOST:
            token, share = self._next(context)
            chance *= share
            if chance < LEAST_CHANCE:
                break
            guessed.append(token)
            context.append(token)
        return guessed

    def _next(self, context: Sequence[int]) -> tuple[int, float]:
        """The token that most often followed the longest known end of `context`, and its share."""
        keys = np.array(context_keys(context), np.uint32)
        places = np.searchsorted(self._keys, keys)
        for key, place in zip(keys[::-1], places[::-1], strict=True):
            if place < len(self._keys) and self._keys[place] == key:
                return int(self._tokens[place]), float(self._shares[place]) / SHARE_UNITS
        return 0, 0.0


def context_keys(ids: Sequence[int]) -> list[int]:
    """Numbers below 2^32 that stand for the last token, the last two, ... the last `LONGEST`.

    Two contexts may share one, which makes a wrong guess more likely and nothing worse.
    """
    keys, key = list[int](), 0
    for token in reversed(ids[-LONGEST:]):
        key = ((key ^ (token + 1)) * 0x9E3779B1) & 0xFFFFFFFF
        key ^= key >> 15
        keys.append(key)
    return keys
