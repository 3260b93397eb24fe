"""The decoder graph against transformers' Llama with the same dequantised weights and LoRA."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.export.decoder_graph import INT8_ACTIVATIONS, write_decoder
from model.runtime.decoder import Decoder

pytest.importorskip("transformers")

from .tiny_decoder import SHAPE, TinyDecoder, make_tiny_decoder  # needs torch

FLOAT32_ACTIVATIONS = 1


@pytest.fixture(scope="module")
def tiny() -> TinyDecoder:
    return make_tiny_decoder()


@pytest.fixture(scope="module")
def prompt() -> np.ndarray:
    ids = np.random.default_rng(1).integers(0, SHAPE.vocab_size, 20)
    ids[5:12] = -1 - np.arange(7)
    return ids


@pytest.fixture(scope="module")
def media() -> np.ndarray:
    rng = np.random.default_rng(2)
    return rng.normal(0, 0.15, (7, SHAPE.hidden_size)).astype(np.float32)


def write(path: Path, tiny: TinyDecoder, **options: object) -> Path:
    write_decoder(path, SHAPE, tiny.base, options.pop("lora", tiny.lora), **options)
    return path


def next_logits(path: Path, prompt: np.ndarray, media: np.ndarray) -> np.ndarray:
    decoder = Decoder(path, threads=1)
    return decoder.read([decoder.grow(prompt)], media)[0]


def test_equals_torch_with_float32_activations(tmp_path, tiny, prompt, media):
    path = write(
        tmp_path / "d.onnx", tiny, lora_dtype=np.float32, accuracy_level=FLOAT32_ACTIVATIONS
    )
    expected = tiny.logits(tiny.embed(prompt, media))[-1]
    got = next_logits(path, prompt, media)
    assert expected.std() > 0.3
    np.testing.assert_allclose(got, expected, atol=1e-4)


@pytest.mark.parametrize("level", [FLOAT32_ACTIVATIONS, INT8_ACTIVATIONS])
def test_as_shipped_stays_close_to_torch(tmp_path, tiny, prompt, media, level):
    path = write(tmp_path / "d.onnx", tiny, accuracy_level=level)
    expected = tiny.logits(tiny.embed(prompt, media))[-1]
    got = next_logits(path, prompt, media)
    assert np.corrcoef(got, expected)[0, 1] > 0.999


def test_lora_of_some_linears_only(tmp_path, prompt, media):
    """A fused product must put each part's adapter on that part's outputs."""
    tiny = make_tiny_decoder(seed=3, lora=False)
    plain = write(tmp_path / "plain.onnx", tiny, accuracy_level=FLOAT32_ACTIVATIONS)
    np.testing.assert_allclose(
        next_logits(plain, prompt, media),
        tiny.logits(tiny.embed(prompt, media))[-1], atol=1e-4,
    )  # fmt: skip
    pair = make_tiny_decoder().lora["layers.1.self_attn.v_proj"]
    lora = {"layers.1.self_attn.v_proj": pair}
    path = write(
        tmp_path / "v.onnx", tiny, lora=lora, lora_dtype=np.float32,
        accuracy_level=FLOAT32_ACTIVATIONS,
    )  # fmt: skip
    change = torch_delta(pair)
    tiny.torch_model.model.layers[1].self_attn.v_proj.weight.data += change
    expected = tiny.logits(tiny.embed(prompt, media))[-1]
    np.testing.assert_allclose(next_logits(path, prompt, media), expected, atol=1e-4)


def torch_delta(pair):
    import torch

    a, b, factor = pair
    return torch.from_numpy(factor * b @ a)


def test_adapter_of_an_unknown_linear_is_refused(tmp_path, tiny):
    stray = {"layers.7.self_attn.q_proj": tiny.lora["layers.0.self_attn.q_proj"]}
    with pytest.raises(ValueError, match=r"layers\.7\.self_attn\.q_proj"):
        write(tmp_path / "d.onnx", tiny, lora=stray)


def test_same_weights_give_the_same_bytes(tmp_path, tiny):
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    for folder in (first, second):
        write(folder / "d.onnx", tiny)
    for name in ("d.onnx", "d.onnx.data"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_lora_zeros_are_not_stored(tmp_path, tiny):
    plain = write(tmp_path / "plain.onnx", tiny, lora=None)
    adapted = write(tmp_path / "adapted.onnx", tiny)
    numbers = sum(a.size + b.size for a, b, _ in tiny.lora.values())
    graph, data = (
        (adapted.parent / f"{adapted.name}{end}").stat().st_size
        - (plain.parent / f"{plain.name}{end}").stat().st_size
        for end in ("", ".data")
    )
    assert data < 2 * numbers + 64 * len(tiny.lora)  # two bytes a number, and alignment
    assert graph < 20_000
