"""The tokens of SmolLM2's vocabulary that are kept: the frequent ones, and those of our own words.

A fifth of the weights are the embeddings of 49,152 tokens, and rationales are written with some
350. The others are never drawn, so leaving most of them out changes nothing but size and time
(`docs/decisions/0018`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np

from model.weights.blocks import FloatArray
from model.weights.gguf import GgufFile, read_gguf

FREQUENT = 8192
"""Ids below are kept: control tokens, single bytes and the first merges, commonest first."""

WORDS_FILE = "words.txt"

_BY_TOKEN = ("model.embed_tokens.weight", "lm_head.weight")
_TOKENS, _TYPES, _MERGES = (f"tokenizer.ggml.{n}" for n in ("tokens", "token_type", "merges"))


def read_language_model(path: Path | str) -> GgufFile:
    """SmolLM2's GGUF file with the kept tokens alone."""
    return with_tokens(read_gguf(path), own_words())


def own_words() -> list[str]:
    """Tokens beyond the frequent ones that our words need, in the file's byte alphabet.

    `python -m training vocabulary` writes the list.
    """
    listed = files("model.weights").joinpath(WORDS_FILE).read_text(encoding="utf-8")
    return listed.split()


def with_tokens(gguf: GgufFile, words: Collection[str]) -> GgufFile:
    """The file with the frequent tokens and `words`, which are renumbered in their old order.

    Whatever text the kept tokens can write is cut as before: a word's merges are kept with it.
    """
    tokens: list[str] = gguf.metadata[_TOKENS]
    merges = [tuple(line.split(" ")) for line in gguf.metadata[_MERGES]]
    kept = _with_parts({*tokens[:FREQUENT], *words} & set(tokens), merges)
    rows = [row for row, token in enumerate(tokens) if token in kept]
    metadata = gguf.metadata | {
        _TOKENS: [tokens[row] for row in rows],
        _TYPES: [gguf.metadata[_TYPES][row] for row in rows],
        _MERGES: [f"{a} {b}" for a, b in merges if {a, b, a + b} <= kept],
    }
    return GgufFile(metadata, _SomeRows(gguf.tensors, np.array(rows)))


def _with_parts(kept: set[str], merges: Collection[tuple[str, ...]]) -> set[str]:
    """The tokens with all that they are merged from."""
    parts = defaultdict[str, set[str]](set)
    for left, right in merges:
        parts[left + right] |= {left, right}
    found, waiting = set(kept), list(kept)
    while waiting:
        new = parts[waiting.pop()] - found
        found |= new
        waiting += new
    return found


class _SomeRows(Mapping[str, FloatArray]):
    """Tensors of which those with a row a token have the rows of the kept tokens."""

    def __init__(self, tensors: Mapping[str, FloatArray], rows: np.ndarray) -> None:
        self._tensors, self._rows = tensors, rows

    def __getitem__(self, name: str) -> FloatArray:
        tensor = self._tensors[name]
        return tensor[self._rows] if name in _BY_TOKEN else tensor

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)
