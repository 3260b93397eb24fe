"""A completion taken apart: `<think>rationale</think><answer>label</answer>`, or nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model.labels import normalise_label
from model.layout import ANSWER, END_ANSWER, END_OF_TURN, END_THINK, THINK

TAGS = (THINK, END_THINK, ANSWER, END_ANSWER)
_TURN = re.compile(
    rf"\s*{THINK}(?P<rationale>.*?){END_THINK}\s*{ANSWER}(?P<answer>.*?){END_ANSWER}\s*", re.DOTALL
)
_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True)
class Turn:
    """The parts of a well-formed completion.

    Attributes:
        emotion: of the answer; `None` if it is not exactly one known emotion.
    """

    rationale: str
    emotion: str | None


def read_turn(completion: str) -> Turn | None:
    """Read a completion; `None` unless each tag stands in it once, in order, round everything.

    >>> read_turn("<think>The voice is loud.</think><answer>Anger</answer>")
    Turn(rationale='The voice is loud.', emotion='angry')
    >>> read_turn("<think>a</think><answer>sad</answer><answer>happy</answer>") is None
    True
    """
    text = completion.removesuffix(END_OF_TURN)
    if any(text.count(tag) != 1 for tag in TAGS):
        return None
    found = _TURN.fullmatch(text)
    if found is None:
        return None
    return Turn(found["rationale"].strip(), normalise_label(found["answer"]))


def sentences_of(rationale: str) -> list[str]:
    """The rationale's sentences: of four words and more, with a capital and a full stop.

    A bare list of cues, a label echoed or a fragment is none.

    >>> sentences_of("loud voice, raised brows. The voice is loud. sad")
    ['The voice is loud.']
    """
    parts = re.findall(r"[^.!?]+[.!?]", rationale)
    stripped = [part.strip() for part in parts]
    return [s for s in stripped if s[0].isupper() and len(_WORD.findall(s)) >= 4]
