"""The decoder's graph for long runs: the products of its layers in 8 bits, all but the last.

Many rows at once are computed, not waited for, and of all products 8-bit ones are the fastest
where the processor has instructions for them. Where a channel's activations are larger than
others', its weights take that over beforehand (SmoothQuant; Xiao et al. 2023, arXiv 2211.10438):
one scale for all activations of a run then serves all channels. An output's step is as small as its
largest weight and its largest pair of neighbours allow (`model.runtime.eight_bit`). The last
product, a down projection, stays as it is: it reads few rows, and rounded it would make half of the
shift that answers take from 8 bits (docs/decisions/0043).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import NodeProto, TensorProto, helper
from safetensors.numpy import save_file

from model.export.graph import MICROSOFT, Graph
from model.runtime.eight_bit import (
    CHECK_GRAPH,
    CHECK_ROWS,
    LONG_DATA,
    LONG_GRAPH,
    LONG_TABLE,
    grid_at,
    write_constants,
)
from model.weights.download import sha256_of
from model.weights.grid import BLOCK

SMOOTHING = 0.8
"""How much of the activations' differences between channels the weights take over."""
LARGEST = 127
"""Of a weight, and of the sum of a pair before both are rounded: after it, 128 times 255 fit."""
CHECKED = np.array([[127, 1, 127, 1], [1, 127, 127, 1]], np.int8)
"""Weights whose pairs are as large as they may be: whatever else is added in 16 bits is larger."""
PARTS = ("qkv", "o", "mlp", "down")
"""Of a layer, what its linears read, in the order in which they do."""
_SMALLEST = 1e-3
_PAGE = 4096

Array = npt.NDArray[np.generic]
Float32 = npt.NDArray[np.float32]


def write_long_decoder(folder: Path, peaks: Mapping[str, npt.NDArray[np.floating]]) -> None:
    """Write, beside a bundle's `decoder.onnx`, its form for long runs, and how to make its weights.

    Args:
        folder: of the bundle.
        peaks: largest magnitude that each channel of a linear's input reaches, (K,), by layer and
            part ("0.qkv", ...).

    Raises:
        ValueError: there are more or fewer linears than peaks.
    """
    model = onnx.load(str(folder / "decoder.onnx"), load_external_data=False)
    data = folder / "decoder.onnx.data"
    linears = _linears(model.graph, peaks)
    recipe = _Recipe(model.graph, np.memmap(data, np.uint8, "r"))
    nodes = {node.name: recipe.add(node, peak) for node, peak in linears}
    _replace(model.graph, nodes, recipe)
    (folder / LONG_GRAPH).write_bytes(model.SerializeToString(deterministic=True))
    trial = folder / LONG_DATA
    write_constants(trial, data, recipe.table)
    save_file(recipe.table, folder / LONG_TABLE, {"sha256": sha256_of(trial)})
    trial.unlink()
    _write_check(folder / CHECK_GRAPH)


