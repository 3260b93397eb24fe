"""Media tokens begin as words: "pitch" plus "high", in the language model's own embeddings.

A language model copies words that it has read far sooner than it learns to read numbers. So each
cue token starts as the mean embedding of its name, plus that of a word for its level, which the
level switches of `cue_inputs` add up; a summary token, and the fused one, start as the names of the
emotions, mixed by their probabilities. Training moves on from there.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from model.claims.lexicon import said_nouns
from model.cues import modality_cues
from model.evidence import SPOKEN_FROM
from model.layout import MODALITIES
from model.network.modeling import OmniForConditionalGeneration
from model.network.projector import CUE_WIDTH, MEASURED, Projector

RAISED_WORDS = (" normal", " slightly high", " high", " very high")
LOWERED_WORDS = (" normal", " slightly low", " low", " very low")
UNKNOWN_WORD = " unknown"


def begin_with_words(
    model: OmniForConditionalGeneration, tokenizer: PreTrainedTokenizerFast
) -> None:
    """Set the tokens of the untrained projectors, and the fused one, to words of a word's size."""
    embeddings = model.lm_head.weight.detach()  # tied to the input embeddings

    def mean_of(text: str) -> Tensor:
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        return embeddings[torch.tensor(ids)].mean(0)

    emotions = torch.stack([mean_of(f" {name}") for name in model.config.classes], 1)
    with torch.no_grad():
        model.model.fused.weight.copy_(emotions)
    for modality in MODALITIES:
        projector = model.model.projectors[modality]
        assert isinstance(projector, Projector)
        names = [mean_of(f" {next(iter(said_nouns(cue)))}") for cue in modality_cues(modality)]
        with torch.no_grad():
            projector.summary_out.weight.copy_(emotions)
            projector.summary_out.bias.zero_()
            projector.cue_name.copy_(torch.stack(names) + mean_of(RAISED_WORDS[0]))
            # transformers' own initialisation has just set it to one, many times a word's size
            projector.norm.weight.fill_(model.config.token_scale)
            raised, lowered = ([mean_of(word) for word in words]
                               for words in (RAISED_WORDS, LOWERED_WORDS))  # fmt: skip
            _add_levels(projector, raised, lowered, mean_of(UNKNOWN_WORD))


def _add_levels(
    projector: Projector, raised: list[Tensor], lowered: list[Tensor], unknown: Tensor
) -> None:
    """The first hidden units pass the switches on; their columns hold the steps between levels.

    One more unit is on for a cue that was not measured.
    """
    projector.cue_out.bias.zero_()
    projector.cue_out.weight.mul_(0.1 * float(raised[0].std()))
    first = CUE_WIDTH - 2 * len(SPOKEN_FROM)
    steps = [after - before for words in (raised, lowered) for before, after in pairwise(words)]
    for unit, step in enumerate(steps):
        _pass_on(projector, unit, first + unit, 1.0, 0.0, step)
    _pass_on(projector, len(steps), MEASURED, -1.0, 1.0, unknown - raised[0])


def _pass_on(
    projector: Projector, unit: int, column: int, weight: float, bias: float, step: Tensor
) -> None:
    projector.cue_in.weight[unit].zero_()
    projector.cue_in.weight[unit, column] = weight
    projector.cue_in.bias[unit] = bias
    projector.cue_out.weight[:, unit] = step
