"""Label sets as data, and the one normaliser that rewards, evaluation and the app share."""

from __future__ import annotations

import string

LABEL_SETS: dict[str, tuple[str, ...]] = {
    "dfew": ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"),
    "fer2013": ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"),
    "ravdess": ("angry", "calm", "disgust", "fear", "happy", "neutral", "sad", "surprise"),
    "emodb": ("angry", "boredom", "disgust", "fear", "happy", "neutral", "sad"),
    "crema-d": ("angry", "disgust", "fear", "happy", "neutral", "sad"),
    "mafw": (
        "angry", "disgust", "fear", "happy", "neutral", "sad", "surprise",
        "contempt", "anxiety", "helplessness", "disappointment",
    ),
}  # fmt: skip

DEFAULT_LABEL_SET = "dfew"

_SYNONYMS = {
    "anger": "angry", "furious": "angry", "mad": "angry",
    "disgusted": "disgust",
    "afraid": "fear", "fearful": "fear", "scared": "fear",
    "happiness": "happy", "joy": "happy", "joyful": "happy", "amused": "happy",
    "sadness": "sad", "unhappy": "sad", "sorrow": "sad",
    "surprised": "surprise",
    "bored": "boredom",
    "contemptuous": "contempt",
    "anxious": "anxiety", "worried": "anxiety",
    "helpless": "helplessness",
    "disappointed": "disappointment",
    "calmness": "calm",
}  # fmt: skip

_KNOWN = {label for labels in LABEL_SETS.values() for label in labels}
_AROUND = string.whitespace + ".,;:\"'`()[]*_«»\u2018\u2019\u201c\u201d"
"""What a word may stand in; anything else, such as "?" or a sign within the word, is part of it."""


def normalise_label(text: str) -> str | None:
    """Map one emotion word to the project's vocabulary; `None` if it is not a known emotion.

    >>> normalise_label(" Anger.")
    'angry'
    >>> normalise_label("happy or sad") is None
    True
    """
    word = text.strip().lstrip(_AROUND).rstrip(_AROUND + "!").lower()
    word = _SYNONYMS.get(word, word)
    return word if word in _KNOWN else None
