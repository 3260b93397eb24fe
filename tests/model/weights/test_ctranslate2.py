from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.errors import BundleError
from model.weights.ctranslate2 import read_whisper_encoder

Writer = Callable[..., Path]
WIDTH = 4


def _arrays(layers: int = 2) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)

    def draw(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float16)

    shapes: dict[str, tuple[int, ...]] = {
        "conv1/weight": (WIDTH, 80, 3),
        "conv1/bias": (WIDTH,),
        "conv2/weight": (WIDTH, WIDTH, 3),
        "conv2/bias": (WIDTH,),
        "layer_norm/gamma": (WIDTH,),
        "layer_norm/beta": (WIDTH,),
        "position_encodings/encodings": (10, WIDTH),
    }
    for layer in range(layers):
        name = f"layer_{layer}"
        for norm in ("self_attention", "ffn"):
            shapes |= {f"{name}/{norm}/layer_norm/{part}": (WIDTH,) for part in ("gamma", "beta")}
        for linear, rows, columns in (
            ("self_attention/linear_0", 3 * WIDTH, WIDTH),
            ("self_attention/linear_1", WIDTH, WIDTH),
            ("ffn/linear_0", 4 * WIDTH, WIDTH),
            ("ffn/linear_1", WIDTH, 4 * WIDTH),
        ):
            shapes |= {f"{name}/{linear}/weight": (rows, columns), f"{name}/{linear}/bias": (rows,)}
    arrays = {f"encoder/{name}": draw(*shape) for name, shape in shapes.items()}
    return arrays | {"encoder/num_heads": np.array(2, np.int16), "decoder/x": draw(3, 3)}


def test_names_and_values_are_those_of_transformers(tmp_path: Path, write_whisper: Writer) -> None:
    arrays = _arrays()
    encoder = read_whisper_encoder(write_whisper(tmp_path / "model.bin", arrays))
    assert (encoder.heads, encoder.layers, encoder.width) == (2, 2, WIDTH)
    in_layer = {
        f"{name}.{part}"
        for name in ("self_attn.q_proj", "self_attn.v_proj", "self_attn.out_proj", "fc1", "fc2",
                     "self_attn_layer_norm", "final_layer_norm")
        for part in ("weight", "bias")
    } | {"self_attn.k_proj.weight"}  # fmt: skip
    outside = {f"{n}.{p}" for n in ("conv1", "conv2", "layer_norm") for p in ("weight", "bias")}
    assert set(encoder.tensors) == outside | {"embed_positions.weight"} | {
        f"layers.{layer}.{name}" for layer in range(2) for name in in_layer
    }
    fused = arrays["encoder/layer_1/self_attention/linear_0/weight"].astype(np.float32)
    for row, part in enumerate("qkv"):
        weight = encoder.tensors[f"layers.1.self_attn.{part}_proj.weight"]
        np.testing.assert_array_equal(weight, fused[row * WIDTH : (row + 1) * WIDTH], strict=True)
    np.testing.assert_array_equal(
        encoder.tensors["layers.0.final_layer_norm.bias"],
        arrays["encoder/layer_0/ffn/layer_norm/beta"],
    )


def test_only_the_first_layers(tmp_path: Path, write_whisper: Writer) -> None:
    path = write_whisper(tmp_path / "model.bin", _arrays())
    encoder = read_whisper_encoder(path, layers=1)
    assert encoder.layers == 1
    assert not any(name.startswith("layers.1.") for name in encoder.tensors)
    with pytest.raises(ValueError, match="3 layers asked for"):
        read_whisper_encoder(path, layers=3)


def test_what_cannot_be_read_is_named(tmp_path: Path, write_whisper: Writer) -> None:
    path = write_whisper(tmp_path / "model.bin", _arrays())
    for content in (path.read_bytes()[:-200], b"", b"GGUF" * 20):
        path.write_bytes(content)
        with pytest.raises(BundleError, match=r"model\.bin is not a CTranslate2 Whisper model"):
            read_whisper_encoder(path)
    write_whisper(path, _arrays(), specification="BertSpec")
    with pytest.raises(BundleError, match="BertSpec"):
        read_whisper_encoder(path)
    with pytest.raises(BundleError, match=r"absent\.bin cannot be read"):
        read_whisper_encoder(tmp_path / "absent.bin")


def test_whisper_base_is_what_we_think(real_component: Callable[[str], Path]) -> None:
    encoder = read_whisper_encoder(real_component("whisper-base.bin"))
    assert (encoder.heads, encoder.layers, encoder.width) == (8, 6, 512)
    assert sum(tensor.size for tensor in encoder.tensors.values()) == 20_590_592
    # Whisper's positions are sinusoids: sin(0) = 0 in the first half, cos(0) = 1 in the second.
    positions = encoder.tensors["embed_positions.weight"]
    np.testing.assert_array_equal(positions[0], np.repeat([0.0, 1.0], 256))