def _linears(
    graph: onnx.GraphProto, peaks: Mapping[str, npt.NDArray[np.floating]]
) -> Iterator[tuple[NodeProto, Float32]]:
    """The linears that are to be in 8 bits, all but the last, and the peaks of what they read.

    Raises:
        ValueError: there are more or fewer linears than peaks.
    """
    *nodes, _ = (node for node in graph.node if node.op_type == "MatMulNBits")
    names = [f"{layer}.{part}" for layer in range(len(nodes) // len(PARTS)) for part in PARTS]
    if sorted(names) != sorted(peaks):
        raise ValueError(f"{len(nodes)} linears, but peaks of {len(peaks)} others")
    in_file = {tensor.name for tensor in graph.initializer if _place(tensor)[1]}
    return (
        (node, peaks[name].astype(np.float32))
        for node, name in zip(nodes[:-1], names[:-1], strict=True)
        if in_file.issuperset(node.input[1:3])  # small ones are not worth it
    )


class _Recipe:
    """What `write_constants` has to be told, and the tensors that the graph declares for it."""

    def __init__(self, graph: onnx.GraphProto, data: npt.NDArray[np.uint8]) -> None:
        self.table: dict[str, Array] = {}
        self.tensors: list[TensorProto] = []
        self._data = data
        self._before = {tensor.name: tensor for tensor in graph.initializer}
        self._copies: list[tuple[int, int, int]] = []
        self._count = self._end = 0

    def add(self, node: NodeProto, peak: Float32) -> list[NodeProto]:
        """Take a MatMulNBits in; what computes it in 8 bits."""
        codes, scales = (_place(self._before[name])[0] for name in node.input[1:3])
        rows, width = (next(a.i for a in node.attribute if a.name == name) for name in "NK")
        grid = grid_at(self._data, codes, scales, rows, width)
        smooth, scale = _scales(grid.dequantise(), peak)
        index, name = self._count, f"linear.{self._count}"
        self._count += 1
        target = self._room(width * rows)
        at = np.array([codes, scales, target])
        self.table |= {f"{index}.at": at, f"{index}.scale": scale, f"{index}.smooth": smooth}
        weight = TensorProto(name=f"{name}.weight", data_type=TensorProto.INT8, dims=(width, rows))
        self.tensors += [
            _in_file(weight, target, width * rows),
            onnx.numpy_helper.from_array(scale, f"{name}.scale"),
            onnx.numpy_helper.from_array(np.zeros(rows, np.int8), f"{name}.zeros"),
            onnx.numpy_helper.from_array(smooth, f"{name}.smooth"),
        ]
        constants = (f"{name}.{part}" for part in ("weight", "scale", "zeros"))
        return [
            helper.make_node("Div", [node.input[0], f"{name}.smooth"], [f"{name}.read"]),
            helper.make_node(
                "DynamicQuantizeMatMul", [f"{name}.read", *constants], [node.output[0]],
                domain=MICROSOFT,
            ),
        ]  # fmt: skip

    def keep(self, tensor: TensorProto) -> None:
        """Take a constant over as it is."""
        begin, length = _place(tensor)
        if length:
            target = self._room(length)
            self._copies.append((begin, length, target))
            tensor = _in_file(tensor, target, length)
        self.tensors.append(tensor)

    def close(self) -> None:
        self.table |= {"copies": np.array(self._copies), "size": np.array(self._end)}

    def _room(self, length: int) -> int:
        """Where the next `length` bytes go: on a page of their own, to be mapped."""
        target = -(-self._end // _PAGE) * _PAGE
        self._end = target + length
        return target


def _place(tensor: TensorProto) -> tuple[int, int]:
    """Where in the data file a tensor begins, and its length; 0 and 0 if it is in the graph."""
    found = {entry.key: entry.value for entry in tensor.external_data}
    return int(found.get("offset", 0)), int(found.get("length", 0))


def _in_file(tensor: TensorProto, target: int, length: int) -> TensorProto:
    """A tensor, or what declares it, moved into the file of constants."""
    moved = TensorProto()
    moved.CopyFrom(tensor)
    del moved.external_data[:]
    moved.data_location = TensorProto.EXTERNAL
    where = {"location": LONG_DATA, "offset": str(target), "length": str(length)}
    for key, value in where.items():
        moved.external_data.add(key=key, value=value)
    return moved


def _scales(weights: Float32, peak: Float32) -> tuple[Float32, Float32]:
    """What a channel's weights are multiplied by, (K,), and an output's step then, (N,)."""
    columns = np.maximum(np.abs(weights).max(0), np.float32(1e-6))
    logs = SMOOTHING * np.log(np.maximum(peak, _SMALLEST)) - (1 - SMOOTHING) * np.log(columns)
    smooth = np.exp(logs - logs.mean()).astype(np.float32)
    scaled = weights * smooth
    pairs = scaled[:, ::2] + scaled[:, 1::2]
    step = np.maximum(np.abs(scaled).max(1), np.abs(pairs).max(1)) / np.float32(LARGEST)
    return smooth, np.maximum(step, np.float32(1e-12))


def _replace(
    graph: onnx.GraphProto, instead: Mapping[str, Sequence[NodeProto]], recipe: _Recipe
) -> None:
    """Put nodes in the place of others; constants that nothing reads any more are left out."""
    nodes = [new for node in graph.node for new in instead.get(node.name, [node])]
    read = {name for node in nodes for name in node.input}
    for tensor in graph.initializer:
        if tensor.name in read:
            recipe.keep(tensor)
    recipe.close()
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(recipe.tensors)


def _write_check(path: Path) -> None:
    """Products as large as pairs may be, of each sign: kernels that add others get them wrong."""
    graph, width = Graph("check"), 2 * BLOCK
    x = graph.input("x", np.float32, (CHECK_ROWS, width))
    signed = np.stack([sign * row for row in CHECKED for sign in (1, -1)])
    weight = graph.constant(np.tile(signed, (BLOCK // len(signed), width // signed.shape[1])).T)
    scale = np.full(BLOCK, signed.shape[1] / width / CHECKED[0].sum(), np.float32)
    zeros = np.zeros(BLOCK, np.int8)
    constants = (weight, graph.constant(scale), graph.constant(zeros))
    y = graph.op("DynamicQuantizeMatMul", x, *constants, domain=MICROSOFT)
    graph.output(y, "y", np.float32, (CHECK_ROWS, BLOCK))
    graph.save(path)
