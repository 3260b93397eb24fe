"""SmolLM2's tokenizer, rebuilt from the vocabulary and merges inside its GGUF file.

Byte-level BPE (Sennrich et al., 2016; GPT-2's byte alphabet). The `smollm` pre-tokeniser first
sets every digit apart, then splits by GPT-2's pattern. transformers' own GGUF loader leaves the
digit step out, and then differs where several blanks stand before a digit and at numerals such as
½ or ².
"""

from __future__ import annotations

from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE

from model.errors import BundleError
from model.sentence import QT_TRANSLATE_NOOP
from model.weights.gguf import GgufFile

_CONTROL = 3  # GGUF's token type of <|im_start|> and its like


def tokenizer_from_gguf(gguf: GgufFile) -> Tokenizer:
    """The tokenizer whose ids are the rows of the file's embedding.

    Control tokens are special: they are matched whole in the text and left out by
    `decode(skip_special_tokens=True)`. Nothing is added at the beginning or end of a text.

    Raises:
        BundleError: the file holds another kind of tokenizer.
    """
    meta = gguf.metadata
    kind = meta.get("tokenizer.ggml.model"), meta.get("tokenizer.ggml.pre")
    if kind != ("gpt2", "smollm"):
        raise BundleError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The GGUF file holds the tokenizer {kind}, not SmolLM2's; fetch the components "
                "again.",
            ),
            kind=kind,
        )
    tokens: list[str] = meta["tokenizer.ggml.tokens"]
    merges = [_pair(line) for line in meta["tokenizer.ggml.merges"]]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    types = meta["tokenizer.ggml.token_type"]
    tokenizer.add_special_tokens(
        [
            AddedToken(token, special=True, normalized=False)
            for token, token_type in zip(tokens, types, strict=True)
            if token_type == _CONTROL
        ]
    )
    return tokenizer


def _pair(line: str) -> tuple[str, str]:
    left, right = line.split(" ")
    return left, right
