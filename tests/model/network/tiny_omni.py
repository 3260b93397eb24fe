"""A tiny network with its processor, and windows for it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from transformers import LlamaConfig

from model.cues import Modality
from model.layout import ABSENT, CUE_COUNTS, FUSED, MODALITIES, PLACEHOLDERS, STEP_COUNTS
from model.network.build import hub_tokenizer
from model.network.configuration import OmniConfig
from model.network.modeling import OmniForConditionalGeneration
from model.network.processing import OmniProcessor
from model.processing import OWN_MEANS, MediaInputs

from ..tiny_tokenizer import tiny_tokenizer

WIDTHS: dict[Modality, tuple[int, int]] = {"face": (6, 12), "voice": (5, 14)}
"""Widths of a step and of the summary."""
CLASSES = ("angry", "happy", "sad")


def tiny_config() -> OmniConfig:
    tokenizer = tiny_tokenizer()
    text = LlamaConfig(
        hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=512,
        tie_word_embeddings=True, initializer_range=0.15, bos_token_id=1, eos_token_id=2,
        pad_token_id=2,
    )  # fmt: skip
    return OmniConfig(
        text_config=text, hidden=16, classes=CLASSES, token_scale=0.15,
        face_step_width=WIDTHS["face"][0], face_summary_width=WIDTHS["face"][1],
        voice_step_width=WIDTHS["voice"][0], voice_summary_width=WIDTHS["voice"][1],
        placeholder_ids={m: tokenizer.token_to_id(token) for m, token in PLACEHOLDERS.items()},
        absent_ids={m: tokenizer.token_to_id(token) for m, token in ABSENT.items()},
        fused_id=tokenizer.token_to_id(FUSED),
    )  # fmt: skip


def tiny_omni(seed: int = 0) -> tuple[OmniForConditionalGeneration, OmniProcessor]:
    """Random weights, in evaluation mode."""
    torch.manual_seed(seed)
    model = OmniForConditionalGeneration(tiny_config()).eval()
    processor = OmniProcessor(hub_tokenizer(tiny_tokenizer()), WIDTHS["face"], WIDTHS["voice"])
    return model, processor


def tiny_window(
    present: Iterable[Modality] = MODALITIES, seed: int = 0
) -> dict[Modality, MediaInputs]:
    """Random measurements of the modalities that are present, of a stranger."""
    rng = np.random.default_rng(seed)

    def normal(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(np.float32)

    def summary(width: int) -> np.ndarray:
        own = np.zeros(len(OWN_MEANS), np.float32)
        return np.concatenate([normal(width - len(own)), own])

    return {
        m: MediaInputs(
            normal(STEP_COUNTS[m], WIDTHS[m][0]), summary(WIDTHS[m][1]), normal(CUE_COUNTS[m], 3)
        )
        for m in present
    }
