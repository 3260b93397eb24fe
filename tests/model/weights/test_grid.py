from __future__ import annotations

import hashlib

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from model.weights.grid import BLOCK, ZERO_POINT, GridTensor, quantise


def _weights(rows: int = 24, width: int = 96, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.05, (rows, width)).astype(np.float32)


def _rounded_to_nearest(weight: np.ndarray) -> np.ndarray:
    """What onnxruntime's own quantiser does: the peak at -8, no search."""
    blocks = weight.reshape(-1, BLOCK)
    peak = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    scale = peak / -8
    return (np.clip(np.rint(blocks / scale), -8, 7) * scale).reshape(weight.shape)


def _squared_error(weight: np.ndarray, other: np.ndarray) -> np.ndarray:
    return ((weight.astype(np.float64) - other) ** 2).reshape(-1, BLOCK).sum(1)


def test_parts_have_the_promised_shapes() -> None:
    grid = quantise(_weights())
    assert (grid.q.shape, grid.q.dtype) == ((24, 3, 32), np.uint8)
    assert (grid.scale.shape, grid.scale.dtype) == ((24, 3), np.float32)
    assert grid.q.max() <= 15
    assert (grid.dequantise().shape, grid.dequantise().dtype) == ((24, 96), np.float32)
    by_hand = (grid.q[5, 2, 7] - float(ZERO_POINT)) * grid.scale[5, 2]
    assert grid.dequantise()[5, 2 * 32 + 7] == pytest.approx(by_hand)


@pytest.mark.parametrize("tails", [1.5, 3, 30])
def test_no_block_is_worse_than_rounded_to_nearest(tails: float) -> None:
    weight = np.random.default_rng(0).standard_t(tails, (200, 64)).astype(np.float32)
    searched = _squared_error(weight, quantise(weight).dequantise())
    nearest = _squared_error(weight, _rounded_to_nearest(weight))
    assert (searched <= nearest * 1.00001 + 1e-12).all()


def test_the_search_removes_a_tenth_of_the_error() -> None:
    weight = _weights(256, 512)
    searched = _squared_error(weight, quantise(weight).dequantise()).sum()
    assert searched < 0.9 * _squared_error(weight, _rounded_to_nearest(weight)).sum()


def test_a_block_of_zeros_stays_zero() -> None:
    grid = quantise(np.zeros((2, 64), np.float32))
    assert not grid.scale.any()
    assert (grid.q == ZERO_POINT).all()


def test_a_block_does_not_depend_on_its_neighbours() -> None:
    weight = _weights(300, 512)  # several chunks
    whole = quantise(weight)
    for row in (0, 128, 299):
        alone = quantise(weight[row : row + 1, :BLOCK])
        np.testing.assert_array_equal(alone.q[0, 0], whole.q[row, 0])
        assert alone.scale[0, 0] == whole.scale[row, 0]


def test_rows_that_are_not_whole_blocks_are_refused() -> None:
    with pytest.raises(ValueError, match="33 weights"):
        quantise(np.zeros((1, 33), np.float32))


def test_every_machine_finds_the_same_grid() -> None:
    # Weights from exact arithmetic, so that only the quantiser can differ.
    whole = (np.arange(64 * 128, dtype=np.int64) * 2_654_435_761 % 4096 - 2048).reshape(64, 128)
    grid = quantise((whole / 65536).astype(np.float32))
    digest = hashlib.sha256(grid.packed().tobytes() + grid.scale.astype("<f4").tobytes())
    assert digest.hexdigest() == "9476175b5cd76523c5a2a185d235eb261f3d3345de11cc2f0a0d60130785bcb6"


def test_onnxruntime_multiplies_by_the_packed_weights() -> None:
    import model  # noqa: F401  # switches onnxruntime's telemetry off before it is imported

    onnxruntime = pytest.importorskip("onnxruntime")
    grid = quantise(_weights(16, 64))
    x = np.random.default_rng(1).normal(size=(3, 64)).astype(np.float32)
    session = onnxruntime.InferenceSession(_product_graph(grid), providers=["CPUExecutionProvider"])
    (product,) = session.run(None, {"x": x})
    np.testing.assert_allclose(product, x @ grid.dequantise().T, rtol=1e-4, atol=1e-5)


def _product_graph(grid: GridTensor) -> bytes:
    rows, blocks = grid.scale.shape
    node = helper.make_node(
        "MatMulNBits", ["x", "q", "scale"], ["y"], domain="com.microsoft",
        K=blocks * BLOCK, N=rows, bits=4, block_size=BLOCK,
    )  # fmt: skip
    graph = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", blocks * BLOCK])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", rows])],
        [numpy_helper.from_array(grid.packed(), "q"), numpy_helper.from_array(grid.scale, "scale")],
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString()


def test_packed_codes_are_read_back() -> None:
    grid = quantise(np.random.default_rng(3).normal(size=(5, 96)).astype(np.float32))
    again = GridTensor.from_packed(grid.packed(), grid.scale)
    np.testing.assert_array_equal(again.q, grid.q)
    np.testing.assert_array_equal(again.dequantise(), grid.dequantise())
