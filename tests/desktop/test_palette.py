"""Text can be read on every ground it stands on, and no two emotions share a colour."""

from __future__ import annotations

from itertools import combinations

import pytest

from desktop.palette import (
    CARD,
    EMOTION_COLOURS,
    INK,
    LINK,
    LOWERED,
    MODALITY_TONES,
    MUTED,
    PAPER,
    RAISED,
    VERDICT_SIGNS,
    VERDICT_TONES,
    Tone,
)
from model.labels import LABEL_SETS

TEXTS = [INK, MUTED, LINK, *MODALITY_TONES.values(), *VERDICT_TONES.values()]


def channels(colour: str) -> list[float]:
    assert len(colour) == 7
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("ground", [PAPER, CARD])
def test_text_is_legible_in_both_themes(text: Tone, ground: Tone) -> None:
    assert contrast(text.light, ground.light) >= 4.5
    assert contrast(text.dark, ground.dark) >= 4.5


def test_every_emotion_has_a_colour_of_its_own() -> None:
    assert set(EMOTION_COLOURS) == {label for labels in LABEL_SETS.values() for label in labels}
    assert len(set(EMOTION_COLOURS.values())) == len(EMOTION_COLOURS)
    for one, other in combinations(EMOTION_COLOURS.values(), 2):
        pairs = zip(channels(one), channels(other), strict=True)
        assert sum(abs(a - b) for a, b in pairs) > 0.15, (one, other)


def test_verdicts_are_told_apart_without_colour() -> None:
    assert len(set(VERDICT_SIGNS.values())) == len(VERDICT_SIGNS) == len(VERDICT_TONES)


def test_raised_and_lowered_are_not_taken_for_face_and_voice() -> None:
    tones = {colour for t in MODALITY_TONES.values() for colour in (t.light, t.dark)}
    assert RAISED != LOWERED
    assert not {RAISED, LOWERED} & tones
