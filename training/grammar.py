"""Rationales for the think form of the cold start, written from measured `Evidence`.

Every claim is one that `Evidence.check` supports; nothing is said of a modality that is absent nor
of what was not measured. Variety lies in the frames and connectives; the cue phrases come from
`model.lexicon`. What is said first, how much is said and how sure the conclusion sounds follow from
the evidence, so that a greedy decoder varies with its input too.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.cues import Modality
from model.evidence import RAISED_FROM, STRONG_FROM, Cue, Direction, Evidence, Strength
from model.lexicon import Phrase, clauses, noun_phrases, own_nouns
from training.frames import (
    ABOUT,
    AGREED,
    AGREEING,
    ALONE,
    AND_CLAUSE,
    AND_NOUN,
    ASSOCIATIONS,
    DIFFERING,
    EMOTION_NOUNS,
    FIRST,
    FUSED,
    LEAD,
    ONE_LEADS,
    POINT,
    SECOND,
    SHOW,
    SIGNS,
    TAIL,
    WEAK,
    WITH,
)

MIN_WORDS, MAX_WORDS = 25, 70
SPEAK_FROM = 0.6
"""Deviations are spoken of from here, a little above `RAISED_FROM`, so that a model that errs by a
tenth still makes claims that hold."""
SLIGHT_BELOW, PLAIN_FROM = 1.0, 0.8
FITS_FROM = 0.5
"""Mean signed deviation, over the cues associated with an emotion, that speaks for it."""
_DRAFTS = 60
_NEUTRAL = frozenset(("neutral", "calm"))


@dataclass(frozen=True)
class _Point:
    """A cue and how it is to be said."""

    cue: str
    direction: Direction
    strength: Strength

    def clause(self, rng: random.Random) -> str:
        return rng.choice(clauses(self.cue, self.direction, self.strength))

    def noun_phrase(self, rng: random.Random) -> Phrase:
        return rng.choice(noun_phrases(self.cue, self.direction, self.strength))


def write_rationale(evidence: Evidence, emotion: str, rng: random.Random) -> str:
    """Write the text inside `<think>` that leads from the evidence to an emotion, 25-70 words.

    Raises:
        ValueError: nothing was measured.
    """
    if not _present(evidence):
        raise ValueError("nothing was measured that could be said")
    best, miss = "", math.inf
    for _ in range(_DRAFTS):
        text = _draft(evidence, emotion, rng)
        words = len(text.split())
        if MIN_WORDS <= words <= MAX_WORDS:
            return text
        if (distance := max(MIN_WORDS - words, words - MAX_WORDS)) < miss:
            best, miss = text, distance
    return best


def _draft(evidence: Evidence, emotion: str, rng: random.Random) -> str:
    support = {modality: _support(evidence, modality, emotion) for modality in _present(evidence)}
    order = sorted(support, key=lambda m: _salience(evidence, m) + rng.gauss(0, 0.3), reverse=True)
    share = 4 if len(order) == 1 else rng.choice((2, 2, 3))
    blocks = [
        _block(modality, _points(evidence, modality, emotion, share, rng), rng)
        for modality in order
    ]
    agree = len({value >= FITS_FROM for value in support.values()}) == 1
    return f"{_join_blocks(blocks, agree, rng)} {_conclusion(support, emotion, rng)}"


def _present(evidence: Evidence) -> list[Modality]:
    modalities: tuple[Modality, ...] = ("face", "voice")
    return [modality for modality in modalities if _of(evidence, modality)]


def _of(evidence: Evidence, modality: Modality) -> list[Cue]:
    """The modality's cues that can be said: for some there is no word that calls them typical."""
    cues = [cue for cue in evidence.cues.values() if cue.modality == modality]
    return [cue for cue in cues if abs(cue.deviation) >= RAISED_FROM or own_nouns(cue.name)]


def _salience(evidence: Evidence, modality: Modality) -> float:
    """Mean of the modality's three largest deviations."""
    sizes = sorted((abs(cue.deviation) for cue in _of(evidence, modality)), reverse=True)[:3]
    return sum(sizes) / len(sizes)


def _support(evidence: Evidence, modality: Modality, emotion: str) -> float:
    """How far a modality speaks for an emotion: mean signed deviation of the associated cues."""
    cues = _of(evidence, modality)
    if emotion in _NEUTRAL:
        return 1.25 - sum(abs(cue.deviation) for cue in cues) / len(cues)
    signs = ASSOCIATIONS.get(emotion, {})
    signed = [signs[c.name] * max(-3.0, min(3.0, c.deviation)) for c in cues if c.name in signs]
    return sum(signed) / len(signed) if signed else 0.0


