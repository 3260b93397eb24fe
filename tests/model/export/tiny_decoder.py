"""A tiny Llama on the int4 grid with LoRA, as a torch model and as the arguments of the writer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from model.export.decoder_graph import LoraPair
from model.weights.gguf import LlamaShape
from model.weights.grid import GridTensor, quantise

SHAPE = LlamaShape(
    layers=2, hidden_size=64, intermediate_size=96, heads=4, kv_heads=2, vocab_size=128,
    max_positions=256, rope_theta=10000.0, rms_norm_eps=1e-5,
)  # fmt: skip
RANK = 4


@dataclass(frozen=True)
class TinyDecoder:
    torch_model: LlamaForCausalLM
    base: dict[str, GridTensor | np.ndarray]
    lora: dict[str, LoraPair]

    def logits(self, embeds: np.ndarray) -> np.ndarray:
        """float32 (n, vocab) of torch for embeddings (n, hidden)."""
        with torch.no_grad():
            return self.torch_model(inputs_embeds=torch.from_numpy(embeds)[None]).logits[0].numpy()

    def embed(self, ids: np.ndarray, media: np.ndarray) -> np.ndarray:
        """Embeddings of a prompt whose id -1 - j is row j of `media`."""
        table = self.base["model.embed_tokens.weight"].dequantise()
        return np.where((ids >= 0)[:, None], table[ids], media[-1 - np.minimum(ids, -1)])


def make_tiny_decoder(seed: int = 0, lora: bool = True) -> TinyDecoder:
    """Random weights; torch holds the dequantised grid plus what LoRA adds."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            hidden_size=SHAPE.hidden_size, intermediate_size=SHAPE.intermediate_size,
            num_hidden_layers=SHAPE.layers, num_attention_heads=SHAPE.heads,
            num_key_value_heads=SHAPE.kv_heads, vocab_size=SHAPE.vocab_size,
            max_position_embeddings=SHAPE.max_positions, tie_word_embeddings=True,
            rms_norm_eps=SHAPE.rms_norm_eps, rope_theta=SHAPE.rope_theta, initializer_range=0.15,
        )
    ).eval()  # fmt: skip
    base: dict[str, GridTensor | np.ndarray] = {}
    pairs: dict[str, LoraPair] = {}
    for name, parameter in model.named_parameters():
        weight = parameter.detach().numpy()
        if weight.ndim == 1:
            parameter.data += 0.2 * torch.randn_like(parameter)
            base[name] = parameter.detach().numpy().copy()
            continue
        base[name] = grid = quantise(weight)
        exact = grid.dequantise()
        if lora and "_proj" in name:
            a = rng.normal(0, 0.1, (RANK, weight.shape[1])).astype(np.float32)
            b = rng.normal(0, 0.1, (weight.shape[0], RANK)).astype(np.float32)
            pairs[name.removeprefix("model.").removesuffix(".weight")] = (a, b, 2.0)
            exact = exact + 2.0 * b @ a
        parameter.data = torch.from_numpy(exact)
    return TinyDecoder(model, base, pairs)
