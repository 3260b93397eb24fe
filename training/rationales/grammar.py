"""Rationales for the think form of the cold start, written from measured `Evidence`.

Every claim is one that `Evidence.check` supports; nothing is said of a modality that is absent nor
of what was not measured. What is said follows from the evidence alone: a modality's cues are named
in the order in which they deviate, each in the words that its size asks for. How it is said follows
from what is said: the leading cue chooses the sentence, a cue's level chooses its phrase. So there
are hundreds of phrasings, each by a rule that a small network can learn; another voice changes the
sentences about the voice and leaves those about the face; and nothing in front of the emotion's
name gives away which it will be.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.claims import Direction, Strength
from model.claims.lexicon import Phrase, clauses, noun_phrases, own_nouns
from model.cues import Modality
from model.evidence import PLAIN_FROM, SPEAK_FROM, STRONG_FROM, Cue, Evidence
from model.weighing import weight_states
from training.rationales.frames import (
    ABOUT,
    AGREED,
    ALONE,
    AND_CLAUSE,
    AND_NOUN,
    BEST,
    EMOTION_NOUNS,
    FIRST,
    LEAD,
    ONE_LEADS,
    POINT,
    SECOND,
    SHOW,
    SIGNS,
    VERDICT,
    WEAK,
    WITH,
)

WORDS_OF_TWO, WORDS_ALONE = (9, 29), (17, 58)
"""Least and most words of a modality's sentence, beside the other's and alone."""
MIN_WORDS, MAX_WORDS = 20, 70
_DRAFTS = 60


@dataclass(frozen=True)
class _Point:
    """A cue and how it is to be said."""

    cue: str
    direction: Direction
    strength: Strength

    @classmethod
    def of(cls, cue: Cue) -> _Point:
        size = abs(cue.deviation)
        if size < SPEAK_FROM:
            return cls(cue.name, "typical", "plain")
        strength: Strength = (
            "strong" if size >= STRONG_FROM else "plain" if size >= PLAIN_FROM else "slight"
        )
        return cls(cue.name, "raised" if cue.deviation > 0 else "lowered", strength)

    def clause(self, rng: random.Random) -> str:
        return rng.choice(clauses(self.cue, self.direction, self.strength))

    def noun_phrase(self, rng: random.Random) -> Phrase:
        return rng.choice(noun_phrases(self.cue, self.direction, self.strength))


def write_rationale(evidence: Evidence, emotion: str) -> str:
    """Write the text inside `<think>` that leads from the evidence to an emotion.

    How far face and voice speak for it is said where the evidence knows how much they weigh.
    It has 20-70 words; only evidence of very few cues gives fewer.

    Raises:
        ValueError: nothing was measured.
    """
    present = _present(evidence)
    if not present:
        raise ValueError("nothing was measured that could be said")
    alone = len(present) == 1
    points = {m: _points(evidence, m, 3 if alone else 2) for m in present}
    sentences = [
        _block(modality, points[modality], openings, alone)
        for modality, openings in zip(present, (FIRST, SECOND), strict=False)
    ]
    return " ".join([*sentences, _conclusion(points, evidence.weights.get(emotion), emotion)])


def _present(evidence: Evidence) -> list[Modality]:
    modalities: tuple[Modality, ...] = ("face", "voice")
    return [modality for modality in modalities if _of(evidence, modality)]


def _of(evidence: Evidence, modality: Modality) -> list[Cue]:
    """The modality's cues that can be said: for some there is no word that calls them typical."""
    cues = [cue for cue in evidence.cues.values() if cue.modality == modality]
    return [cue for cue in cues if abs(cue.deviation) >= SPEAK_FROM or own_nouns(cue.name)]


def _points(evidence: Evidence, modality: Modality, least: int) -> list[_Point]:
    """The cues to be named, most deviating first: all that deviate clearly, within limits."""
    cues = sorted(_of(evidence, modality), key=lambda cue: -abs(cue.deviation))
    clear = sum(abs(cue.deviation) >= PLAIN_FROM for cue in cues)
    return [_Point.of(cue) for cue in cues[: min(max(clear, least), least + 1)]]


def _chooser(*what: object) -> random.Random:
    """Random choices that are always the same for the same `what`."""
    return random.Random("/".join(str(part) for part in what))


# --- how a modality is described --------------------------------------------------------------


