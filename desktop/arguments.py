"""What is written behind `r1-omni` and its options, as values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from model.analysis import ComparedWith
from model.errors import ConfigError
from model.labels import LABEL_SETS, normalise_label

if TYPE_CHECKING:
    from desktop.check import CheckBaseline
    from desktop.live.headless import Source


def parse_labels(text: str) -> tuple[str, ...]:
    """Read `--labels`: the name of a label set, or emotions with commas between them.

    Raises:
        ConfigError: a word is neither.
    """
    if text.lower() in LABEL_SETS:
        return LABEL_SETS[text.lower()]
    labels = {word.strip(): normalise_label(word) for word in text.split(",")}
    if unknown := [word for word, label in labels.items() if label is None]:
        sets = ", ".join(LABEL_SETS)
        raise ConfigError(
            f"`{unknown[0]}` is no emotion that r1-omni knows: give one of the sets {sets}, or "
            "emotions with commas between them."
        )
    return tuple(dict.fromkeys(label for label in labels.values() if label))


def parse_baseline(text: str) -> tuple[ComparedWith, Path | None]:
    """Read `--baseline`: `none`, `running`, `recording` or `neutral:FILE`.

    Raises:
        ConfigError: it is none of these.
    """
    kind, _, file = text.partition(":")
    if kind == "neutral" and file:
        return "neutral", Path(file)
    if text in ("none", "running", "recording"):
        return cast(ComparedWith, text), None
    raise ConfigError(f"`--baseline {text}`: write none, running, recording or neutral:FILE.")


def parse_check_baseline(text: str) -> tuple[CheckBaseline, Path | None]:
    """Read `--baseline` of `check`: `none`, `person` or `neutral:FILE`.

    Raises:
        ConfigError: it is none of these.
    """
    kind, _, file = text.partition(":")
    if kind == "neutral" and file:
        return "neutral", Path(file)
    if text in ("none", "person"):
        return cast("CheckBaseline", text), None
    raise ConfigError(f"`--baseline {text}`: write none, person or neutral:FILE.")


def parse_source(text: str | None) -> Source:
    """A device's number, or the path, pipe or address that stands for it."""
    return int(text) if text is not None and text.isdecimal() else text


def label_set(labels: tuple[str, ...] | None) -> str | None:
    """Labels as the settings name them: a set's own name where there is one, else the emotions."""
    if labels is None:
        return None
    return next((name for name, known in LABEL_SETS.items() if known == labels), ",".join(labels))
