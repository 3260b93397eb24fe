"""What a recorded session holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from model.analysis import Analysis
from model.sentence import QT_TRANSLATE_NOOP, Sentence


@dataclass(frozen=True)
class Marker:
    """A remark of the user at a moment, in seconds on the recording's clock."""

    at_s: float
    text: str

    def moved(self, by_s: float) -> Marker:
        """The same at another time."""
        return Marker(self.at_s + by_s, self.text)


@dataclass(frozen=True)
class Exclusion:
    """A span that is not to count, in seconds on the recording's clock."""

    start_s: float
    end_s: float
    reason: str

    def __post_init__(self) -> None:
        if not self.start_s < self.end_s:
            raise ValueError(f"an excluded span from {self.start_s} s to {self.end_s} s")

    def moved(self, by_s: float) -> Exclusion:
        """The same at another time."""
        return Exclusion(self.start_s + by_s, self.end_s + by_s, self.reason)


@dataclass(frozen=True)
class SessionSummary:
    """A line of the list of sessions.

    Attributes:
        started: when the recording began.
        duration_s: from the beginning of the first window to the end of the last.
        windows, markers: how many there are.
        media_bytes: size of the media files that were kept with it.
        open: its recording was never closed.
        interrupted: open, though no program is recording into it: a crash cut it short.
    """

    id: int
    title: str
    started: datetime
    duration_s: float
    windows: int
    markers: int
    media_bytes: int
    open: bool
    interrupted: bool


@dataclass(frozen=True)
class Session:
    """A session with everything that was recorded in it.

    Attributes:
        facts: what the results depend on (version, model, hashes, labels, baseline, consent).
        analyses: in the order in which they were recorded.
        media: files that the user chose to keep.
    """

    summary: SessionSummary
    facts: Mapping[str, str]
    analyses: tuple[Analysis, ...]
    markers: tuple[Marker, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    media: tuple[Path, ...] = ()

    def moved(self, by_s: float) -> Session:
        """The same on a clock whose zero is `by_s` seconds earlier."""
        return dataclasses.replace(
            self,
            analyses=tuple(analysis.moved(by_s) for analysis in self.analyses),
            markers=tuple(marker.moved(by_s) for marker in self.markers),
            exclusions=tuple(span.moved(by_s) for span in self.exclusions),
        )

    def excluded_by(self, analysis: Analysis) -> Exclusion | None:
        """The first excluded span that a window overlaps, however little of it.

        A result rests on its whole window, so a part that is not to count spoils all of it.
        """
        for span in self.exclusions:
            if analysis.start_s < span.end_s and span.start_s < analysis.end_s:
                return span
        return None

    @cached_property
    def counted(self) -> tuple[Analysis, ...]:
        """The windows that summary figures are made of: those that are not excluded."""
        return tuple(a for a in self.analyses if self.excluded_by(a) is None)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every label that a window was judged by, in the order of the label set."""
        return tuple(dict.fromkeys(label for a in self.analyses for label in a.probabilities))


@dataclass(frozen=True)
class Erased:
    """What an erasure took away; `bytes` counts results and media files."""

    sessions: int
    windows: int
    media_files: int
    bytes: int

    @property
    def sentence(self) -> Sentence:
        """What was deleted, for the user."""
        if not self.sessions:
            return Sentence(QT_TRANSLATE_NOOP("errors", "Nothing was erased: no session was kept."))
        return Sentence(
            QT_TRANSLATE_NOOP(
                "errors", "{sessions} with {windows} and {media} was erased ({size})."
            )
            if self.sessions == 1
            else QT_TRANSLATE_NOOP(
                "errors", "{sessions} with {windows} and {media} were erased ({size})."
            ),
            sessions=_count(self.sessions, _SESSIONS),
            windows=_count(self.windows, _WINDOWS),
            media=_count(self.media_files, _MEDIA_FILES),
            size=_size(self.bytes),
        )


# None, one and several of them.
_SESSIONS = (
    "",
    QT_TRANSLATE_NOOP("errors", "1 session"),
    QT_TRANSLATE_NOOP("errors", "{number} sessions"),
)
_WINDOWS = (
    QT_TRANSLATE_NOOP("errors", "no windows"),
    QT_TRANSLATE_NOOP("errors", "1 window"),
    QT_TRANSLATE_NOOP("errors", "{number} windows"),
)
_MEDIA_FILES = (
    QT_TRANSLATE_NOOP("errors", "no media files"),
    QT_TRANSLATE_NOOP("errors", "1 media file"),
    QT_TRANSLATE_NOOP("errors", "{number} media files"),
)


def _count(number: int, texts: tuple[str, str, str]) -> Sentence:
    return Sentence(texts[min(number, 2)], number=number)


def _size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{number / 1e3:.1f} kB"
