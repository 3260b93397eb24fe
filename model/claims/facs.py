"""Codes of the Facial Action Coding System in a text: "AU1+2", "AUs 4 and 7", "AU12C".

Ekman, Friesen and Hager (2002). Each code becomes one word ("au12") that says what its action unit
says; the letter of an intensity, A to E, becomes the adjective that a text would have there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from model.claims.claim import Direction
from model.cues import CUES

Word = tuple[str, int, int]
"""A word of a text, and from where to where it stands."""

FACS_ACTS: Mapping[str, tuple[str, Direction]] = {
    **{kind.action_unit.lower(): (name, "raised") for name, kind in CUES.items()
       if kind.action_unit},
    "au27": ("jaw_drop", "raised"),
    "au53": ("head_pitch", "raised"),
    "au54": ("head_pitch", "lowered"),
}  # fmt: skip
"""AU27 is a mouth stretched wide open; AU53 and AU54 are a head that is up and down."""
FACS_UNMEASURED = frozenset(f"au{number}" for number in range(1, 100)) - FACS_ACTS.keys()

_INTENSITY = {"a": "slight", "b": "slight", "d": "strong", "e": "strong"}
"""Trace and slight; severe and maximum. C is marked or pronounced, and everything between."""
_FIRST = re.compile(r"aus?(\d{1,2})([a-e]?)")
_NUMBER = re.compile(r"(\d{1,2})([a-e]?)")
_HEADS = (["au"], ["aus"], ["action", "unit"], ["action", "units"])
_JOINS = frozenset((",", "+", "/", "and", "or", "&", "with"))


def spell_out(words: Sequence[Word]) -> list[Word]:
    """The same words with each code as one word, wherever the first of a row is named so.

    >>> [word for word, _, _ in spell_out([("au", 0, 2), ("1", 3, 4), ("+", 4, 5), ("2", 5, 6)])]
    ['au1', '+', 'au2']
    """
    if not any(word.startswith(("au", "action")) for word, _, _ in words):
        return list(words)
    found: list[Word] = []
    listed, at = False, 0
    while at < len(words):
        text, start, end = words[at]
        head = _head(words, at)
        code = _FIRST.fullmatch(text)
        if head:
            code, end = _NUMBER.fullmatch(words[at + head][0]), words[at + head][2]
        elif code is None and listed and _goes_on(words, at):
            code = _NUMBER.fullmatch(text)
        if code is not None and int(code[1]):
            if code[2] in _INTENSITY:
                found.append((_INTENSITY[code[2]], start, start))
            found.append((f"au{int(code[1])}", start, end))
            listed, at = True, at + head + 1
        else:
            found.append(words[at])
            listed, at = listed and text in _JOINS, at + 1
    return found


def _head(words: Sequence[Word], at: int) -> int:
    """How many words in front of a number say that it is a code."""
    for head in _HEADS:
        behind = at + len(head)
        if [word for word, _, _ in words[at:behind]] == head and behind < len(words):
            return len(head) if _NUMBER.fullmatch(words[behind][0]) else 0
    return 0


def _goes_on(words: Sequence[Word], at: int) -> bool:
    """Whether the number at `at` belongs to the row before it, as not in "AU1 and 2 people"."""
    if at and words[at - 1][0] in ("+", "/"):
        return True
    after = words[at + 1][0] if at + 1 < len(words) else "."
    return not after[0].isalpha() or after in _JOINS or after in ("are", "is", "at", "in", "were")
