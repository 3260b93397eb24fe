"""A Llama-shaped decoder on the int4 grid as an ONNX graph, its LoRA kept beside the weights.

Merging LoRA into the weights would need a second rounding, and rounding ruins a small model; added
in floating point, what runs is exactly what was trained. Low-rank adapters: Hu et al. 2021,
arXiv 2106.09685. Llama: Touvron et al. 2023, arXiv 2302.13971.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.export.graph import MICROSOFT, Array, Float32, Graph
from model.weights.gguf import LlamaShape
from model.weights.grid import BLOCK, GridTensor

LoraPair = tuple[Float32, Float32, float]
"""A (rank, in), B (out, rank), alpha / rank: adds (alpha / rank) B A x to a linear's output."""

INT8_ACTIVATIONS = 4
"""`accuracy_level` with which MatMulNBits multiplies in int8: 3.5 times faster than float32 (1)."""

CACHE_NAMES = ("past_key_values.{}.key", "past_key_values.{}.value")
PRESENT_NAMES = ("present.{}.key", "present.{}.value")


def write_decoder(
    path: str | Path,
    shape: LlamaShape,
    base: Mapping[str, GridTensor | Float32],
    lora: Mapping[str, LoraPair] | None = None,
    *,
    lora_dtype: npt.DTypeLike = np.float16,
    accuracy_level: int = INT8_ACTIVATIONS,
    max_tokens: int = 2048,
) -> None:
    """Write the decoder to `path` and its weights to `<path>.data`.

    The n tokens of a run are picked by `order` from a table: first the p rows of `inputs_embeds`,
    then the embeddings of the s `input_ids`. They follow the tokens of the cache, t in all with
    the new ones, and need not be one text: what attends to what is said by a mask, and where in
    its text a token stands by its position. Over an empty cache onnxruntime heeds neither. Inputs:

    * `input_ids` int64 (s,), `inputs_embeds` float32 (p, hidden); s + p > 0, either may be 0;
    * `order`, `position_ids` int64 (1, n);
    * `attention_bias` float32 (1, 1, n, t): added to the attention's scores, above the causal mask;
    * `logit_positions` int64 (m,): new tokens whose logits are wanted;
    * `seqlens_k` int32 (1,), `total_seq_len` int32 (): t - 1, and t;
    * `past_key_values.i.key|value` float32 (1, kv_heads, capacity, head_dim): the cache, to be
      bound to `present.i.key|value` as well, so that it is written in place.

    Outputs: `logits` float32 (m, vocab) and the cache. The graph would take b rows as well, but
    onnxruntime extends a filled cache by more than one token a run for b = 1 only.

    Args:
        path: where the model goes.
        shape: sizes of the decoder; the head shares the embedding's tensor.
        base: transformers' names (`model.layers.0.self_attn.q_proj.weight`, ...): matrices on the
            grid, norms as float32.
        lora: adapters by linear (`layers.0.self_attn.q_proj`); any subset.
        lora_dtype: in which the adapters are stored; they are computed in float32.
        accuracy_level: of MatMulNBits.
        max_tokens: longest sequence the rotary tables serve.

    Raises:
        KeyError: a tensor is missing from `base`.
        ValueError: an adapter belongs to no linear of the decoder.
    """
    writer = _Decoder(shape, base, dict(lora or {}), np.dtype(lora_dtype), accuracy_level)
    writer.write(Path(path), max_tokens)


