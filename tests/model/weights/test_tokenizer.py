from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tokenizers import pre_tokenizers

from model.errors import BundleError
from model.weights.gguf import GgufFile, read_gguf
from model.weights.tokenizer import tokenizer_from_gguf

CONTROL, NORMAL = 3, 1
# What transformers' AutoTokenizer makes of these texts from the same file.
REFERENCE = {
    "<|im_start|>user\nHow does she feel?<|im_end|>\n<|im_start|>assistant\n<think>": [
        1, 4093, 198, 2020, 1072, 1041, 1407, 47, 2, 198, 1, 520, 9531, 198, 44, 17400, 46,
    ],
    "F0 187.5 Hz, 12 dB above; don't": [
        54, 32, 216, 33, 40, 39, 30, 37, 24632, 28, 216, 33, 34, 28912, 2120, 43, 1326, 982,
    ],
    "naïve café 你好 🙂": [3546, 46494, 37366, 216, 18645, 250, 48392, 138, 47526],
}  # fmt: skip


def _file(**changes: Any) -> GgufFile:
    """A vocabulary of the bytes and three merges."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = ["<|im_start|>", *alphabet, "he", "Ġhe", "12"]
    metadata = {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [CONTROL] + [NORMAL] * (len(tokens) - 1),
        "tokenizer.ggml.merges": ["h e", "Ġ he", "1 2"],
    }
    return GgufFile(metadata | changes, {})


def test_merges_control_tokens_and_digits() -> None:
    tokenizer = tokenizer_from_gguf(_file())
    assert tokenizer.encode("<|im_start|>he he12").tokens == [
        "<|im_start|>", "he", "Ġhe", "1", "2",
    ]  # fmt: skip
    assert tokenizer.get_vocab_size() == len(_file().metadata["tokenizer.ggml.tokens"])


@pytest.mark.parametrize("text", ["", " ", "a  1\n\n 22", "你好 🙂 é½", "<|im_start|>x", "\t<|im"])
def test_text_survives_the_round_trip(text: str) -> None:
    tokenizer = tokenizer_from_gguf(_file())
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


def test_control_tokens_are_left_out_on_request() -> None:
    tokenizer = tokenizer_from_gguf(_file())
    assert tokenizer.decode(tokenizer.encode("<|im_start|>he").ids) == "he"


def test_another_tokenizer_is_refused() -> None:
    with pytest.raises(BundleError, match="not SmolLM2's"):
        tokenizer_from_gguf(_file(**{"tokenizer.ggml.model": "llama"}))


def test_smollm2_agrees_with_transformers(real_component: Callable[[str], Path]) -> None:
    tokenizer = tokenizer_from_gguf(read_gguf(real_component("smollm2-135m-instruct.gguf")))
    assert {text: tokenizer.encode(text).ids for text in REFERENCE} == REFERENCE
    assert [tokenizer.token_to_id(t) for t in ("<|endoftext|>", "<|im_start|>", "<|im_end|>")] == [
        0, 1, 2,
    ]  # fmt: skip
