"""Everything that the lexicon can say is understood as what was meant."""

from __future__ import annotations

import random

import pytest

from model.claims import find_claims
from model.cues import CUES
from model.evidence import Direction, Strength
from model.lexicon import ENTRIES, clauses, noun_phrases, own_nouns

STRENGTHS: tuple[Strength, ...] = ("slight", "plain", "strong")
MEANINGS: list[tuple[str, Direction, Strength]] = [
    (cue, direction, strength)
    for cue in CUES
    for direction in ("raised", "lowered")
    for strength in STRENGTHS
] + [(cue, "typical", "plain") for cue in CUES if own_nouns(cue)]


def sayings(cue: str, direction: Direction, strength: Strength) -> list[str]:
    phrases = [phrase.text for phrase in noun_phrases(cue, direction, strength)]
    return sorted({*clauses(cue, direction, strength), *phrases})


def test_every_cue_has_an_entry() -> None:
    assert set(ENTRIES) == set(CUES)


@pytest.mark.parametrize(("cue", "direction", "strength"), MEANINGS)
def test_a_saying_is_understood_as_meant(
    cue: str, direction: Direction, strength: Strength
) -> None:
    said = sayings(cue, direction, strength)
    assert len(said) >= 12
    for text in random.Random(0).sample(said, min(20, len(said))):
        found = find_claims(text)
        meaning = [(c.cue, c.direction, c.strength, c.negated) for c in found]
        assert meaning == [(cue, direction, strength, False)], text
        assert found[0].modality == CUES[cue].modality


def test_a_cue_without_nouns_of_its_own_is_never_called_typical() -> None:
    assert not own_nouns("lip_pressor")
    assert clauses("lip_pressor", "typical", "plain") == ()


def test_articles_fit_their_nouns() -> None:
    for meaning in MEANINGS:
        for phrase in noun_phrases(*meaning):
            words = phrase.text.split()
            assert not (words[0] == "a" and words[1][0] in "aeio"), phrase
            assert not (words[0] == "an" and words[1][0] not in "aeiou"), phrase
            assert not (phrase.plural and words[0] in ("a", "an")), phrase
