"""The graph builder: every layer against torch or arithmetic, and the files it writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.export.graph import Graph, quantise_uint8
from model.runtime.session import make_session

torch = pytest.importorskip("torch")
functional = torch.nn.functional

RANDOM = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return RANDOM.standard_normal(shape).astype(np.float32)


def run(path: Path, *arrays: np.ndarray) -> list[np.ndarray]:
    session = make_session(path, threads=1, providers=["CPUExecutionProvider"])
    return session.run(None, {f"x{i}": array for i, array in enumerate(arrays)})


@pytest.fixture
def evaluate(tmp_path) -> Callable[..., np.ndarray]:
    """`evaluate(build, *arrays)` runs the graph that `build(graph, *inputs)` describes."""

    def evaluate(build: Callable[..., str], *arrays: np.ndarray) -> np.ndarray:
        graph = Graph("test")
        names = [graph.input(f"x{i}", a.dtype, a.shape) for i, a in enumerate(arrays)]
        result = build(graph, *names)
        graph.output(result, "y", np.float32, [f"d{i}" for i in range(arrays[0].ndim)])
        graph.save(tmp_path / "g.onnx")
        return run(tmp_path / "g.onnx", *arrays)[0]

    return evaluate


@pytest.mark.parametrize("name", ["relu", "silu", "gelu"])
def test_activations(evaluate, name):
    x = normal(3, 50) * 3
    y = evaluate(lambda graph, value: getattr(graph, name)(value), x)
    np.testing.assert_allclose(y, getattr(functional, name)(torch.from_numpy(x)), atol=1e-5)


def test_linear_and_layer_norm(evaluate):
    x, weight, bias, gain, shift = normal(4, 12), normal(7, 12), normal(7), normal(7), normal(7)

    def build(graph: Graph, value: str) -> str:
        return graph.layer_norm(graph.linear(value, weight, bias), gain, shift)

    expected = functional.layer_norm(
        torch.from_numpy(x @ weight.T + bias), (7,), torch.from_numpy(gain), torch.from_numpy(shift)
    )
    np.testing.assert_allclose(evaluate(build, x), expected, atol=1e-5)


@pytest.mark.parametrize(("stride", "padding", "groups"), [(1, 1, 1), (2, 1, 4), (2, 0, 2)])
def test_picture_convolution_and_pooling(evaluate, stride, padding, groups):
    x, weight, bias = normal(2, 4, 9, 9), normal(8, 4 // groups, 3, 3), normal(8)

    def build(graph: Graph, value: str) -> str:
        y = graph.conv(value, weight, bias, stride=stride, padding=padding, groups=groups)
        return graph.global_average_pool(y)

    y = functional.conv2d(
        torch.from_numpy(x), torch.from_numpy(weight), torch.from_numpy(bias), stride, padding,
        groups=groups,
    )  # fmt: skip
    expected = y.mean((2, 3))
    np.testing.assert_allclose(evaluate(build, x), expected, atol=1e-5)


@pytest.mark.parametrize("masked", [False, True])
def test_attention(evaluate, masked):
    query, key, value = normal(2, 5, 24), normal(2, 11, 24), normal(2, 11, 24)
    mask = np.where(RANDOM.random((2, 1, 1, 11)) < 0.4, -1e9, 0.0).astype(np.float32)
    mask = np.broadcast_to(mask, (2, 1, 5, 11)).copy()

    def build(graph: Graph, q: str, k: str, v: str) -> str:
        bias = graph.constant(mask) if masked else ""
        return graph.attention(q, k, v, heads=3, mask_bias=bias)

    split = [torch.from_numpy(a).unflatten(2, (3, 8)).transpose(1, 2) for a in (query, key, value)]
    expected = functional.scaled_dot_product_attention(
        *split, attn_mask=torch.from_numpy(mask) if masked else None
    )
    expected = expected.transpose(1, 2).flatten(2)
    np.testing.assert_allclose(evaluate(build, query, key, value), expected, atol=1e-5)


def test_shapes_embeddings_and_softmax(evaluate):
    ids, table, offset = np.array([[2, 0], [1, 2]]), normal(3, 8), normal(2, 8)

    def build(graph: Graph, value: str) -> str:
        tokens = graph.add(graph.gather(graph.constant(table), value), graph.constant(offset))
        first, second = graph.split(graph.reshape(tokens, (0, 16)), [10, 6])
        joined = graph.concat([second, first], axis=1)
        return graph.softmax(graph.mean(graph.unsqueeze(joined, [1]), [1], keepdims=False))

    tokens = (table[ids] + offset).reshape(2, 16)
    rolled = np.concatenate([tokens[:, 10:], tokens[:, :10]], 1)
    expected = torch.softmax(torch.from_numpy(rolled), 1)
    np.testing.assert_allclose(evaluate(build, ids), expected, atol=1e-6)


def test_int8_linear_is_close_to_the_exact_one(evaluate):
    x, weight, bias = normal(20, 256), normal(64, 256), normal(64)
    got = evaluate(lambda graph, value: graph.linear_int8(value, weight, bias), x)
    exact = x @ weight.T + bias
    assert np.abs(got - exact).mean() < 0.02 * np.abs(exact).mean()


def test_quantised_weights_are_within_half_a_level():
    weight = normal(9, 40) + np.linspace(-3, 3, 9, dtype=np.float32)[:, None]
    weight[4] = 0.0
    levels, scale, zero_point = quantise_uint8(weight)
    restored = (levels.astype(np.float32) - zero_point[:, None]) * scale[:, None]
    # The zero point is rounded too, so the two ends of a row may lie half a level beyond the last.
    assert (np.abs(restored - weight) <= 1.01 * scale[:, None]).all()
    assert (np.abs(restored - weight) <= 0.51 * scale[:, None]).mean() > 0.95
    assert (restored[4] == 0).all()


def build_linear(path: Path, external: bool) -> None:
    graph = Graph("test")
    rng = np.random.default_rng(4)
    weight = rng.standard_normal((300, 40)).astype(np.float32)
    y = graph.linear(graph.input("x0", np.float32, ("n", 40)), weight, weight[:, 0])
    graph.output(y, "y", np.float32, ("n", 300))
    graph.save(path, external=external)


def test_constants_in_a_file_beside_the_graph(tmp_path):
    build_linear(tmp_path / "inside.onnx", external=False)
    build_linear(tmp_path / "beside.onnx", external=True)
    assert (tmp_path / "beside.onnx").stat().st_size < 2000
    assert (tmp_path / "beside.onnx.data").stat().st_size >= 300 * 41 * 4
    x = normal(5, 40)
    inside, beside = (run(tmp_path / f"{name}.onnx", x) for name in ("inside", "beside"))
    np.testing.assert_array_equal(inside, beside)


@pytest.mark.parametrize("external", [False, True])
def test_same_calls_give_the_same_bytes(tmp_path, external):
    build_linear(tmp_path / "g.onnx", external)
    first = [file.read_bytes() for file in sorted(tmp_path.iterdir())]
    build_linear(tmp_path / "g.onnx", external)
    assert [file.read_bytes() for file in sorted(tmp_path.iterdir())] == first


def test_equal_small_constants_are_stored_once_and_names_are_unique():
    graph = Graph("test")
    assert graph.constant(np.arange(3)) == graph.constant(np.arange(3))
    assert graph.constant(np.arange(3)) != graph.constant(np.arange(3, dtype=np.int32))
    graph.constant(np.arange(3), "mine")
    with pytest.raises(ValueError, match="mine"):
        graph.constant(np.arange(3), "mine")
