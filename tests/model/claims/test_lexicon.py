"""Everything that the lexicon can say is understood as what was meant."""

from __future__ import annotations

import random

import pytest

from model.claims import Direction, Strength, find_claims
from model.claims.lexicon import ENTRIES, clauses, noun_phrases, own_nouns
from model.cues import CUES

from .test_reader import meanings

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


HEARD = [
    ("A raised eyebrow.", "inner_brow_raiser+ outer_brow_raiser+"),
    ("The brows shoot up.", "inner_brow_raiser+ outer_brow_raiser+"),
    ("She raises her eyebrows.", "inner_brow_raiser+ outer_brow_raiser+"),
    ("She does not raise her eyebrows.", "not inner_brow_raiser+, not outer_brow_raiser+"),
    ("The forehead creases.", "brow_lowerer+"),
    ("She frowned.", "brow_lowerer+"),
    ("His eyes bulge.", "upper_lid_raiser+"),
    ("He is wide-eyed.", "upper_lid_raiser+"),
    ("The eyelids droop.", "upper_lid_raiser-"),
    ("Her eyes are slits.", "lid_tightener+"),
    ("She narrows her eyes.", "lid_tightener+"),
    ("His lip curls.", "upper_lip_raiser+"),
    ("The corners of the mouth curve upward.", "lip_corner_puller+"),
    ("He smirks.", "lip_corner_puller+"),
    ("The corners of the mouth curve downward.", "lip_corner_depressor+"),
    ("The chin bunches up.", "chin_raiser+"),
    ("She is grimacing.", "lip_stretcher+"),
    ("The lips form a thin line.", "lip_pressor+"),
    ("She purses her lips.", "lip_pressor+"),
    ("The mouth is ajar.", "jaw_drop+"),
    ("His jaw clenches.", "jaw_drop-"),
    ("He opens his mouth.", "jaw_drop+"),
    ("The head sinks.", "head_pitch-"),
    ("He hangs his head.", "head_pitch-"),
    ("The pitch soars.", "pitch+"),
    ("The fundamental frequency is lowered.", "pitch-"),
    ("He speaks in a monotone.", "pitch_range-"),
    ("The voice has a lilt.", "pitch_range+"),
    ("The end of the sentence rises.", "pitch_slope+"),
    ("There is uptalk.", "pitch_slope+"),
    ("He booms.", "loudness+"),
    ("They talk in hushed tones.", "loudness-"),
    ("The voice is barely audible.", "loudness-"),
    ("She murmurs.", "loudness-"),
    ("She barely murmurs.", "not loudness-"),
    ("He raises his voice.", "loudness+"),
    ("Without raising his voice he ends.", "not loudness+"),
    ("The volume is constant.", "loudness_range-"),
    ("The pace is brisk.", "speaking_rate+"),
    ("She drawls.", "speaking_rate-"),
    ("She speaks slowly and quietly.", "speaking_rate- loudness-"),
    ("He speaks without pauses.", "pauses-"),
    ("The speech is faltering.", "pauses+"),
    ("The voice is strident.", "brightness+"),
    ("The tone darkens.", "brightness-"),
    ("She frowns deeply.", "brow_lowerer+!"),
    ("He smiles faintly.", "lip_corner_puller+~"),
    ("She smiles slightly less.", "lip_corner_puller-~"),
    ("The other speaker talks fast.", "? voice"),
]


@pytest.mark.parametrize(("text", "expected"), HEARD)
def test_what_people_say_is_understood(text: str, expected: str) -> None:
    assert " ".join(meanings(text)) == expected.replace(",", "")


@pytest.mark.parametrize(
    "text",
    [
        "The face speaks louder than the voice.",
        "He speaks as usual.",
        "The lips are part of the face.",
        "Her open manner narrows the question.",
    ],
)
def test_what_only_sounds_like_a_cue_is_none(text: str) -> None:
    assert find_claims(text) == []
