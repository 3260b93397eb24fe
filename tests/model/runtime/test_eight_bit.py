"""Long runs in 8-bit products: nearly what float32 says, and only where they are exact."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from model.export import long_graph
from model.export.decoder_graph import write_decoder
from model.export.graph import Graph
from model.export.long_graph import PARTS, write_long_decoder
from model.runtime import eight_bit as module
from model.runtime.decoder import LONG_RUN, Decoder
from model.runtime.eight_bit import (
    CHECK_GRAPH,
    CHECK_ROWS,
    LONG_DATA,
    LONG_GRAPH,
    LONG_TABLE,
    eight_bit,
    long_session,
    products_are_exact,
)
from model.weights.download import sha256_of
from model.weights.gguf import LlamaShape
from model.weights.grid import GridTensor

from .test_decoder import random_weights

SHAPE = LlamaShape(
    layers=2, hidden_size=128, intermediate_size=192, heads=4, kv_heads=2, vocab_size=96,
    max_positions=128, rope_theta=10000.0, rms_norm_eps=1e-5,
)  # fmt: skip
TEXTS = np.random.default_rng(5).integers(0, SHAPE.vocab_size, (6, LONG_RUN + 1))
WIDTHS = {"qkv": SHAPE.hidden_size, "o": SHAPE.hidden_size, "mlp": SHAPE.hidden_size,
          "down": SHAPE.intermediate_size}  # fmt: skip


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("R1_OMNI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def weights() -> dict[str, object]:
    return random_weights(SHAPE)


@pytest.fixture
def folder(tmp_path: Path, weights: dict[str, object]) -> Path:
    write_decoder(tmp_path / "decoder.onnx", SHAPE, weights, accuracy_level=1)
    return tmp_path


def peaks() -> dict[str, np.ndarray]:
    return {
        f"{layer}.{part}": np.full(WIDTHS[part], 3, np.float16)
        for layer in range(SHAPE.layers)
        for part in PARTS
    }


def needs_exact_products(folder: Path) -> None:
    if not products_are_exact(folder / CHECK_GRAPH):
        pytest.skip("this processor's 8-bit products saturate")


def largest(weights: np.ndarray) -> np.ndarray:
    """Of each row the largest weight or sum of two neighbours, as they are added in 16 bits."""
    pairs = weights.reshape(len(weights), -1, 2).sum(2)
    return np.maximum(np.abs(weights).max(1), np.abs(pairs).max(1))


def read_long(folder: Path) -> np.ndarray:
    """What follows each of `TEXTS`, whose first token is a short run."""
    decoder = Decoder(folder / "decoder.onnx", threads=1, max_tokens=64)
    said = []
    for tokens in TEXTS:
        with decoder.aside():
            decoder.read([first := decoder.grow(tokens[:1])])
            said.append(decoder.read([decoder.grow(tokens[1:], first)])[0])
    return np.array(said)


def test_a_long_run_says_nearly_what_float32_says(folder: Path) -> None:
    exact = read_long(folder)
    write_long_decoder(folder, peaks())
    needs_exact_products(folder)
    off = np.abs(read_long(folder) - exact).mean()
    assert 0 < off < 0.12 * exact.std()


def test_a_channel_that_is_large_is_made_small_first() -> None:
    """One scale serves all activations of a run: smoothing leaves the other channels digits."""
    rng = np.random.default_rng(2)
    weights = rng.normal(0, 0.1, (40, 64)).astype(np.float32)
    weights[:, 3] *= 0.05  # what is large is mostly read little of
    read = rng.normal(size=(30, 64)).astype(np.float32)
    read[:, 3] *= 60

    def product(smooth: np.ndarray) -> np.ndarray:
        x, w = read / smooth, weights * smooth
        steps = np.abs(x).max() / 127, np.abs(w).max(1, keepdims=True) / 127
        return (np.rint(x / steps[0]) * steps[0]) @ (np.rint(w / steps[1]) * steps[1]).T

    smooth, scale = long_graph._scales(weights, np.abs(read).max(0))
    np.testing.assert_allclose(largest(weights * smooth) / scale, 127, rtol=1e-5)
    exact = read @ weights.T
    off = [np.abs(product(s) - exact).mean() for s in (np.ones(64, np.float32), smooth)]
    assert off[1] < 0.25 * off[0]


def test_weights_are_the_grid_s_within_half_a_step(
    folder: Path, weights: dict[str, object]
) -> None:
    write_long_decoder(folder, peaks())
    with safe_open(folder / LONG_TABLE, "numpy") as file:
        parts = (file.get_tensor(f"3.{name}") for name in ("at", "scale", "smooth"))
        (codes, scales, _), scale, smooth = parts
    data = np.memmap(folder / "decoder.onnx.data", np.uint8, "r")
    got = eight_bit(data, codes, scales, scale, smooth)
    down = weights["model.layers.0.mlp.down_proj.weight"]
    assert isinstance(down, GridTensor)
    assert 127 <= largest(got.astype(np.int32)).max() <= 128
    assert np.iinfo(np.int16).max >= 128 * 255
    off = np.abs(got * scale[:, None] / smooth - down.dequantise())
    assert (off <= 0.501 * scale[:, None] / smooth).all()


def test_all_products_are_in_8_bits_but_the_last_and_the_head(folder: Path) -> None:
    write_long_decoder(folder, peaks())
    nodes = onnx.load(str(folder / LONG_GRAPH), load_external_data=False).graph.node
    products = [n.op_type for n in nodes if n.op_type in ("DynamicQuantizeMatMul", "MatMulNBits")]
    long = SHAPE.layers * len(PARTS) - 1
    assert products == ["DynamicQuantizeMatMul"] * long + ["MatMulNBits"] * 2


def test_constants_are_made_once_and_anew_if_damaged(folder: Path, cache: Path) -> None:
    write_long_decoder(folder, peaks())
    needs_exact_products(folder)
    said = read_long(folder)
    (made,) = cache.rglob(LONG_DATA)
    before = made.stat().st_mtime_ns
    read_long(folder)
    assert made.stat().st_mtime_ns == before
    whole = made.read_bytes()
    made.write_bytes(bytes(len(whole)))
    np.testing.assert_array_equal(read_long(folder), said)
    assert made.read_bytes() == whole
    assert [path.name for path in made.parent.iterdir()] == [LONG_DATA]


def test_constants_that_cannot_be_read_are_made_anew(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_long_decoder(folder, peaks())
    needs_exact_products(folder)
    said = read_long(folder)
    (made,) = cache.rglob(LONG_DATA)
    before = made.stat().st_ino

    def refused(path: Path) -> str:
        if path.stat().st_ino == before:
            raise PermissionError(errno.EACCES, "Permission denied")
        return sha256_of(path)

    monkeypatch.setattr(module, "sha256_of", refused)
    np.testing.assert_array_equal(read_long(folder), said)
    assert made.stat().st_ino != before


def test_a_process_that_is_killed_while_it_makes_them_leaves_nothing(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    write_long_decoder(folder, peaks())
    needs_exact_products(folder)
    unlink = Path.unlink
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        patch.setattr(
            Path, "unlink", lambda path, **more: (die if path.suffix == ".part" else unlink)(path)
        )
        with pytest.raises(KeyboardInterrupt):
            long_session(folder, 1)
    assert [path.suffix for path in cache.rglob("*") if path.is_file()] == [".part"]
    monkeypatch.setattr(os, "getpid", lambda: 1)  # another process
    assert long_session(folder, 1) is not None
    (made,) = cache.rglob(LONG_DATA)
    assert [path.name for path in made.parent.iterdir()] == [LONG_DATA]


def test_where_nothing_can_be_kept_runs_stay_in_float32(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = read_long(folder)
    write_long_decoder(folder, peaks())
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("R1_OMNI_CACHE", str(tmp_path / "file"))
    assert long_session(folder, 1) is None
    np.testing.assert_array_equal(read_long(folder), exact)


def test_on_a_full_disk_runs_stay_in_float32_and_nothing_is_left(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = read_long(folder)
    write_long_decoder(folder, peaks())
    needs_exact_products(folder)
    usage = shutil.disk_usage(folder)._replace(free=0)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: usage)
        assert long_session(folder, 1) is None
        np.testing.assert_array_equal(read_long(folder), exact)
    assert not [path for path in cache.rglob("*") if path.is_file()]
    assert long_session(folder, 1) is not None


def test_products_that_saturate_are_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_long_decoder(folder, peaks())
    graph = Graph("as where the first and third weight are added in 16 bits")
    x = graph.input("x", np.float32, (CHECK_ROWS, 64))
    ended = (32_767 + 2 * 255) / (256 * 255)
    weight = graph.constant(np.tile(np.array([ended, -ended], np.float32) / 64, (64, 16)))
    graph.output(graph.op("MatMul", x, weight), "y", np.float32, (CHECK_ROWS, 32))
    graph.save(folder / CHECK_GRAPH)
    assert not products_are_exact(folder / CHECK_GRAPH)
    monkeypatch.setattr(module, "_made", lambda folder: pytest.fail("nothing is to be made"))
    assert long_session(folder, 1) is None


def test_peaks_of_another_decoder_are_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="8 linears, but peaks of 4 others"):
        write_long_decoder(folder, dict(list(peaks().items())[:4]))


@pytest.mark.parametrize("where", ["../elsewhere", "elsewhere"])
def test_a_bundle_does_not_say_where_in_the_machine_its_constants_go(
    folder: Path, tmp_path: Path, cache: Path, where: str
) -> None:
    write_long_decoder(folder, peaks())
    needs_exact_products(folder)
    outside = where if where.startswith("..") else str(tmp_path / where)
    save_file(load_file(folder / LONG_TABLE), folder / LONG_TABLE, {"sha256": outside})
    before = set(tmp_path.rglob("*"))
    with pytest.raises(ValueError, match="does not say"):
        long_session(folder, 1)
    assert set(tmp_path.rglob("*")) == before
