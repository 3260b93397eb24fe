"""The smaller vocabulary cuts our texts as the whole one does, and keeps the rows in step."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, pre_tokenizers

from model.labels import LABEL_SETS
from model.layout import (
    ANSWER,
    END_ANSWER,
    END_OF_TURN,
    END_THINK,
    FUSED,
    MEDIA_WORDS,
    PROMPT_END,
    PROMPT_START,
    THINK,
)
from model.weights import vocabulary
from model.weights.gguf import GgufFile, read_gguf
from model.weights.tokenizer import tokenizer_from_gguf
from model.weights.vocabulary import own_words, read_language_model, with_tokens

ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
TOKENS = ["<|im_start|>", *ALPHABET, "he", "Ġhe", "ar", "hear", "lo", "Ġhear"]
MERGES = ["h e", "Ġ he", "a r", "he ar", "l o", "Ġ hear"]
FREQUENT = 1 + len(ALPHABET) + 2
"""Of the toy vocabulary below: all bytes, "he" and " he"."""


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> GgufFile:
    monkeypatch.setattr(vocabulary, "FREQUENT", FREQUENT)
    metadata = {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": TOKENS,
        "tokenizer.ggml.token_type": [3] + [1] * (len(TOKENS) - 1),
        "tokenizer.ggml.merges": MERGES,
    }
    rows = np.arange(len(TOKENS), dtype=np.float32)[:, None] * np.ones(4, np.float32)
    return GgufFile(metadata, {"model.embed_tokens.weight": rows, "model.norm.weight": rows[:1]})


def test_a_word_is_kept_with_all_that_it_is_merged_from(toy: GgufFile) -> None:
    small = with_tokens(toy, ["hear"])
    assert small.metadata["tokenizer.ggml.tokens"] == [*TOKENS[:FREQUENT], "ar", "hear"]
    assert small.metadata["tokenizer.ggml.merges"] == ["h e", "Ġ he", "a r", "he ar"]
    assert len(small.metadata["tokenizer.ggml.token_type"]) == FREQUENT + 2
    tokenizer = tokenizer_from_gguf(small)
    assert tokenizer.encode("hear lo").tokens == ["hear", "Ġ", "l", "o"]


def test_each_token_keeps_its_row(toy: GgufFile) -> None:
    small = with_tokens(toy, ["hear"])
    rows = small.tensors["model.embed_tokens.weight"][:, 0]
    tokens = small.metadata["tokenizer.ggml.tokens"]
    assert [TOKENS[int(row)] for row in rows] == tokens
    assert small.tensors["model.norm.weight"].shape == (1, 4)
    assert list(small.tensors) == list(toy.tensors)
    assert len(small.tensors) == 2


def test_a_word_that_the_file_does_not_know_is_left_out(toy: GgufFile) -> None:
    assert with_tokens(toy, ["zebra"]).metadata["tokenizer.ggml.tokens"] == TOKENS[:FREQUENT]


@pytest.fixture
def both(real_component: Callable[[str], Path]) -> tuple[Tokenizer, Tokenizer]:
    """The whole tokenizer and the smaller one."""
    path = real_component("smollm2-135m-instruct.gguf")
    return tokenizer_from_gguf(read_gguf(path)), tokenizer_from_gguf(read_language_model(path))


def same(both: tuple[Tokenizer, Tokenizer], text: str) -> bool:
    whole, small = (one.encode(text, add_special_tokens=False).tokens for one in both)
    return whole == small


def test_rationales_and_prompts_are_cut_as_before(both) -> None:
    pytest.importorskip("torch", reason="texts are made up with the training extra")
    from training.rationales.grammar import write_rationale
    from training.shipping.vocabulary import made_up

    rng = random.Random(1)
    labels = sorted({label for labels in LABEL_SETS.values() for label in labels})
    for _ in range(500):
        text = write_rationale(made_up(rng), rng.choice(labels)) + END_THINK
        assert same(both, text), text
    for text in (PROMPT_START + "".join(MEDIA_WORDS) + FUSED + PROMPT_END, THINK, ANSWER):
        assert same(both, text), text
    for label in labels:
        assert same(both, f"{label}{END_ANSWER}{END_OF_TURN}"), label


def test_any_text_can_still_be_written(both) -> None:
    small = both[1]
    assert small.get_vocab_size() < 9000
    for text in ("naïve café 你好 🙂", "antidisestablishmentarianism", "F0 187.5 Hz\n\n\tx"):
        assert small.decode(small.encode(text).ids, skip_special_tokens=False) == text


def test_the_list_holds_no_token_twice() -> None:
    assert len(set(own_words())) == len(own_words()) > 100
