"""A fresh `nano`: the public language model on the int4 grid, projectors untrained."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import LlamaConfig, PreTrainedTokenizerFast

from model.layout import ABSENT, END_OF_TURN, FUSED, PLACEHOLDERS
from model.network.configuration import OmniConfig
from model.network.modeling import OmniForConditionalGeneration
from model.network.word_tokens import begin_with_words
from model.weights.codes import grid_tensors
from model.weights.gguf import GgufFile, LlamaShape
from model.weights.grid import GridTensor
from model.weights.tokenizer import tokenizer_from_gguf
from model.weights.vocabulary import read_language_model


def text_config(shape: LlamaShape) -> LlamaConfig:
    """The language model's configuration in transformers' terms."""
    return LlamaConfig(
        vocab_size=shape.vocab_size,
        hidden_size=shape.hidden_size,
        intermediate_size=shape.intermediate_size,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        max_position_embeddings=shape.max_positions,
        rope_theta=shape.rope_theta,
        rms_norm_eps=shape.rms_norm_eps,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )


def grid_values(gguf: GgufFile, changes: Path | None = None) -> dict[str, torch.Tensor]:
    """The language model by HF name, every matrix on the int4 grid (`grid_tensors`)."""
    return {
        name: torch.from_numpy(tensor.dequantise() if isinstance(tensor, GridTensor) else tensor)
        for name, tensor in grid_tensors(gguf, changes).items()
    }


def hub_tokenizer(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer in transformers' clothes."""
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|im_start|>",
        eos_token=END_OF_TURN,
        pad_token=END_OF_TURN,
        unk_token="<|endoftext|>",
        padding_side="left",
    )


def build_nano(
    gguf_path: Path,
    classes: tuple[str, ...],
    face_widths: tuple[int, int],
    voice_widths: tuple[int, int],
    hidden: int = 256,
    changes: Path | None = None,
) -> tuple[OmniForConditionalGeneration, PreTrainedTokenizerFast]:
    """Make the untrained network.

    Args:
        gguf_path: SmolLM2-135M-Instruct as the component store holds it.
        classes: emotions that the projectors' classifiers tell apart.
        face_widths, voice_widths: (step, summary) widths of the processor's output.
        hidden: width inside the projectors.
        changes: of the grid's codes (`model.weights.codes`), if that file is there.
    """
    gguf = read_language_model(gguf_path)
    tokenizer = tokenizer_from_gguf(gguf)
    values = grid_values(gguf, changes)
    embeddings = values["model.embed_tokens.weight"]
    config = OmniConfig(
        text_config=text_config(gguf.shape()),
        face_step_width=face_widths[0],
        face_summary_width=face_widths[1],
        voice_step_width=voice_widths[0],
        voice_summary_width=voice_widths[1],
        hidden=hidden,
        classes=classes,
        token_scale=float(embeddings.square().mean().sqrt()),
        placeholder_ids={m: tokenizer.token_to_id(token) for m, token in PLACEHOLDERS.items()},
        absent_ids={m: tokenizer.token_to_id(token) for m, token in ABSENT.items()},
        fused_id=tokenizer.token_to_id(FUSED),
    )
    model = OmniForConditionalGeneration(config)
    language = {name.removeprefix("model."): value for name, value in values.items()}
    model.model.language_model.load_state_dict(language)
    model.tie_weights()
    clothed = hub_tokenizer(tokenizer)
    begin_with_words(model, clothed)
    return model, clothed
