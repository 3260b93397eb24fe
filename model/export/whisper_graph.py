"""The first layers of Whisper's audio encoder as an ONNX graph that pools its own hidden states.

Unlike Whisper itself (Radford et al. 2022, arXiv 2212.04356) the sound is not padded to 30 s: the
graph takes the true length and only the sinusoid positions that belong to it, which makes a window
of 5 s about eight times cheaper.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.export.graph import Float32, Graph
from model.features import SEGMENTS
from model.perception.log_mel import MEL_BANDS

HEAD_WIDTH = 64
"""Every published Whisper has attention heads of this width."""


def write_whisper_encoder(
    path: str | Path,
    weights: Mapping[str, npt.NDArray[np.floating]],
    layers: int,
    int8: bool = False,
    heads: int | None = None,
) -> None:
    """Write the convolution stem and the first `layers` transformer layers.

    Graph inputs: `log_mel` float32 (1, 80, t), Whisper's log-mel of the true length, and `pooling`
    float32 (8, n) from `model.features.segment_pooling(n)` with n = `encoder_frames(t)`.
    Outputs, one row for each of the `layers + 1` levels (level 0 is the stem with positions, level
    i the residual stream after layer i, before any final norm): `segments` float32 (levels, 8, d),
    `mean` and `std` float32 (levels, d) over the n frames (population standard deviation).

    Args:
        path: where the model goes, one file.
        weights: tensors under the names of transformers' Whisper, with or without the prefix
            `model.encoder.` / `encoder.`; more than is needed may be given.
        layers: how many transformer layers to keep, 0 or more.
        int8: 8-bit weights and activations in the layers' linears (the stem stays float32).
        heads: attention heads; by default the width divided by `HEAD_WIDTH`.

    Raises:
        KeyError: a tensor is missing from `weights`.
    """
    encoder = _Encoder(_encoder_weights(weights), int8, heads)
    encoder.write(Path(path), layers)


def _encoder_weights(weights: Mapping[str, npt.NDArray[np.floating]]) -> dict[str, Float32]:
    decoder = ("decoder.", "model.decoder.", "proj_out.")
    return {
        name.removeprefix("model.").removeprefix("encoder."): array.astype(np.float32, copy=False)
        for name, array in weights.items()
        if not name.startswith(decoder)
    }


class _Encoder:
    def __init__(self, weights: dict[str, Float32], int8: bool, heads: int | None) -> None:
        self.weights = weights
        self.width = int(weights["conv1.bias"].shape[0])
        self.heads = heads or self.width // HEAD_WIDTH
        self.graph = Graph("whisper_encoder")
        self.linear = self.graph.linear_int8 if int8 else self.graph.linear

    def write(self, path: Path, layers: int) -> None:
        graph = self.graph
        levels = [self.stem(graph.input("log_mel", np.float32, (1, MEL_BANDS, "mel_frames")))]
        for index in range(layers):
            levels.append(self.layer(levels[-1], f"layers.{index}"))
        stack = graph.concat(levels, axis=0)  # (levels, n, d)
        pooling = graph.input("pooling", np.float32, (SEGMENTS, "frames"))
        shape = (layers + 1, self.width)
        segments = graph.op("MatMul", pooling, stack)
        graph.output(segments, "segments", np.float32, (layers + 1, SEGMENTS, self.width))
        mean = graph.mean(stack, [1])
        graph.output(graph.reshape(mean, shape), "mean", np.float32, shape)
        deviation = graph.op("Sub", stack, mean)
        variance = graph.mean(graph.mul(deviation, deviation), [1], keepdims=False)
        graph.output(graph.op("Sqrt", variance), "std", np.float32, shape)
        graph.save(path)

    def stem(self, log_mel: str) -> str:
        """Two convolutions, then the positions of as many frames as there are: (1, n, d)."""
        graph, weights = self.graph, self.weights
        x = log_mel
        for name, stride in (("conv1", 1), ("conv2", 2)):
            weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
            x = graph.gelu(graph.conv(x, weight, bias, stride=stride, padding=1))
        x = graph.transpose(x, (0, 2, 1))
        frames = graph.op("Shape", x, start=1, end=2)
        positions = graph.op(
            "Slice", graph.constant(weights["embed_positions.weight"]),
            graph.constant(np.array([0])), frames,
        )  # fmt: skip
        return graph.add(x, positions)

    def layer(self, x: str, name: str) -> str:
        """One pre-norm transformer layer on (1, n, d)."""
        graph = self.graph
        h = self.norm(x, f"{name}.self_attn_layer_norm")
        qkv = self.linear(h, *self.fused_qkv(f"{name}.self_attn"))
        query, key, value = graph.split(qkv, [self.width] * 3)
        h = graph.attention(query, key, value, self.heads)
        x = graph.add(x, self.project(h, f"{name}.self_attn.out_proj"))
        h = self.norm(x, f"{name}.final_layer_norm")
        h = graph.gelu(self.project(h, f"{name}.fc1"))
        return graph.add(x, self.project(h, f"{name}.fc2"))

    def fused_qkv(self, name: str) -> tuple[Float32, Float32]:
        """Query, key and value projections as one; Whisper's key has no bias."""
        weights = self.weights
        weight = np.concatenate([weights[f"{name}.{part}_proj.weight"] for part in "qkv"])
        no_bias = np.zeros(self.width, np.float32)
        query_bias, value_bias = weights[f"{name}.q_proj.bias"], weights[f"{name}.v_proj.bias"]
        return weight, np.concatenate([query_bias, no_bias, value_bias])

    def project(self, x: str, name: str) -> str:
        return self.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def norm(self, x: str, name: str) -> str:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return self.graph.layer_norm(x, weight, bias)