# --- what is said -----------------------------------------------------------------------------


def _points(
    evidence: Evidence, modality: Modality, emotion: str, most: int, rng: random.Random
) -> list[_Point]:
    """The cues to be named, most telling first; at least one."""
    cues = _of(evidence, modality)
    deviating = [cue for cue in cues if abs(cue.deviation) >= SPEAK_FROM]
    typical = [cue for cue in cues if abs(cue.deviation) < RAISED_FROM]
    deviating.sort(key=lambda cue: _telling(cue, emotion, rng), reverse=True)
    rng.shuffle(typical)
    if emotion in _NEUTRAL and typical and rng.random() < 0.7:
        keep = rng.randint(0, most - 1)
        chosen = [*deviating[:keep], *typical[: most - keep]]
        rng.shuffle(chosen)
    else:
        chosen = deviating[:most] or typical[: min(most, rng.choice((1, 2)))]
        if len(chosen) < most and deviating and typical and rng.random() < 0.4:
            chosen.append(typical[0])
    chosen = chosen or [max(cues, key=lambda cue: abs(cue.deviation))]
    return [_point(cue, rng) for cue in chosen[:most]]


def _telling(cue: Cue, emotion: str, rng: random.Random) -> float:
    expected = ASSOCIATIONS.get(emotion, {}).get(cue.name, 0)
    bonus = 1.4 if expected * cue.deviation > 0 else 1.0
    return min(abs(cue.deviation), 4.0) * bonus * math.exp(rng.gauss(0, 0.25))


def _point(cue: Cue, rng: random.Random) -> _Point:
    size = abs(cue.deviation)
    if size < RAISED_FROM:
        return _Point(cue.name, "typical", "plain")
    strength: Strength = "plain"
    if size >= STRONG_FROM:
        strength = rng.choice(("strong", "strong", "strong", "plain"))
    elif size < PLAIN_FROM or (size < SLIGHT_BELOW and rng.random() < 0.5):
        strength = "slight"
    return _Point(cue.name, "raised" if cue.deviation > 0 else "lowered", strength)


# --- how a modality is described --------------------------------------------------------------


def _block(modality: Modality, points: Sequence[_Point], rng: random.Random) -> str:
    """One sentence without its capital and full stop."""
    shape = rng.random()
    if shape < 0.35:
        return _shown(modality, points, rng)
    about = rng.choice(ABOUT[modality])
    if shape < 0.6 and len(points) > 1:
        rest = [point.noun_phrase(rng) for point in points[1:]]
        link = rng.choice(WITH)
        if link.startswith(";") and rest[0].plural:
            link = "; there are also "
        return about.format(points[0].clause(rng) + link + _listed(rest, rng))
    return about.format(_clause_list([point.clause(rng) for point in points], rng))


def _shown(modality: Modality, points: Sequence[_Point], rng: random.Random) -> str:
    phrases = [point.noun_phrase(rng) for point in points]
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


def _join_blocks(blocks: Sequence[str], agree: bool, rng: random.Random) -> str:
    first = blocks[0]
    if not first.startswith(("as ", "to ", "one ", "what ")):
        first = rng.choice(FIRST) + first
    if len(blocks) == 1:
        return _sentence(first)
    if rng.random() < 0.3:
        return _sentence(first + rng.choice(FUSED) + blocks[1])
    links = SECOND + (AGREEING if agree else DIFFERING)
    return f"{_sentence(first)} {_sentence(rng.choice(links) + blocks[1])}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


# --- the conclusion ---------------------------------------------------------------------------


def _conclusion(support: Mapping[Modality, float], emotion: str, rng: random.Random) -> str:
    """Weigh the modalities and name the emotion, as surely as the evidence allows."""
    fitting = [modality for modality, value in support.items() if value >= FITS_FROM]
    leader = max(support, key=lambda modality: support[modality])
    other: Modality = "voice" if leader == "face" else "face"
    if not fitting:
        frames: tuple[str, ...] = WEAK
    elif len(support) == 1:
        frames = ALONE
    else:
        frames = AGREED if len(fitting) == 2 else ONE_LEADS
    frame = rng.choice(frames)
    signs, plural = rng.choice(SIGNS)
    singular, many = rng.choice(POINT)
    agreed_point = many if plural and "{signs}" in frame else singular
    text = frame.format(
        lead=rng.choice(LEAD), signs=signs, point=agreed_point, points=many,
        leader=leader, other=other, emotion=EMOTION_NOUNS.get(emotion, emotion),
    )  # fmt: skip
    pointed = frame.endswith(("{point} {emotion}", "{points} {emotion}"))
    return _sentence(text + (rng.choice(TAIL) if pointed else ""))
