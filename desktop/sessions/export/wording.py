"""Words and figures that every export shares."""

from __future__ import annotations

import re
from collections.abc import Mapping

from model.analysis import Analysis
from model.cues import CUES
from model.evidence import SPEAK_FROM, Cue, Verdict

OBSERVED = "cues observed"
INFERRED = "emotion inferred"
EXPLANATION = "the model's explanation"
NOTICE = (
    "These results are estimates: how well each emotion word fits what was seen and heard, in the "
    "judgement of a model that errs. They are not a readout of what anybody feels.",
    "Not for use on staff, candidates, pupils or students.",
)
VERDICT_WORDS: Mapping[Verdict, str] = {
    "supported": "supported by the measurement",
    "contradicted": "contradicted by the measurement",
    "unmeasurable": "not measured",
}

# What XML 1.0, and so HTML, has no way to write down.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """The text with every character that no markup can hold replaced by U+FFFD."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """The text with every run of white space made one space."""
    return " ".join(printable(text).split())


def with_words(what: str, words: str) -> str:
    """What it is, and what the user wrote of it, if anything."""
    return f"{what}: {words}" if words else what


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{share:.0%}"


def answer(analysis: Analysis) -> str:
    """The inferred emotion with its probability, and whether to rely on it."""
    probability = percent(analysis.probabilities[analysis.emotion])
    return f"{analysis.emotion} ({probability}{', unsure' if analysis.unsure else ''})"


def cue_title(name: str) -> str:
    """A cue's name for people, with its facial action unit."""
    unit = CUES[name].action_unit
    return name.replace("_", " ") + (f" ({unit})" if unit else "")


def notable_cues(analysis: Analysis) -> list[Cue]:
    """The observed cues far enough from their reference to be spoken of, the furthest first."""
    notable = [cue for cue in analysis.cues if abs(cue.deviation) >= SPEAK_FROM]
    return sorted(notable, key=lambda cue: -abs(cue.deviation))


def said_cues(cues: list[Cue]) -> str:
    """Cues with their deviations in standard deviations, in one line."""
    said = [f"{cue.modality} {cue_title(cue.name)} {signed(cue.deviation)} SD" for cue in cues]
    return "; ".join(said) if said else "nothing out of the ordinary"


def signed(value: float) -> str:
    """A number with one decimal and always a sign."""
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")
