"""A byte-level tokenizer of 128 tokens: the layout's special ones, printable ASCII, some pairs."""

from __future__ import annotations

import string

from tokenizers import Tokenizer

from model.layout import END_OF_TURN, MEDIA_WORDS
from model.weights.gguf import GgufFile
from model.weights.tokenizer import tokenizer_from_gguf

CONTROL, NORMAL = 3, 1
SPECIAL = ("<|endoftext|>", "<|im_start|>", END_OF_TURN, *MEDIA_WORDS)
_LETTERS = string.ascii_lowercase[:-2]


def tiny_gguf_metadata() -> dict[str, object]:
    """What a GGUF file says of this tokenizer; "Ġ" and "Ċ" are the byte-level blank and newline."""
    characters = [chr(code) for code in range(33, 127)]
    pairs = [letter * 2 for letter in _LETTERS]
    tokens = [*SPECIAL, *characters, "Ġ", "Ċ", *pairs]
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [CONTROL] * len(SPECIAL)
        + [NORMAL] * (len(tokens) - len(SPECIAL)),
        "tokenizer.ggml.merges": [f"{letter} {letter}" for letter in _LETTERS],
    }


def tiny_tokenizer() -> Tokenizer:
    return tokenizer_from_gguf(GgufFile(tiny_gguf_metadata(), {}))
