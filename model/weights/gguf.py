"""GGUF files read with numpy alone, under the names transformers uses.

- The file is memory-mapped; a tensor is dequantised to float32 only when it is asked for.
- Block formats Q4_1 and Q8_0, and plain F16 and F32: what SmolLM2's file holds.
- llama.cpp stores Llama's query and key rows pairwise interleaved for its rotary kernel; here they
  come back in the half-split order of transformers.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.errors import BundleError
from model.sentence import QT_TRANSLATE_NOOP
from model.weights.blocks import FORMATS, ByteArray, FloatArray

# Number of a value type -> its code in `struct`.
_SCALARS = dict(zip((*range(8), 10, 11, 12), "BbHhIif?Qqd", strict=True))
_STRING, _ARRAY = 8, 9
_TOP_LEVEL = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_IN_LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


@dataclass(frozen=True)
class LlamaShape:
    """The sizes of a Llama decoder, as the file's metadata gives them."""

    layers: int
    hidden_size: int
    intermediate_size: int
    heads: int
    kv_heads: int
    vocab_size: int
    max_positions: int
    rope_theta: float
    rms_norm_eps: float

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.hidden_size // self.heads


@dataclass(frozen=True)
class GgufFile:
    """An open GGUF file.

    Attributes:
        metadata: every key of the header; arrays are lists.
        tensors: transformers' name -> float32 array, dequantised anew at each access.
    """

    metadata: dict[str, Any]
    tensors: Mapping[str, FloatArray]

    def shape(self) -> LlamaShape:
        """Sizes of the decoder; raises BundleError when the file holds no Llama."""
        return _llama_shape(self.metadata)


def read_gguf(path: Path | str) -> GgufFile:
    """Opens a GGUF file of a Llama-shaped decoder.

    Raises:
        BundleError: the file cannot be read, is cut short, or uses a format not supported here.
    """
    path = Path(path)
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        text = QT_TRANSLATE_NOOP(
            "errors", "{path} cannot be read ({fault}); fetch the components again."
        )
        raise BundleError(text, path=path, fault=str(error)) from error
    try:
        return _parse(data)
    except (struct.error, KeyError, IndexError, ValueError, TypeError, ArithmeticError) as error:
        raise BundleError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is not a GGUF file this program can read ({fault}); delete it and fetch "
                "the components again.",
            ),
            path=path, fault=str(error),
        ) from error  # fmt: skip


@dataclass(frozen=True)
class _Entry:
    """Where one tensor lies and how its bytes become numbers."""

    shape: tuple[int, ...]
    kind: int
    raw: ByteArray
    interleaved_heads: int  # 0: rows are in their natural order


class _Tensors(Mapping[str, FloatArray]):
    """Dequantises on access."""

    def __init__(self, entries: dict[str, _Entry]) -> None:
        self._entries = entries

    def __getitem__(self, name: str) -> FloatArray:
        entry = self._entries[name]
        weight = FORMATS[entry.kind].decode(entry.raw).reshape(entry.shape)
        return _halves(weight, entry.interleaved_heads) if entry.interleaved_heads else weight

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class _Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, data: ByteArray) -> None:
        self.data = data.data
        self.at = 0

    def number(self, code: str) -> Any:
        (value,) = struct.unpack_from("<" + code, self.data, self.at)
        self.at += struct.calcsize("<" + code)
        return value

    def text(self) -> str:
        length = self.number("Q")
        if length > len(self.data) - self.at:
            raise ValueError("a string runs past the end")
        start, self.at = self.at, self.at + length
        return str(self.data[start : self.at], "utf-8")

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            item, count = self.number("I"), self.number("Q")
            return self._array(item, count)
        return self.number(_SCALARS[kind])

    def _array(self, item: int, count: int) -> list[Any]:
        if count > len(self.data) - self.at:
            raise ValueError("an array runs past the end")
        if item in (_STRING, _ARRAY):
            return [self.value(item) for _ in range(count)]
        code = f"<{count}{_SCALARS[item]}"
        values = struct.unpack_from(code, self.data, self.at)
        self.at += struct.calcsize(code)
        return list(values)


