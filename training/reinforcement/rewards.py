"""What a completion is paid for, each objective by its own function.

They follow TRL's contract: completions and dataset columns come as lists of equal length, one
reward a completion goes out. A completion that is not well formed (`read_turn`) earns nothing from
any of them, so that no objective can be bought by breaking another's rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from model.claims import WEIGHT_CUES, Claim, find_claims, mentions_modality
from model.cues import Modality
from model.evidence import Evidence
from model.weighing import WEIGHS_FROM
from training.rationales.repetition import said_again
from training.reinforcement.turn import Turn, read_turn, sentences_of

CLAIMS_WANTED = 4
"""True claims that earn the full grounding reward."""
CLAIMS_OF_A_SENTENCE = 4
"""More in one sentence make it a list; those earn nothing."""
WORDS_FEW, WORDS_MANY, WORDS_TOO_MANY = 20, 70, 110

Rewards = list[float]
Reward = Callable[..., Sequence[float | None]]


def accuracy(
    completions: Sequence[str], emotion: Sequence[str | None], **kwargs: Any
) -> list[float | None]:
    """1 if the answer is the labelled emotion, in any of its words.

    Nothing (`None`, which TRL leaves out) where there is no label: face and voice disagree.

    >>> accuracy(["<think>The voice is loud.</think><answer>Anger</answer>"], ["angry"])
    [1.0]
    >>> accuracy(["angry"], ["angry"])
    [0.0]
    """
    return [
        None if truth is None else float(turn is not None and turn.emotion == truth)
        for turn, truth in zip(map(read_turn, completions), emotion, strict=True)
    ]


def consistency(completions: Sequence[str], direct_answer: Sequence[str], **kwargs: Any) -> Rewards:
    """1 if the answer is the one that the reference gives without a rationale.

    >>> consistency(["<think>The voice is loud.</think><answer>Anger</answer>"], ["angry"])
    [1.0]
    """
    return [
        float(turn is not None and turn.emotion == direct)
        for turn, direct in zip(map(read_turn, completions), direct_answer, strict=True)
    ]


def form(completions: Sequence[str], **kwargs: Any) -> Rewards:
    """1 for one rationale of at least one sentence, then one answer that is one emotion.

    >>> form(["<think>The voice is loud.</think><answer>angry</answer>"])
    [1.0]
    >>> form(["<think></think><answer>angry</answer>"])
    [0.0]
    """
    return [
        float(turn is not None and turn.emotion is not None and bool(sentences_of(turn.rationale)))
        for turn in map(read_turn, completions)
    ]


def grounding(completions: Sequence[str], evidence: Sequence[Evidence], **kwargs: Any) -> Rewards:
    """Claims that the clip's measurements bear out, less twice those that they refute; -1 to 1.

    Each cue pays once; named again it costs what a true claim pays. What nobody measures neither
    pays nor costs, nor does a denial that holds: most do, of whatever clip. What is refuted costs
    outside sentences, too.
    Few claims cannot pay in full: saying only what is safe is not an explanation. Nor can silence
    about how much face and voice weigh in the answer, where both are there and one does.

    >>> grounding(["<think>The face is calm.</think><answer>sad</answer>"], [Evidence({}, set())])
    [0.0]
    """
    return [
        _grounding(turn, measured) if turn is not None else 0.0
        for turn, measured in zip(map(read_turn, completions), evidence, strict=True)
    ]


def _grounding(turn: Turn, measured: Evidence) -> float:
    supported: set[str] = set()
    for sentence in sentences_of(turn.rationale):
        claims = _measured(find_claims(sentence, measured.modalities))
        supported |= {
            _subject(claim)
            for claim in claims[:CLAIMS_OF_A_SENTENCE]
            if measured.check(claim, turn.emotion) == "supported" and not claim.negated
        }
    refuted = {
        _subject(claim)
        for claim in _measured(find_claims(turn.rationale, measured.modalities))
        if measured.check(claim, turn.emotion) == "contradicted"
    }
    supported -= refuted
    total = max(len(supported) + len(refuted), CLAIMS_WANTED)
    total += _weighs(measured, turn.emotion) and "weight" not in supported | refuted
    again = said_again(find_claims(turn.rationale))
    return max(-1.0, (len(supported) - 2 * len(refuted) - again) / total)


def _subject(claim: Claim) -> str:
    return "weight" if claim.cue in WEIGHT_CUES else str(claim.cue)


def _weighs(measured: Evidence, answer: str | None) -> bool:
    """Whether there are two modalities, and one of them speaks for the answer."""
    weights = measured.weights.get(answer or "", {})
    return len(measured.modalities) > 1 and max(weights.values(), default=0.0) >= WEIGHS_FROM


def _measured(claims: Sequence[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.cue is not None]


def modality(
    completions: Sequence[str], present: Sequence[Collection[Modality]], **kwargs: Any
) -> Rewards:
    """The share of the modalities present of which a cue is named; -1 if an absent one is.

    >>> modality(["<think>The voice is loud.</think><answer>angry</answer>"], [{"voice"}])
    [1.0]
    >>> modality(["<think>The voice is loud.</think><answer>angry</answer>"], [{"face"}])
    [-1.0]
    """
    return [
        _modality(turn, set(shown)) if turn is not None else 0.0
        for turn, shown in zip(map(read_turn, completions), present, strict=True)
    ]


def _modality(turn: Turn, shown: set[Modality]) -> float:
    if mentions_modality(turn.rationale) - shown:
        return -1.0
    text = " ".join(sentences_of(turn.rationale))
    claims = [claim for claim in _measured(find_claims(text)) if claim.cue not in WEIGHT_CUES]
    claimed = {claim.modality for claim in claims}
    return len(claimed & shown) / len(shown)


def length(completions: Sequence[str], **kwargs: Any) -> Rewards:
    """1 for a rationale of 20-70 words, less for fewer or more, 0 from 110 and without a sentence.

    >>> length(["<think>The voice is loud.</think><answer>angry</answer>"])
    [0.2]
    """
    return [0.0 if turn is None else _length(turn) for turn in map(read_turn, completions)]


def _length(turn: Turn) -> float:
    words = len(turn.rationale.split())
    if not sentences_of(turn.rationale):
        return 0.0
    if words < WORDS_FEW:
        return words / WORDS_FEW
    return min(1.0, max(0.0, (WORDS_TOO_MANY - words) / (WORDS_TOO_MANY - WORDS_MANY)))


class Agreement:
    """1 if a reader that knows the rationale only gives the answer that the completion gives.

    A rationale without a sentence, such as the answer said over and over, earns nothing.

    Args:
        read: a frozen reader: rationales → emotions, of its own or `None`.
    """

    def __init__(self, read: Callable[[Sequence[str]], Sequence[str | None]]) -> None:
        self._read = read
        self.__name__ = "agreement"

    def __call__(self, completions: Sequence[str], **kwargs: Any) -> Rewards:
        """See the class.

        >>> named = Agreement(lambda texts: ["sad" if "sad" in text else None for text in texts])
        >>> named(["<think>This suggests sadness.</think><answer>angry</answer>"])
        [0.0]
        """
        turns = [read_turn(completion) for completion in completions]
        rows = [row for row, turn in enumerate(turns) if turn and sentences_of(turn.rationale)]
        rewards = [0.0] * len(completions)
        if not rows:
            return rewards
        emotions = self._read([turns[row].rationale for row in rows])  # type: ignore[union-attr]
        for row, emotion in zip(rows, emotions, strict=True):
            turn = turns[row]
            rewards[row] = float(
                turn is not None and emotion is not None and turn.emotion == emotion
            )
        return rewards