def _block(
    modality: Modality, points: Sequence[_Point], openings: Sequence[str], alone: bool
) -> str:
    """One sentence about one modality: the first draft of fitting length, or the nearest."""
    drafts = (_draft(modality, points, openings, draft) for draft in range(_DRAFTS))
    least, most = WORDS_ALONE if alone else WORDS_OF_TWO
    nearest, nearest_error = "", math.inf
    for text in drafts:
        words = len(text.split())
        error = max(least - words, words - most, 0)
        if error < nearest_error:
            nearest, nearest_error = text, error
        if not error:
            break
    return nearest


def _draft(
    modality: Modality, points: Sequence[_Point], openings: Sequence[str], draft: int
) -> str:
    """The leading cue and its direction choose the sentence, a cue's level its phrase."""
    lead = points[0]
    rng = _chooser(lead.cue, lead.direction, len(points), draft)
    phrases = [_chooser(point, draft) for point in points]
    shape = rng.random()
    if shape < 0.4:
        named = [p.noun_phrase(c) for p, c in zip(points, phrases, strict=True)]
        text = _shown(modality, named, rng)
    elif shape < 0.7 and len(points) > 1:
        rest = [p.noun_phrase(c) for p, c in zip(points[1:], phrases[1:], strict=True)]
        link = rng.choice(WITH)
        if link.startswith(";") and rest[0].plural:
            link = "; there are also "
        listed = " and ".join(phrase.text for phrase in rest)
        text = rng.choice(ABOUT[modality]).format(lead.clause(phrases[0]) + link + listed)
    else:
        listed = _clause_list([p.clause(c) for p, c in zip(points, phrases, strict=True)], rng)
        text = rng.choice(ABOUT[modality]).format(listed)
    if not text.startswith(("as ", "to ", "one ", "what ", "in ", "on ")):
        text = rng.choice(openings) + text
    return _sentence(text)


def _shown(modality: Modality, phrases: Sequence[Phrase], rng: random.Random) -> str:
    many = len(phrases) > 1
    return (
        rng.choice(SHOW[modality])
        .replace("{be}", "are" if phrases[0].plural else "is")
        .replace("{stand}", "stand" if many or phrases[0].plural else "stands")
        .format(_listed(phrases, rng))
    )


def _listed(phrases: Sequence[Phrase], rng: random.Random) -> str:
    texts = [phrase.text for phrase in phrases]
    if len(texts) == 1:
        return texts[0]
    return ", ".join(texts[:-1]) + rng.choice(AND_NOUN) + texts[-1]


def _clause_list(texts: Sequence[str], rng: random.Random) -> str:
    if len(texts) == 1:
        return texts[0]
    return rng.choice((", ", "; ")).join(texts[:-1]) + rng.choice(AND_CLAUSE) + texts[-1]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


# --- the conclusion ---------------------------------------------------------------------------


def _conclusion(
    points: Mapping[Modality, Sequence[_Point]],
    weights: Mapping[Modality, float] | None,
    emotion: str,
) -> str:
    """Name the emotion, then say how far face and voice speak for it, where that is known."""
    rng = _chooser(*((leading[0].cue, leading[0].direction) for leading in points.values()))
    signs, plural = rng.choice(SIGNS)
    singular, many = rng.choice(POINT)
    frame = rng.choice(VERDICT)
    verdict = frame.format(
        lead=rng.choice(LEAD), signs=signs, point=many if plural else singular,
        emotion=EMOTION_NOUNS.get(emotion, emotion),
    )  # fmt: skip
    weighed = "" if weights is None else _weighed(points, weights)
    return _sentence(verdict + ("" if frame in BEST and weighed in ALONE else weighed))


def _weighed(points: Mapping[Modality, Sequence[_Point]], weights: Mapping[Modality, float]) -> str:
    """How far the modalities speak for the emotion; true of weights a little off, too."""
    leader = max(points, key=lambda modality: weights.get(modality, 0.0))
    other: Modality = "voice" if leader == "face" else "face"
    *_, both, faint = weight_states(weights.get("face", 0.0), weights.get("voice", 0.0))
    ends = WEAK if faint else ALONE if len(points) == 1 else AGREED if both else ONE_LEADS
    lead = points[leader][0]
    return _chooser(lead.cue, lead.direction).choice(ends).format(leader=leader, other=other)
