"""What every emotion is called on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from model.sentence import QT_TRANSLATE_NOOP

EMOTION_NAMES: Mapping[str, str] = {
    "angry": QT_TRANSLATE_NOOP("emotion", "Angry"),
    "disgust": QT_TRANSLATE_NOOP("emotion", "Disgust"),
    "fear": QT_TRANSLATE_NOOP("emotion", "Fear"),
    "happy": QT_TRANSLATE_NOOP("emotion", "Happy"),
    "neutral": QT_TRANSLATE_NOOP("emotion", "Neutral"),
    "sad": QT_TRANSLATE_NOOP("emotion", "Sad"),
    "surprise": QT_TRANSLATE_NOOP("emotion", "Surprise"),
    "calm": QT_TRANSLATE_NOOP("emotion", "Calm"),
    "boredom": QT_TRANSLATE_NOOP("emotion", "Boredom"),
    "contempt": QT_TRANSLATE_NOOP("emotion", "Contempt"),
    "anxiety": QT_TRANSLATE_NOOP("emotion", "Anxiety"),
    "helplessness": QT_TRANSLATE_NOOP("emotion", "Helplessness"),
    "disappointment": QT_TRANSLATE_NOOP("emotion", "Disappointment"),
}


def ranked(probabilities: Mapping[str, float]) -> list[tuple[str, float]]:
    """Labels with their probabilities, the most probable first."""
    return sorted(probabilities.items(), key=lambda item: -item[1])


def percent(probability: float) -> str:
    """A probability as it is shown.

    >>> percent(0.724)
    '72 %'
    """
    return f"{probability * 100:.0f} %"
