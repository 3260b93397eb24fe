"""Prompts share what they have in common, and nothing else."""

from __future__ import annotations

import numpy as np

from model.runtime.window_prompts import WindowPrompts

FACE, VOICE = frozenset(("face",)), frozenset(("voice",))
BOTH = FACE | VOICE
PARTS = {
    FACE: [[1, 2], [-3, -4], [-2], [-8, 5]],
    VOICE: [[1, 2], [-1], [-5, -6], [-9, 5]],
    BOTH: [[1, 2], [-3, -4], [-5, -6], [-10, 5]],
}


class Paper:
    """Stands in for the decoder: notes each token and what it follows."""

    def __init__(self) -> None:
        self.tokens = [(1, -1), (2, 0)]

    def grow(self, ids, after: int) -> int:
        for token in ids:
            self.tokens.append((token, after))
            after = len(self.tokens) - 1
        return after

    def text(self, node: int) -> list[int]:
        found = []
        while node >= 0:
            token, node = self.tokens[node]
            found.append(token)
        return found[::-1]


def test_every_prompt_is_whole_and_common_parts_are_there_once() -> None:
    paper = Paper()
    prompts = WindowPrompts(paper, 1, PARTS, np.zeros((0, 4), np.float32))
    for shown in (BOTH, FACE, VOICE, BOTH):
        expected = [token for part in PARTS[shown] for token in part]
        assert paper.text(prompts.node(shown)) == expected
    tokens = [token for token, _ in paper.tokens]
    assert tokens.count(-3) == tokens.count(1) == 1  # the face's and the start's
    assert tokens.count(-5) == 2  # the voice follows a face, and none
    assert len(tokens) == 2 + 6 + 3 + 5
