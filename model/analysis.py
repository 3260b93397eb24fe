"""`Analysis`: what the model says of one window, and the options that it was asked with.

Command line, window, session store and reports all read this one type; it needs neither numpy nor
onnxruntime, so that they can be imported without loading the engine.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from model.errors import ConfigError
from model.labels import DEFAULT_LABEL_SET, LABEL_SETS, normalise_label

if TYPE_CHECKING:
    from model.baseline import Kind
    from model.cues import Modality
    from model.evidence import Cue, Verdict

ComparedWith = Literal["none", "neutral", "running", "recording"]

LONGEST_WINDOW_S = 86_400.0
"""A day: no recording is judged as one window longer than that, and its length can be reckoned."""


@dataclass(frozen=True)
class AnalysisOptions:
    """How a file is to be analysed.

    Attributes:
        modality: what may be used, even where the file holds more.
        labels: the emotions to choose from.
        baseline: whom cues are compared with: people at large ("none"), this person's neutral
            clip, the mean of this person's earlier windows ("running"), or that of all others of
            the recording, later ones too ("recording"), which a live window cannot have.
        neutral: the neutral clip of `baseline="neutral"`.
        window_s, hop_s: length of a window and distance between the beginnings of two; at most
            `LONGEST_WINDOW_S`.
        direct: answer without a rationale.

    Raises:
        ConfigError: a value, or a pair of them, makes no sense.
    """

    modality: Literal["face", "voice", "both"] = "both"
    labels: tuple[str, ...] = LABEL_SETS[DEFAULT_LABEL_SET]
    baseline: ComparedWith = "none"
    neutral: Path | None = None
    window_s: float = 5.0
    hop_s: float = 5.0
    direct: bool = False

    @property
    def baseline_kind(self) -> Kind:
        """What the network is told of the baseline: other windows are alike, earlier or all."""
        return "running" if self.baseline == "recording" else self.baseline

    def __post_init__(self) -> None:
        _check_labels(self.labels)
        if (self.baseline == "neutral") != (self.neutral is not None):
            raise ConfigError("A neutral baseline needs a neutral clip: `--baseline neutral:FILE`.")
        for name, seconds in (("window", self.window_s), ("hop", self.hop_s)):
            if not (math.isfinite(seconds) and seconds > 0):
                raise ConfigError(f"`--{name} {seconds:g}`: give a length in seconds above 0.")
            if seconds > LONGEST_WINDOW_S:
                raise ConfigError(f"`--{name} {seconds:g}`: give a length of at most a day.")


def _check_labels(labels: Sequence[str]) -> None:
    """Refuse labels that are none, or that share one emotion's probability out among several.

    An emotion that r1-omni does not know may be asked for: the language model guesses.
    """
    if isinstance(labels, str):
        raise ConfigError(f'The labels are the single word `{labels}`; give several: ("a", "b").')
    if not all(label.strip() for label in labels):
        raise ConfigError("A label is empty; give each emotion a name.")
    if len(set(labels)) < 2:
        raise ConfigError("Give at least two different labels to choose from.")
    named: dict[str, str] = {}
    for label in labels:
        emotion = normalise_label(label) or label.strip().casefold()
        if emotion in named:
            raise ConfigError(
                f"The labels `{named[emotion]}` and `{label}` are the same emotion; give each once."
            )
        named[emotion] = label


@dataclass(frozen=True)
class CheckedClaim:
    """One claim of the rationale and what the measurements say of it.

    Attributes:
        text: the words of the rationale.
        cue: name of the cue it speaks of; "face_weight" or "voice_weight" where it says how much
            that modality weighs in the answer, empty where nothing measures what it says.
        start_s, end_s: where that was measured, on the recording's clock.
    """

    text: str
    cue: str
    modality: Modality
    start_s: float
    end_s: float
    verdict: Verdict

    def moved(self, by_s: float) -> CheckedClaim:
        """The same at other times; what nothing measures is nowhere, and stays at 0 to 0."""
        if self.start_s == self.end_s == 0.0:
            return self
        return dataclasses.replace(self, start_s=self.start_s + by_s, end_s=self.end_s + by_s)


@dataclass(frozen=True)
class Contribution:
    """Shapley value of each modality for the answer's log-probability, in nats; 0 if absent."""

    face: float
    voice: float


@dataclass(frozen=True)
class Analysis:
    """What the model says of one window.

    Attributes:
        file: the file as it was named.
        start_s, end_s: the window on the recording's clock.
        emotion: the most probable label.
        unsure: the answer should not be relied on.
        probabilities: calibrated, over the labels asked for, summing to one.
        rationale: in words; empty when asked for a direct answer.
        rationale_emotion: the answer that the rationale itself ended in; `None` if there is none.
        claims: of the rationale, in order.
        faces: largest number of faces seen at once.
        timings_ms: wall time by stage.
        cues: what was measured, whatever was said or inferred of it.
    """

    file: str
    start_s: float
    end_s: float
    emotion: str
    unsure: bool
    probabilities: dict[str, float]
    rationale: str
    rationale_emotion: str | None
    claims: tuple[CheckedClaim, ...]
    contribution: Contribution
    faces: int
    timings_ms: dict[str, float] = field(default_factory=dict)
    cues: tuple[Cue, ...] = ()

    def moved(self, by_s: float) -> Analysis:
        """The same on a clock whose zero is `by_s` seconds earlier."""
        return dataclasses.replace(
            self,
            start_s=self.start_s + by_s,
            end_s=self.end_s + by_s,
            claims=tuple(claim.moved(by_s) for claim in self.claims),
            cues=tuple(
                dataclasses.replace(cue, start_s=cue.start_s + by_s, end_s=cue.end_s + by_s)
                for cue in self.cues
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and tuples, in the order of the fields."""
        # Not `asdict`: of a long film it copies every number by itself, for seconds.
        return {
            **vars(self),
            "probabilities": dict(self.probabilities),
            "claims": tuple(dict(vars(claim)) for claim in self.claims),
            "contribution": dict(vars(self.contribution)),
            "timings_ms": dict(self.timings_ms),
            "cues": tuple(dict(vars(cue)) for cue in self.cues),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Analysis:
        """The inverse of `to_json`, also after a way through JSON text."""
        from model.evidence import Cue  # here: it loads numpy

        return cls(
            **{
                **value,
                "claims": tuple(CheckedClaim(**claim) for claim in value["claims"]),
                "contribution": Contribution(**value["contribution"]),
                "cues": tuple(Cue(**cue) for cue in value["cues"]),
            }
        )


@dataclass(frozen=True)
class Glimpse:
    """The emotion alone, quickly, of a window between two analyses; fields as in `Analysis`."""

    start_s: float
    end_s: float
    emotion: str
    unsure: bool
    probabilities: dict[str, float]
    faces: int
    cues: tuple[Cue, ...]
    timings_ms: dict[str, float] = field(default_factory=dict)
