"""`Graph`: a small writer of ONNX graphs straight from numpy arrays, so that no torch is needed.

Values are plain strings (ONNX value names); every method that computes something returns the name
of its result. Constants live in the model file, or in one `<name>.data` file beside it. The same
calls give the same bytes, so a manifest can pin the sha256 of what a user's machine assembles.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper

MICROSOFT = "com.microsoft"
"""Domain of onnxruntime's own operators (MatMulNBits, GroupQueryAttention, ...)."""

OPSET = 21
_IR_VERSION = 10
_SMALL_BYTES = 1024
_PAGE_BYTES = 4096

Array = npt.NDArray[Any]
Float32 = npt.NDArray[np.float32]


class Graph:
    """An ONNX graph under construction: opset 21 and the operators of onnxruntime.

    Args:
        halved: keep large float32 constants in float16 where that loses nothing, as it does for
            weights that were shipped so; onnxruntime widens them once, when it loads the graph.
    """

    def __init__(self, name: str, halved: bool = False) -> None:
        self.name, self._halved = name, halved
        self._nodes: list[onnx.NodeProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._constants: dict[str, Array] = {}
        self._shared: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    # ------------------------------------------------------------------------- values and nodes

    def input(self, name: str, dtype: npt.DTypeLike, shape: Sequence[int | str]) -> str:
        """Declare an input; a string in `shape` names a dimension that may vary."""
        self._inputs.append(_value_info(name, dtype, shape))
        return name

    def output(
        self, value: str, name: str, dtype: npt.DTypeLike, shape: Sequence[int | str]
    ) -> None:
        """Give `value` to the caller under `name`."""
        if value != name:
            self.node("Identity", [value], [name])
        self._outputs.append(_value_info(name, dtype, shape))

    def constant(self, array: npt.ArrayLike, name: str = "") -> str:
        """Store an array; unnamed small ones that are equal are stored once."""
        array = np.ascontiguousarray(array).reshape(np.shape(array))  # keeps scalars 0-dimensional
        if not name:
            if array.nbytes > _SMALL_BYTES:
                return self._store(f"constant_{len(self._constants)}", array)
            key = (array.dtype.str, array.shape, array.tobytes())
            if key not in self._shared:
                self._shared[key] = self._store(f"constant_{len(self._constants)}", array)
            return self._shared[key]
        return self._store(name, array)

    def node(
        self,
        op_type: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        domain: str = "",
        **attributes: Any,
    ) -> None:
        """Append one operator with named outputs; "" stands for an absent input or output."""
        self._nodes.append(
            helper.make_node(
                op_type, inputs, outputs, name=f"{op_type}_{len(self._nodes)}", domain=domain,
                **attributes,
            )
        )  # fmt: skip

    def op(self, op_type: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Append one operator with a single output and return the output's name."""
        result = f"{op_type}_{len(self._nodes)}.y"
        self.node(op_type, inputs, [result], domain, **attributes)
        return result

    # ------------------------------------------------------------------------------- arithmetic

    def add(self, a: str, b: str) -> str:
        return self.op("Add", a, b)

    def mul(self, a: str, b: str) -> str:
        return self.op("Mul", a, b)

    def reshape(self, x: str, shape: Sequence[int]) -> str:
        """Reshape; 0 keeps a dimension and one -1 is inferred."""
        return self.op("Reshape", x, self.constant(np.array(shape, np.int64)))

    def transpose(self, x: str, order: Sequence[int]) -> str:
        return self.op("Transpose", x, perm=list(order))

    def concat(self, values: Sequence[str], axis: int) -> str:
        return self.op("Concat", *values, axis=axis)

    def split(self, x: str, sizes: Sequence[int], axis: int = -1) -> list[str]:
        """Cut `x` along `axis` into parts of the given sizes."""
        parts = [f"Split_{len(self._nodes)}.y{i}" for i in range(len(sizes))]
        self.node("Split", [x, self.constant(np.array(sizes, np.int64))], parts, axis=axis)
        return parts

    def unsqueeze(self, x: str, axes: Sequence[int]) -> str:
        return self.op("Unsqueeze", x, self.constant(np.array(axes, np.int64)))

    def mean(self, x: str, axes: Sequence[int], keepdims: bool = True) -> str:
        axes_value = self.constant(np.array(axes, np.int64))
        return self.op("ReduceMean", x, axes_value, keepdims=int(keepdims))

    def gather(self, table: str, indices: str, axis: int = 0) -> str:
        """Rows of `table` at `indices` (an embedding look-up when `axis` is 0)."""
        return self.op("Gather", table, indices, axis=axis)

    def softmax(self, x: str, axis: int = -1) -> str:
        return self.op("Softmax", x, axis=axis)

    def relu(self, x: str) -> str:
        return self.op("Relu", x)

    def silu(self, x: str) -> str:
        return self.op("QuickGelu", x, domain=MICROSOFT, alpha=1.0)

    def gelu(self, x: str) -> str:
        """The exact (erf) GELU."""
        return self.op("Gelu", x)

    # ----------------------------------------------------------------------------------- layers

    def linear(self, x: str, weight: Float32, bias: Float32 | None = None) -> str:
        """x @ weight.T + bias, with `weight` (out, in) as torch keeps it."""
        y = self.op("MatMul", x, self.constant(weight.T))
        return y if bias is None else self.add(y, self.constant(bias))

    def linear_int8(self, x: str, weight: Float32, bias: Float32 | None = None) -> str:
        """`linear` in 8 bits: weights quantised per output, activations per tensor at run time.

        Weights are *unsigned*: with signed ones the 16-bit sums of AVX2's vpmaddubsw saturate on
        processors without VNNI, and the result is noise.
        """
        q, scale, zero_point = quantise_uint8(weight)
        inputs = [x, self.constant(q.T), self.constant(scale), self.constant(zero_point)]
        inputs += [] if bias is None else [self.constant(bias)]
        return self.op("DynamicQuantizeMatMul", *inputs, domain=MICROSOFT)

    def layer_norm(self, x: str, weight: Float32, bias: Float32, epsilon: float = 1e-5) -> str:
        """Layer normalisation over the last dimension."""
        return self.op(
            "LayerNormalization", x, self.constant(weight), self.constant(bias),
            axis=-1, epsilon=epsilon,
        )  # fmt: skip

    def conv(
        self,
        x: str,
        weight: Float32,
        bias: Float32 | None = None,
        stride: int = 1,
        padding: int = 0,
        groups: int = 1,
    ) -> str:
        """Convolution of one or two dimensions; `weight` (out, in / groups, kernel...)."""
        dimensions = weight.ndim - 2
        inputs = [x, self.constant(weight)] + ([] if bias is None else [self.constant(bias)])
        return self.op(
            "Conv", *inputs, kernel_shape=list(weight.shape[2:]), strides=[stride] * dimensions,
            pads=[padding] * 2 * dimensions, group=groups,
        )  # fmt: skip

    def global_average_pool(self, x: str) -> str:
        """(batch, channels, height, width) to (batch, channels)."""
        return self.op("Flatten", self.op("GlobalAveragePool", x), axis=1)

    def attention(self, query: str, key: str, value: str, heads: int, mask_bias: str = "") -> str:
        """Multi-head attention of (batch, tokens, width) values, scaled by 1/sqrt(width / heads).

        `mask_bias`, broadcast to (batch, heads, queries, keys), is added to the scores.
        """
        inputs = [query, key, value] + (["", "", mask_bias] if mask_bias else [])
        return self.op("MultiHeadAttention", *inputs, domain=MICROSOFT, num_heads=heads)

    # ------------------------------------------------------------------------------------- file

    def save(self, path: str | Path, external: bool = False) -> None:
        """Write the model; `external` puts large constants into `<path>.data`, to be mapped."""
        path = Path(path)
        layout = self._external_layout() if external else {}
        tensors = [
            _external_tensor(name, array, f"{path.name}.data", layout[name])
            if name in layout
            else onnx.numpy_helper.from_array(array, name)
            for name, array in self._constants.items()
        ]
        graph = helper.make_graph(self._nodes, self.name, self._inputs, self._outputs, tensors)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="r1-omni"
        )
        path.write_bytes(model.SerializeToString(deterministic=True))
        if external:
            self._write_data(path.with_name(f"{path.name}.data"), layout)

    def _store(self, name: str, array: Array) -> str:
        if name in self._constants:
            raise ValueError(f"constant {name!r} is already in the graph")
        if self._halved and array.nbytes > _SMALL_BYTES and _fits_half(array):
            self._constants[name] = array.astype(np.float16)
            return self.op("Cast", name, to=1)
        self._constants[name] = array
        return name

    def _external_layout(self) -> dict[str, int]:
        """Byte offset of each large constant; big ones begin on a page to be mapped."""
        layout, end = {}, 0
        for name, array in self._constants.items():
            if array.nbytes > _SMALL_BYTES:
                unit = _PAGE_BYTES if array.nbytes > _PAGE_BYTES else 64
                layout[name] = -(-end // unit) * unit
                end = layout[name] + array.nbytes
        return layout

    def _write_data(self, path: Path, layout: dict[str, int]) -> None:
        with path.open("wb") as file:
            for name, offset in layout.items():
                file.write(b"\0" * (offset - file.tell()))
                file.write(self._constants[name].tobytes())


def _fits_half(array: Array) -> bool:
    """Whether every number of a float32 array is one of float16, too."""
    if array.dtype != np.float32 or np.abs(array).max(initial=0) > np.finfo(np.float16).max:
        return False
    return bool((array.astype(np.float16) == array).all())


def quantise_uint8(
    weight: Float32,
) -> tuple[npt.NDArray[np.uint8], Float32, npt.NDArray[np.uint8]]:
    """Round each row of (out, in) onto 256 levels: levels (out, in), scale and zero point (out,).

    weight ~ (levels - zero_point) * scale; zero is always a level.
    """
    low = np.minimum(weight.min(axis=1), 0.0)
    high = np.maximum(weight.max(axis=1), 0.0)
    scale = np.where(high > low, (high - low) / 255.0, 1.0).astype(np.float32)
    zero_point = np.rint(-low / scale).astype(np.uint8)
    levels = np.clip(np.rint(weight / scale[:, None]) + zero_point[:, None], 0, 255)
    return levels.astype(np.uint8), scale, zero_point


def _value_info(name: str, dtype: npt.DTypeLike, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(
        name, helper.np_dtype_to_tensor_dtype(np.dtype(dtype)), list(shape)
    )


def _external_tensor(name: str, array: Array, location: str, offset: int) -> onnx.TensorProto:
    tensor = onnx.TensorProto(
        name=name,
        data_type=helper.np_dtype_to_tensor_dtype(array.dtype),
        dims=array.shape,
        data_location=onnx.TensorProto.EXTERNAL,
    )
    where = {"location": location, "offset": str(offset), "length": str(array.nbytes)}
    for key, value in where.items():
        tensor.external_data.add(key=key, value=value)
    return tensor
