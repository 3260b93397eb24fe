"""Batches of the cold start: one prompt, two branches.

The direct answer and the think form share their prompt (half of the tokens), so both are learned in
one sequence: the direct branch is laid behind the think branch, takes up the positions that follow
the prompt, and attends to the prompt and to itself only.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from model.layout import ANSWER, END_ANSWER, END_OF_TURN, END_THINK
from model.network.processing import OmniProcessor, prompt_text
from model.weighing import weight_word
from training.data.pairs import Window
from training.rationales.frames import EMOTION_NOUNS

IGNORED = -100


def told_word(window: Window) -> str:
    """What the window's own rationale is told to weigh: it is about the labelled emotion."""
    return weight_word(window.evidence.weights.get(window.emotion, {}))


@dataclass(frozen=True)
class Decision:
    """Where in a sequence an emotion is chosen, and what else could have been said there.

    Attributes:
        place: index of the token that decides.
        ids: the token that would stand there for each class.
    """

    place: int
    ids: list[int]


@dataclass(frozen=True)
class Sequences:
    """Token ids of one window: prompt, think branch, direct branch; and where they decide.

    `lead` is what the think branch begins with: given, not learned. From the name of the emotion to
    the end of the rationale is its `verdict`: tokens `verdict.start` to `verdict.stop`.
    """

    prompt: list[int]
    lead: list[int]
    think: list[int]
    direct: list[int]
    decisions: list[Decision] = field(default_factory=list)
    verdict: range = range(0)

    def __len__(self) -> int:
        return len(self.prompt) + len(self.think) + len(self.direct)


@dataclass
class BranchCollator:
    """Turns dataset rows `{"index": i}` into batches.

    Attributes:
        window_of: makes window `index`, with random numbers of its own.
        rationale_of: writes the rationale of a window; `None` trains the direct form only.
        answer_weight: weight of a direct answer's tokens, and of a rationale's verdict, beside the
            rationale's other tokens: what it is, and how much face and voice weigh in it.
        classes: if given, batches tell where an emotion is chosen: `decision_at` (n, 2), -1 where
            there is none, and `decision_ids` (n, 2, classes), `Decision`'s fields.
    """

    processor: OmniProcessor
    window_of: Callable[[int, random.Random], Window]
    rationale_of: Callable[[Window], str] | None
    answer_weight: float = 4.0
    seed: int = 0
    classes: Sequence[str] = ()

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, Tensor]:
        windows, sequences = [], []
        for row in rows:
            index = int(row["index"])
            rng = random.Random(f"{self.seed}/{index}")
            window = self.window_of(index, rng)
            windows.append(dict(window.media))
            sequences.append(self._sequences(window))
        batch = {**self._tokens(sequences), **self.processor.media_tensors(windows)}
        if self.classes:
            batch.update(self._decisions(sequences))
        return batch

    def _sequences(self, window: Window) -> Sequences:
        answer = f"{window.emotion}{END_ANSWER}{END_OF_TURN}"
        # Tags are encoded apart from what they enclose, as the decoder meets them.
        direct = self.processor.ids(ANSWER) + self.processor.ids(answer)
        prompt = self.processor.ids(prompt_text(list(window.media)))
        lead, think = list[int](), list[int]()
        decisions, verdict = [], range(0)
        if self.rationale_of is not None:
            rationale = self.rationale_of(window)
            lead = self.processor.think(told_word(window))
            think = lead + self.processor.ids(rationale + END_THINK)
            decisions += self._conclusion(rationale, window.emotion, len(prompt) + len(lead))
            if decisions:
                verdict = range(decisions[0].place, len(prompt) + len(think))
            think += direct
        tag = len(self.processor.ids(ANSWER))
        ids = [self.processor.ids(label)[0] for label in self.classes]
        decisions.append(Decision(len(prompt) + len(think) + tag, ids))
        return Sequences(prompt, lead, think, direct, decisions, verdict)

    def _conclusion(self, rationale: str, emotion: str, start: int) -> list[Decision]:
        """Where a rationale that begins at `start` names its emotion."""
        at = rationale.lower().rfind(EMOTION_NOUNS.get(emotion, emotion))
        if at < 1:
            return []
        nouns = [EMOTION_NOUNS.get(label, label) for label in self.classes]
        if rationale[at].isupper():
            nouns = [noun.capitalize() for noun in nouns]
        ids = [self.processor.ids(f" {noun}")[0] for noun in nouns]
        return [Decision(start + len(self.processor.ids(rationale[: at - 1])), ids)]

    def _decisions(self, sequences: list[Sequences]) -> dict[str, Tensor]:
        at = torch.full((len(sequences), 2), -1)
        ids = torch.zeros(len(sequences), 2, len(self.classes), dtype=torch.long)
        for row, sequence in enumerate(sequences):
            for column, decision in enumerate(sequence.decisions):
                at[row, column] = decision.place
                ids[row, column] = torch.tensor(decision.ids)
        return {"decision_at": at, "decision_ids": ids}

    def _tokens(self, sequences: list[Sequences]) -> dict[str, Tensor]:
        shape = len(sequences), max(len(s) for s in sequences)
        ids = torch.full(shape, int(self.processor.tokenizer.pad_token_id))
        labels = torch.full(shape, IGNORED)
        positions, weights = torch.zeros(shape, dtype=torch.long), torch.zeros(shape)
        allowed = torch.eye(shape[1], dtype=torch.bool).repeat(shape[0], 1, 1)
        tag = len(self.processor.ids(ANSWER))
        for row, s in enumerate(sequences):
            start, middle, end = len(s.prompt), len(s.prompt) + len(s.think), len(s)
            ids[row, :end] = torch.tensor(s.prompt + s.think + s.direct)
            positions[row, :middle] = torch.arange(middle)
            positions[row, middle:end] = torch.arange(start, start + len(s.direct))
            causal = torch.ones(end, end, dtype=torch.bool).tril()
            causal[middle:, start:middle] = False
            allowed[row, :end, :end] = causal
            # What a branch begins with is given, not learned: it selects the form.
            branches = (start + len(s.lead), middle, 1.0), (middle + tag, end, self.answer_weight)
            for first, last, weight in branches:
                learned = slice(first, last)
                labels[row, learned] = ids[row, learned]
                weights[row, learned] = weight
            weights[row, s.verdict.start : s.verdict.stop] = self.answer_weight
        mask = torch.zeros(allowed.shape).masked_fill(~allowed, torch.finfo(torch.float32).min)
        return {
            "input_ids": ids,
            "attention_mask": mask.unsqueeze(1),
            "position_ids": positions,
            "labels": labels,
            "token_weights": weights,
        }
