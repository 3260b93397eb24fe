"""`OmniProcessor`: windows, as `model.processing` measures them, → batches for torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import BatchFeature, PreTrainedTokenizerFast, ProcessorMixin

from model.cues import Modality
from model.layout import (
    ABSENT,
    ANSWER,
    CUE_COUNTS,
    FUSED,
    MODALITIES,
    PLACEHOLDERS,
    PROMPT_END,
    PROMPT_START,
    STEP_COUNTS,
    THINK,
    token_count,
)
from model.processing import MediaInputs

Window = Mapping[Modality, MediaInputs]


def prompt_text(present: Sequence[Modality]) -> str:
    """The prompt of a window with these modalities, in the tokenizer's words."""
    media = "".join(
        PLACEHOLDERS[m] * token_count(m) if m in present else ABSENT[m] for m in MODALITIES
    )
    return PROMPT_START + media + FUSED + PROMPT_END


class OmniProcessor(ProcessorMixin):
    """Prompts and media tensors of a batch of windows.

    Args:
        tokenizer: of the language model.
        face_widths, voice_widths: (step, summary) widths of the network's inputs.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerFast | None = None,
        face_widths: Sequence[int] = (254, 295),
        voice_widths: Sequence[int] = (1536, 3098),
        **kwargs: Any,
    ) -> None:
        super().__init__(tokenizer, **kwargs)
        self.face_widths = list(face_widths)
        self.voice_widths = list(voice_widths)

    def __call__(
        self, windows: Sequence[Window], weighs: Sequence[str] = (), **kwargs: Any
    ) -> BatchFeature:
        """Make a left-padded batch, ready for `generate`.

        Args:
            windows: measured windows; an absent modality is simply not there.
            weighs: for the think form, each window's `model.weighing.weight_word`; without any,
                the direct answer is begun.

        Returns:
            input_ids and attention_mask (n, length), and the tensors named in `MEDIA_INPUTS`.
        """
        begun = [self.think(word) for word in weighs] or [self.ids(ANSWER)] * len(windows)
        prompts = [self.ids(prompt_text(list(window))) for window in windows]
        rows = [prompt + start for prompt, start in zip(prompts, begun, strict=True)]
        return BatchFeature({**self.left_padded(rows), **self.media_tensors(windows)})

    def left_padded(self, rows: Sequence[list[int]]) -> dict[str, Tensor]:
        """Rows of token ids as `input_ids` and `attention_mask` (n, length), ending together."""
        length, pad = max(map(len, rows)), int(self.tokenizer.pad_token_id)
        return {
            "input_ids": torch.tensor([[pad] * (length - len(row)) + row for row in rows]),
            "attention_mask": torch.tensor(
                [[0] * (length - len(row)) + [1] * len(row) for row in rows]
            ),
        }

    def think(self, word: str) -> list[int]:
        """What a rationale begins behind: the word that tells what weighs, and the tag."""
        return self.ids(word) + self.ids(THINK)

    def ids(self, text: str) -> list[int]:
        """Token ids of a text, nothing added."""
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def media_tensors(self, windows: Sequence[Window]) -> dict[str, Tensor]:
        """The tensors named in `MEDIA_INPUTS`; rows of an absent modality are zero."""
        batch: dict[str, Tensor] = {}
        for modality in MODALITIES:
            for name, shape in self._shapes(modality).items():
                empty = np.zeros(shape, np.float32)
                rows = [getattr(w[modality], name) if modality in w else empty for w in windows]
                batch[f"{modality}_{name}"] = torch.from_numpy(np.stack(rows))
            batch[f"{modality}_present"] = torch.tensor([modality in w for w in windows])
        return batch

    def _shapes(self, modality: Modality) -> dict[str, tuple[int, ...]]:
        step, summary = self.face_widths if modality == "face" else self.voice_widths
        return {
            "steps": (STEP_COUNTS[modality], step),
            "summary": (summary,),
            "cues": (CUE_COUNTS[modality], 3),
        }
