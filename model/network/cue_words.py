"""Cue tokens begin as words: "pitch" plus "high", in the language model's own embeddings.

A language model copies words that it has read far sooner than it learns to read numbers. So each
cue token starts as the mean embedding of its name, plus that of a word for its level, which the
level switches of `cue_inputs` add up; training moves on from there.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from model.cues import modality_cues
from model.layout import MODALITIES
from model.lexicon import said_nouns
from model.network.modeling import OmniForConditionalGeneration
from model.network.projector import MEASURED, SWITCHES, Projector

LEVEL_WORDS = (" very high", " high", " normal", " low", " very low", " unknown")


def begin_with_words(
    model: OmniForConditionalGeneration, tokenizer: PreTrainedTokenizerFast
) -> None:
    """Set the cue tokens of both projectors (untrained so far) to words, at words' own size."""
    embeddings = model.lm_head.weight.detach()  # tied to the input embeddings

    def mean_of(text: str) -> Tensor:
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        return embeddings[torch.tensor(ids)].mean(0)

    levels = [mean_of(word) for word in LEVEL_WORDS]
    for modality in MODALITIES:
        projector = model.model.projectors[modality]
        assert isinstance(projector, Projector)
        names = [mean_of(f" {next(iter(said_nouns(cue)))}") for cue in modality_cues(modality)]
        with torch.no_grad():
            projector.cue_name.copy_(torch.stack(names) + levels[2])
            # transformers' own initialisation has just set it to one, many times a word's size
            projector.norm.weight.fill_(model.config.token_scale)
            _add_levels(projector, levels)


def _add_levels(projector: Projector, levels: list[Tensor]) -> None:
    """Hidden units 0 to 3 pass the switches on; their columns hold the steps between levels.

    Unit 4 is on for a cue that was not measured.
    """
    very_high, high, normal, low, very_low, unknown = levels
    steps = (very_high - high, high - normal, low - normal, very_low - low)
    projector.cue_out.bias.zero_()
    projector.cue_out.weight.mul_(0.1 * float(normal.std()))
    for unit, (switch, step) in enumerate(zip(SWITCHES, steps, strict=True)):
        projector.cue_in.weight[unit].zero_()
        projector.cue_in.bias[unit] = 0.0
        projector.cue_in.weight[unit, switch] = 1.0
        projector.cue_out.weight[:, unit] = step
    absent = len(SWITCHES)
    projector.cue_in.weight[absent].zero_()
    projector.cue_in.weight[absent, MEASURED] = -1.0
    projector.cue_in.bias[absent] = 1.0
    projector.cue_out.weight[:, absent] = unknown - normal
