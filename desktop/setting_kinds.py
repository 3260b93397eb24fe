"""How a setting is shown: what it is called, what it does, and what can be chosen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_KEY = "shown"


@dataclass(frozen=True)
class Choice:
    """One of several values; `options` maps each to what it is called."""

    options: Mapping[str, str]


@dataclass(frozen=True)
class Switch:
    """On or off."""


@dataclass(frozen=True)
class Number:
    """A whole number from 0 to `most`; `zero` says what 0 stands for."""

    most: int
    zero: str


@dataclass(frozen=True)
class Shown:
    """What a dialog shows of a setting.

    Titles, descriptions and the names in `kind` are source texts of the context "settings".
    """

    title: str
    description: str
    kind: Choice | Switch | Number


def shown(
    default: str | bool | int, title: str, description: str, kind: Choice | Switch | Number
) -> Any:
    """A field of a dataclass of settings that a dialog shows."""
    return dataclasses.field(default=default, metadata={_KEY: Shown(title, description, kind)})


def shown_fields(settings: type) -> dict[str, Shown]:
    """The fields of a dataclass that a dialog shows, in their order."""
    return {
        field.name: field.metadata[_KEY]
        for field in dataclasses.fields(settings)
        if _KEY in field.metadata
    }
