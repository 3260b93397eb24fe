"""Token ids of prompts, answers and labels, as the decoder takes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from model.cues import Modality
from model.layout import (
    ANSWER,
    END_ANSWER,
    END_OF_TURN,
    END_THINK,
    MODALITIES,
    PROMPT_END,
    PROMPT_START,
    THINK,
)

Float32 = npt.NDArray[np.float32]


class Prompts:
    """Writes prompts with places for media, and cuts answers out of what the decoder writes."""

    def __init__(self, tokenizer_path: Path, absent: Float32) -> None:
        """`absent` float32 (modalities, width): the embeddings that stand for a missing one."""
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer_path))
        self._absent = absent
        self.start, self._end = self.ids(PROMPT_START), self.ids(PROMPT_END)
        self.think_tag, self.answer = self.ids(THINK), self.ids(ANSWER)
        (self.end_of_turn,) = self.ids(END_OF_TURN)

    def ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def text(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))

    def think(self, word: str) -> list[int]:
        """What a rationale begins behind: the word that tells what weighs, and the tag."""
        return self.ids(word) + self.think_tag

    def label(self, label: str) -> list[int]:
        """The label's own tokens after `<answer>`.

        No label begins with another, and a trained answer always closes its tag: scoring the tag as
        well would cost three steps a label and tell nothing.
        """
        return self.ids(label)

    def media(self, tokens: Mapping[Modality, Float32], fused: Float32) -> Float32:
        """All media rows of a window, (rows, width): absent ones, each modality's, fused ones."""
        own = (tokens[m] for m in MODALITIES if m in tokens)
        return np.concatenate([self._absent, *own, fused])

    def prompt(
        self, tokens: Mapping[Modality, Float32], shown: Collection[Modality], fused: int = 0
    ) -> list[list[int]]:
        """The prompt that shows the modalities `shown` of a window; id -1 - j is media row j.

        It comes in the parts that prompts have in common: the start, which is always the same, one
        a modality, the rest. `fused` is the row among the fused ones that belongs to `shown`.
        """
        parts, row = [self.start], len(self._absent)
        for index, modality in enumerate(MODALITIES):
            rows = len(tokens[modality]) if modality in tokens else 0
            places = range(row, row + rows) if modality in shown else (index,)
            parts.append([-1 - place for place in places])
            row += rows
        return [*parts, [-1 - (row + fused), *self._end]]


class RationaleStream:
    """Cuts the rationale out of growing text, without ever showing a part of its closing tag."""

    def __init__(self) -> None:
        self._shown = 0
        self.text = ""
        self.closed = False

    def push(self, written: str) -> str:
        """Take all that has been written so far and return what may newly be shown."""
        body, tag, _ = written.partition(END_THINK)
        self.closed = bool(tag)
        if not self.closed:
            body = body[: len(body) - _overhang(body)]
        new, self._shown = body[self._shown :], len(body)
        self.text = body.strip()
        return new


def _overhang(text: str) -> int:
    """Length of the longest end of `text` that may be the beginning of the closing tag.

    An unfinished character (the replacement sign at the end) waits as well.
    """
    unfinished = len(text) - len(text.rstrip("�"))
    for size in range(len(END_THINK) - 1, 0, -1):
        if text.endswith(END_THINK[:size]):
            return max(size, unfinished)
    return unfinished


def read_answer(written: str) -> str:
    """The text of the first answer after the rationale; empty if there is none."""
    _, _, rest = written.partition(END_THINK)
    _, tag, answer = rest.partition(ANSWER)
    return answer.partition(END_ANSWER)[0].strip() if tag else ""
