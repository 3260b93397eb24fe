from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.errors import BundleError
from model.weights.gguf import LlamaShape, read_gguf

Writer = Callable[..., Path]
RNG = np.random.default_rng(0)


def _half(raw: bytes) -> np.float32:
    return np.float32(np.frombuffer(raw, "<f2")[0])


def _q4_1(blocks: int) -> tuple[bytes, list[np.float32]]:
    """Random blocks and their weights, worked out one by one after ggml's definition."""
    raw, weights = b"", []
    for _ in range(blocks):
        head = RNG.normal(size=2).astype("<f2").tobytes()
        codes = RNG.integers(0, 256, 16, dtype=np.uint8).tobytes()
        scale, minimum = _half(head[:2]), _half(head[2:])
        weights += [np.float32(code & 15) * scale + minimum for code in codes]
        weights += [np.float32(code >> 4) * scale + minimum for code in codes]
        raw += head + codes
    return raw, weights


def _q8_0(blocks: int) -> tuple[bytes, list[np.float32]]:
    raw, weights = b"", []
    for _ in range(blocks):
        head = RNG.normal(size=1).astype("<f2").tobytes()
        codes = RNG.integers(-128, 128, 32).astype(np.int8)
        weights += [np.float32(code) * _half(head) for code in codes]
        raw += head + codes.tobytes()
    return raw, weights


def test_every_format_is_dequantised_bit_for_bit(
    tmp_path: Path, write_gguf: Writer, llama_metadata: dict[str, Any]
) -> None:
    raw_q4, q4 = _q4_1(64)
    raw_q8, q8 = _q8_0(4)
    half = RNG.normal(size=(32, 32)).astype("<f2")
    single = RNG.normal(size=32).astype("<f4")
    path = write_gguf(
        tmp_path / "tiny.gguf",
        llama_metadata,
        {
            "token_embd.weight": ((4, 32), 8, raw_q8),
            "blk.0.ffn_up.weight": ((64, 32), 3, raw_q4),
            "blk.0.attn_v.weight": ((32, 32), 1, half.tobytes()),
            "output_norm.weight": ((32,), 0, single.tobytes()),
        },
    )
    tensors = read_gguf(path).tensors
    assert set(tensors) == {
        "model.embed_tokens.weight",
        "model.layers.0.mlp.up_proj.weight",
        "model.layers.0.self_attn.v_proj.weight",
        "model.norm.weight",
    }
    assert all(tensor.dtype == np.float32 for tensor in tensors.values())
    np.testing.assert_array_equal(
        tensors["model.embed_tokens.weight"], np.reshape(q8, (4, 32)), strict=True
    )
    np.testing.assert_array_equal(
        tensors["model.layers.0.mlp.up_proj.weight"], np.reshape(q4, (64, 32)), strict=True
    )
    np.testing.assert_array_equal(tensors["model.layers.0.self_attn.v_proj.weight"], half)
    np.testing.assert_array_equal(tensors["model.norm.weight"], single)


@pytest.mark.parametrize(("part", "target", "heads"), [("q", "q", 4), ("k", "k", 2)])
def test_query_and_key_rows_return_to_the_order_of_transformers(
    part: str,
    target: str,
    heads: int,
    tmp_path: Path,
    write_gguf: Writer,
    llama_metadata: dict[str, Any],
) -> None:
    weight = RNG.normal(size=(heads * 8, 32)).astype("<f4")
    # As llama.cpp's convert_hf_to_gguf.py does it.
    permuted = weight.reshape(heads, 2, 4, 32).swapaxes(1, 2).reshape(weight.shape)
    tensor = (weight.shape, 0, np.ascontiguousarray(permuted).tobytes())
    path = write_gguf(tmp_path / "t.gguf", llama_metadata, {f"blk.0.attn_{part}.weight": tensor})
    read = read_gguf(path).tensors[f"model.layers.0.self_attn.{target}_proj.weight"]
    np.testing.assert_array_equal(read, weight)


def test_shape_comes_from_the_metadata(
    tmp_path: Path, write_gguf: Writer, llama_metadata: dict[str, Any]
) -> None:
    file = read_gguf(write_gguf(tmp_path / "t.gguf", llama_metadata, {}))
    assert file.shape() == LlamaShape(1, 32, 64, 4, 2, 4, 128, 100_000.0, 1e-5)
    assert file.shape().head_dim == 8
    assert file.metadata["tokenizer.ggml.tokens"] == ["a", "b", "c", "d"]


def test_what_cannot_be_read_is_named(
    tmp_path: Path, write_gguf: Writer, llama_metadata: dict[str, Any]
) -> None:
    whole = write_gguf(
        tmp_path / "whole.gguf", llama_metadata, {"output_norm.weight": ((32,), 0, bytes(128))}
    ).read_bytes()
    bad = tmp_path / "bad.gguf"
    broken = {
        "cut in the header": whole[:100],
        "cut in the weights": whole[:-1],
        "something else": b"RIFF" + whole[4:],
        "version": whole[:4] + struct.pack("<I", 9) + whole[8:],
        "empty": b"",
    }
    for content in broken.values():
        bad.write_bytes(content)
        with pytest.raises(BundleError, match=r"bad\.gguf .*fetch the components again"):
            read_gguf(bad)
    with pytest.raises(BundleError, match=r"absent\.gguf cannot be read"):
        read_gguf(tmp_path / "absent.gguf")


@pytest.mark.parametrize(
    ("name", "kind", "complaint"),
    [("output_norm.weight", 12, "format number 12"), ("rope_freqs.weight", 0, "belongs to no")],
)
def test_unknown_tensors_are_refused(
    name: str,
    kind: int,
    complaint: str,
    tmp_path: Path,
    write_gguf: Writer,
    llama_metadata: dict[str, Any],
) -> None:
    path = write_gguf(tmp_path / "t.gguf", llama_metadata, {name: ((32,), kind, bytes(128))})
    with pytest.raises(BundleError, match=complaint):
        read_gguf(path)


def test_another_architecture_is_refused(tmp_path: Path, write_gguf: Writer) -> None:
    path = write_gguf(tmp_path / "t.gguf", {"general.architecture": "gpt2"}, {})
    with pytest.raises(BundleError, match="'gpt2' model, not a Llama"):
        read_gguf(path)


def test_smollm2_is_what_we_think(real_component: Callable[[str], Path]) -> None:
    file = read_gguf(real_component("smollm2-135m-instruct.gguf"))
    assert file.shape() == LlamaShape(30, 576, 1536, 9, 3, 49152, 8192, 100_000.0, 1e-5)
    assert len(file.tensors) == 272
    assert file.tensors["model.layers.29.mlp.down_proj.weight"].shape == (576, 1536)
