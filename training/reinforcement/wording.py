"""Pay for English: a rationale is written in word pairs that others were written in before.

Every other objective reads what it knows and passes over the rest: word salad around true claims
earned everything. The language of rationales is narrow, so a few thousand of them hold nearly all
pairs of neighbouring words that belong in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from training.reinforcement.turn import read_turn, sentences_of

ODD_PAIRS = 4
"""Unseen word pairs that cost the whole reward; one odd word makes two of them."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]|_")
_EDGE = ""


def word_pairs(text: str) -> Iterator[tuple[str, str]]:
    """Neighbouring words and signs of a text, its beginning and its end among them.

    >>> list(word_pairs("Loud."))
    [('', 'loud'), ('loud', '.'), ('.', '')]
    """
    return pairwise([_EDGE, *_WORD.findall(text.lower()), _EDGE])


class Wording:
    """1 for a rationale all of whose word pairs are known, less for each other, 0 from `ODD_PAIRS`.

    Args:
        known: rationales that are written well.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(pair for text in known for pair in word_pairs(text))
        self.__name__ = "wording"

    def __call__(self, completions: Sequence[str], **kwargs: Any) -> list[float]:
        """See the class.

        >>> taught = Wording(["The voice is loud. This suggests anger."])
        >>> taught(["<think>The voice is anger.</think><answer>sad</answer>"])
        [0.75]
        >>> taught(["<think>Loud the anger is voice.</think><answer>angry</answer>"])
        [0.0]
        """
        turns = map(read_turn, completions)
        return [0.0 if turn is None else self._share(turn.rationale) for turn in turns]

    def _share(self, rationale: str) -> float:
        if not sentences_of(rationale):
            return 0.0
        odd = sum(pair not in self._known for pair in word_pairs(rationale))
        return max(0.0, 1.0 - odd / ODD_PAIRS)