def _parse(data: ByteArray) -> GgufFile:
    cursor = _Cursor(data)
    if bytes(cursor.data[:4]) != b"GGUF":
        raise ValueError("it does not start with GGUF")
    cursor.at = 4
    version = cursor.number("I")
    if version not in (2, 3):
        raise ValueError(f"version {version}")
    tensor_count, key_count = cursor.number("Q"), cursor.number("Q")
    metadata = {}
    for _ in range(key_count):
        key = cursor.text()
        metadata[key] = cursor.value(cursor.number("I"))
    headers = [_tensor_header(cursor) for _ in range(tensor_count)]
    alignment = int(metadata.get("general.alignment", 32))
    start = -(-cursor.at // alignment) * alignment
    shape = _llama_shape(metadata)
    entries = {
        _hf_name(name): _entry(data, name, dims, kind, start + offset, shape)
        for name, dims, kind, offset in headers
    }
    return GgufFile(metadata, _Tensors(entries))


def _tensor_header(cursor: _Cursor) -> tuple[str, tuple[int, ...], int, int]:
    name = cursor.text()
    rank = cursor.number("I")
    if not 1 <= rank <= 4:
        raise ValueError(f"tensor {name} has {rank} dimensions")
    # GGUF lists the fastest dimension first, numpy last.
    dims = tuple(reversed([int(cursor.number("Q")) for _ in range(rank)]))
    return name, dims, cursor.number("I"), cursor.number("Q")


def _entry(
    data: ByteArray, name: str, dims: tuple[int, ...], kind: int, at: int, shape: LlamaShape
) -> _Entry:
    if kind not in FORMATS:
        raise ValueError(f"tensor {name} has the unsupported format number {kind}")
    form = FORMATS[kind]
    count = math.prod(dims)
    if dims[-1] % form.weights:
        raise ValueError(f"rows of tensor {name} are not whole blocks")
    size = count // form.weights * form.nbytes
    if at + size > len(data):
        raise ValueError(f"it ends before tensor {name} does")
    heads = {"attn_q": shape.heads, "attn_k": shape.kv_heads}.get(name.split(".")[-2], 0)
    return _Entry(dims, kind, data[at : at + size], heads)


def _hf_name(name: str) -> str:
    if name in _TOP_LEVEL:
        return _TOP_LEVEL[name]
    match = re.fullmatch(r"blk\.(\d+)\.(\w+)\.(weight|bias)", name)
    if match is None:
        raise ValueError(f"tensor {name} belongs to no Llama")
    layer, part, kind = match.groups()
    return f"model.layers.{layer}.{_IN_LAYER[part]}.{kind}"


def _llama_shape(metadata: dict[str, Any]) -> LlamaShape:
    if metadata.get("general.architecture") != "llama":
        raise BundleError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The GGUF file holds a {kind!r} model, not a Llama; fetch the components again.",
            ),
            kind=metadata.get("general.architecture"),
        )
    heads = int(metadata["llama.attention.head_count"])
    return LlamaShape(
        layers=int(metadata["llama.block_count"]),
        hidden_size=int(metadata["llama.embedding_length"]),
        intermediate_size=int(metadata["llama.feed_forward_length"]),
        heads=heads,
        kv_heads=int(metadata.get("llama.attention.head_count_kv", heads)),
        vocab_size=len(metadata["tokenizer.ggml.tokens"]),
        max_positions=int(metadata["llama.context_length"]),
        rope_theta=float(metadata.get("llama.rope.freq_base", 10_000.0)),
        # Stored as float32: 9.99999975e-06 stands for 1e-05.
        rms_norm_eps=float(f"{metadata['llama.attention.layer_norm_rms_epsilon']:.6g}"),
    )


def _halves(weight: FloatArray, heads: int) -> FloatArray:
    """Rows (2i, 2i+1) of each head back to (i, i + head_dim/2): undoes llama.cpp's permutation."""
    pairs = weight.reshape(heads, -1, 2, *weight.shape[1:])
    return np.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(weight.shape)
