"""Colours and signs, in one place for the window and the reports.

The hues are those of Okabe and Ito (2008), which people with any colour vision can tell apart.
Where text is set in a hue, it is darkened for a light ground so that the contrast is at least
4.5:1 (WCAG 2, AA). No colour carries a meaning alone: a sign, a word or a place says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.cues import Modality
    from model.evidence import Verdict


@dataclass(frozen=True)
class Tone:
    """One colour on a light and on a dark ground, as `#rrggbb`."""

    light: str
    dark: str


PAPER = Tone("#ffffff", "#15171b")
CARD = Tone("#f3f4f6", "#20242a")
RULE = Tone("#c9cdd4", "#454c57")
INK = Tone("#1b1d21", "#e8eaed")
MUTED = Tone("#555b66", "#a9b0bb")
BLUE = Tone("#0067a3", "#56b4e9")
LINK = BLUE
CHOSEN, ON_CHOSEN = Tone("#0072b2", BLUE.dark), Tone("#ffffff", "#15171b")
"""What is chosen; Qt draws the ring of what has the focus in a darker shade of it."""

MODALITY_TONES: Mapping[Modality, Tone] = {
    "face": BLUE,
    "voice": Tone("#a84a00", "#e69f00"),
}
VERDICT_TONES: Mapping[Verdict, Tone] = {
    "supported": Tone("#00694b", "#35c79b"),
    "contradicted": Tone("#9b3f73", "#e08fbb"),
    "unmeasurable": MUTED,
}
VERDICT_SIGNS: Mapping[Verdict, str] = {
    "supported": "✓",
    "contradicted": "✗",
    "unmeasurable": "–",
}

RAISED, LOWERED = "#cc79a7", "#009e73"
"""Areas of cues that lie above and below their reference; not the hues of face and voice."""

EMOTION_COLOURS: Mapping[str, str] = {
    "angry": "#d55e00",
    "disgust": "#009e73",
    "fear": "#cc79a7",
    "happy": "#e69f00",
    "neutral": "#999999",
    "sad": "#0072b2",
    "surprise": "#f0e442",
    "calm": "#56b4e9",
    # Darker and lighter relatives; their opposites are not in the same label set.
    "boredom": "#6b5f57",
    "contempt": "#005c43",
    "anxiety": "#8e3d6b",
    "helplessness": "#a5d8f3",
    "disappointment": "#00395c",
}
"""Areas of every emotion that `model.labels` knows."""
