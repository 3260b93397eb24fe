"""A decoder's graph with attention in float16, all that onnxruntime has CUDA kernels for.

Everything else stays as it was written: the residual stream of a small model has values that
float16 cannot hold, its keys and values have none.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import GraphProto, NodeProto, TensorProto, helper

_QKV, _SHARED = 0, (7, 8, 10)
"""Inputs of GroupQueryAttention: what it attends with; the rotary tables and the mask."""
_CACHES = ("past_key_values.", "present.")


def with_half_attention(path: Path) -> bytes:
    """The graph that `model.export.decoder_graph` wrote to `path`, its caches now in float16.

    Its weights stay in the file beside `path`, where a session has to be told to look for them.
    """
    model = onnx.load(str(path), load_external_data=False)
    nodes = _around_attention(model.graph)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    for value in (*model.graph.input, *model.graph.output):
        if value.name.startswith(_CACHES):
            value.type.tensor_type.elem_type = TensorProto.FLOAT16
    data: bytes = model.SerializeToString()
    return data


def _around_attention(graph: GraphProto) -> list[NodeProto]:
    """The nodes of `graph`, with what attention takes and gives converted on the way."""
    nodes: list[NodeProto] = []
    converted: set[str] = set()

    def half(name: str) -> str:
        if name not in converted:
            converted.add(name)
            nodes.append(_cast(name, f"{name}.half", TensorProto.FLOAT16))
        return f"{name}.half"

    for node in graph.node:
        if node.op_type != "GroupQueryAttention":
            nodes.append(node)
            continue
        for place in (_QKV, *_SHARED):
            node.input[place] = half(node.input[place])
        attended, node.output[0] = node.output[0], f"{node.output[0]}.half"
        nodes += [node, _cast(node.output[0], attended, TensorProto.FLOAT)]
    return nodes


def _cast(value: str, name: str, to: int) -> NodeProto:
    return helper.make_node("Cast", [value], [name], name=f"Cast to {name}", to=to)