class _Decoder:
    def __init__(
        self,
        shape: LlamaShape,
        base: Mapping[str, GridTensor | Float32],
        lora: dict[str, LoraPair],
        lora_dtype: np.dtype[Any],
        accuracy_level: int,
    ) -> None:
        self.graph = Graph("decoder")
        self.shape = shape
        self.base = base
        self.unused_lora = lora
        self.lora_dtype = lora_dtype
        self.accuracy_level = accuracy_level

    def write(self, path: Path, max_tokens: int) -> None:
        graph, shape = self.graph, self.shape
        embedding = self.base["model.embed_tokens.weight"]
        assert isinstance(embedding, GridTensor)
        packed, scale = graph.constant(embedding.packed()), graph.constant(embedding.scale)
        residual = self.embed(packed, scale)
        self.attention_inputs = self.declare_attention(max_tokens)
        wanted = graph.input("logit_positions", np.int64, ("wanted",))
        delta, last = "", shape.layers - 1
        for index in range(shape.layers):
            residual, delta = self.layer(index, residual, delta, wanted if index == last else "")
        hidden, _ = self.norm("model.norm", residual, delta)
        rows = graph.reshape(hidden, (-1, shape.hidden_size))
        logits = self.matmul(rows, packed, scale, shape.vocab_size, shape.hidden_size)
        graph.output(logits, "logits", np.float32, ("wanted", shape.vocab_size))
        if self.unused_lora:
            raise ValueError(f"no linear of the decoder is called {min(self.unused_lora)!r}")
        graph.save(path, external=True)

    def embed(self, packed: str, scale: str) -> str:
        """The rows of `order` out of media and text embeddings, (1, tokens, hidden)."""
        graph, hidden = self.graph, self.shape.hidden_size
        ids = graph.input("input_ids", np.int64, ("ids",))
        media = graph.input("inputs_embeds", np.float32, ("media", hidden))
        order = graph.input("order", np.int64, (1, "tokens"))
        table = graph.reshape(packed, (self.shape.vocab_size, hidden // 2))
        text = graph.op(
            "GatherBlockQuantized", table, ids, scale, domain=MICROSOFT,
            bits=4, block_size=BLOCK, gather_axis=0, quantize_axis=1,
        )  # fmt: skip
        return graph.gather(graph.concat([media, text], axis=0), order)

    def declare_attention(self, max_tokens: int) -> list[str]:
        """The inputs that every layer's attention shares: lengths, rotary tables, and the mask."""
        graph, width = self.graph, self.shape.head_dim
        frequencies = 1.0 / self.shape.rope_theta ** (np.arange(0, width, 2) / width)
        angles = np.outer(np.arange(max_tokens), frequencies)
        return [
            graph.input("seqlens_k", np.int32, (1,)),
            graph.input("total_seq_len", np.int32, ()),
            graph.constant(np.cos(angles).astype(np.float32), "rotary.cos"),
            graph.constant(np.sin(angles).astype(np.float32), "rotary.sin"),
            graph.input("position_ids", np.int64, (1, "tokens")),
            graph.input("attention_bias", np.float32, (1, 1, "tokens", "total")),
        ]

    def layer(self, index: int, residual: str, delta: str, wanted: str) -> tuple[str, str]:
        """One layer: the residual stream before its last addition, and what is to be added.

        With `wanted`, of those tokens only: behind the last layer's keys and values nobody asks
        for the others.
        """
        name = f"model.layers.{index}"
        x, residual = self.norm(f"{name}.input_layernorm", residual, delta)
        qkv = self.linear(x, f"{name}.self_attn", ("q_proj", "k_proj", "v_proj"))
        attended = self.attend(index, qkv)
        if wanted:
            attended, residual = (self.graph.gather(x, wanted, 1) for x in (attended, residual))
        delta = self.linear(attended, f"{name}.self_attn", ("o_proj",))
        x, residual = self.norm(f"{name}.post_attention_layernorm", residual, delta)
        gate_up = self.linear(x, f"{name}.mlp", ("gate_proj", "up_proj"))
        gate, up = self.graph.split(gate_up, [self.shape.intermediate_size] * 2)
        x = self.graph.mul(self.graph.silu(gate), up)
        return residual, self.linear(x, f"{name}.mlp", ("down_proj",))

    def norm(self, name: str, residual: str, delta: str) -> tuple[str, str]:
        """RMS norm of `residual + delta`, and that sum."""
        weight = self.base[f"{name}.weight"]
        assert isinstance(weight, np.ndarray)
        w, graph, epsilon = self.graph.constant(weight), self.graph, self.shape.rms_norm_eps
        if not delta:
            y = graph.op("SimplifiedLayerNormalization", residual, w, axis=-1, epsilon=epsilon)
            return y, residual
        y, total = f"{name}.y", f"{name}.sum"
        graph.node(
            "SkipSimplifiedLayerNormalization", [residual, delta, w], [y, "", "", total], MICROSOFT,
            epsilon=epsilon,
        )  # fmt: skip
        return y, total

    def attend(self, index: int, qkv: str) -> str:
        """Rotary grouped-query attention over the cache of one layer."""
        shape, y = self.shape, f"layers.{index}.attended"
        cache = [name.format(index) for name in CACHE_NAMES]
        present = [name.format(index) for name in PRESENT_NAMES]
        for past, new in zip(cache, present, strict=True):
            size = (1, shape.kv_heads, "capacity", shape.head_dim)
            self.graph.input(past, np.float32, size)
            self.graph.output(new, new, np.float32, size)
        self.graph.node(
            "GroupQueryAttention", [qkv, "", "", *cache, *self.attention_inputs], [y, *present],
            MICROSOFT, num_heads=shape.heads, kv_num_heads=shape.kv_heads,
            scale=shape.head_dim**-0.5, do_rotary=1, rotary_interleaved=0,
        )  # fmt: skip
        return y

    def linear(self, x: str, owner: str, parts: Sequence[str]) -> str:
        """Linears of the same input as one product, their outputs side by side, with their LoRA."""
        tensors = [self.base[f"{owner}.{part}.weight"] for part in parts]
        grids = [tensor for tensor in tensors if isinstance(tensor, GridTensor)]
        assert len(grids) == len(tensors), f"{owner} is not on the grid"
        q = self.graph.constant(np.concatenate([grid.packed() for grid in grids]))
        scale = self.graph.constant(np.concatenate([grid.scale for grid in grids]))
        widths = [len(grid.q) for grid in grids]
        y = self.matmul(x, q, scale, sum(widths), grids[0].q.shape[1] * BLOCK)
        names = [f"{owner.removeprefix('model.')}.{part}" for part in parts]
        return self.add_lora(x, y, names, widths)

    def matmul(self, x: str, packed: str, scale: str, out: int, inner: int) -> str:
        return self.graph.op(
            "MatMulNBits", x, packed, scale, domain=MICROSOFT, N=out, K=inner, bits=4,
            block_size=BLOCK, accuracy_level=self.accuracy_level,
        )  # fmt: skip

    def add_lora(self, x: str, y: str, names: Sequence[str], widths: Sequence[int]) -> str:
        """y + (x A) B, where A holds the ranks of all parts and B is block-diagonal.

        B's zeros are not stored: `Pad` places each block, and onnxruntime folds that when it loads.
        """
        down, up = [], []
        for i, name in enumerate(names):
            if name in self.unused_lora:
                a, b, factor = self.unused_lora.pop(name)
                down.append(a)
                block = self.stored(np.asarray(b).T * factor)
                up.append(self.pad_columns(block, sum(widths[:i]), sum(widths[i + 1 :])))
        if not down:
            return y
        low = self.graph.op("MatMul", x, self.stored(np.concatenate(down).T))
        wide = up[0] if len(up) == 1 else self.graph.concat(up, axis=0)
        return self.graph.add(y, self.graph.op("MatMul", low, wide))

    def stored(self, array: Array) -> str:
        """A constant kept as `lora_dtype` and used as float32."""
        value = self.graph.constant(array.astype(self.lora_dtype))
        return value if self.lora_dtype == np.float32 else self.graph.op("Cast", value, to=1)

    def pad_columns(self, block: str, left: int, right: int) -> str:
        if not left and not right:
            return block
        return self.graph.op("Pad", block, self.graph.constant(np.array([0, left, 0, right])))
