"""`docs/using.md` against the program: what can be asked for and what is answered is told there."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
import typer.main

from desktop.cli import app
from desktop.setting_kinds import Choice, shown_fields
from desktop.settings import Settings
from model.analysis import Analysis, CheckedClaim, Contribution, Glimpse
from model.evidence import Cue
from model.labels import LABEL_SETS

ROOT = Path(__file__).parents[2]
USING = (ROOT / "docs" / "using.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def section(heading: str) -> str:
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^## |\Z)", USING, re.M | re.S)
    assert found, f"docs/using.md has no section {heading}"
    return found[1]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_of_a_command_is_told(name: str) -> None:
    options = {option for param in COMMANDS[name].params for option in param.opts if "--" in option}
    told = section(f"`r1-omni {name}`")
    assert [option for option in sorted(options - {"--help"}) if f"`{option}" not in told] == []


def test_every_option_without_a_command_is_told() -> None:
    options = {option for param in typer.main.get_command(app).params for option in param.opts}
    told = section("`r1-omni`")
    assert [option for option in sorted(options - {"--help"}) if f"`{option}" not in told] == []


@pytest.mark.parametrize("kind", [Analysis, CheckedClaim, Contribution, Cue, Glimpse])
def test_every_field_that_is_printed_is_told(kind: type) -> None:
    fields = [field.name for field in dataclasses.fields(kind)]
    assert [name for name in fields if f"`{name}`" not in USING] == []


def test_every_label_set_is_told_with_its_emotions() -> None:
    for name, labels in LABEL_SETS.items():
        row = re.search(rf"^.*`{name}`.*$", section("Emotions to choose from"), re.M)
        assert row, name
        assert [label for label in labels if label not in row[0]] == [], name


def test_every_setting_is_told() -> None:
    told = section("Settings").replace("’", "'")
    for field in shown_fields(Settings).values():
        titles = [field.title]
        if isinstance(field.kind, Choice) and field.title != "Emotions":
            titles += field.kind.options.values()
        assert [title for title in titles if title.replace("’", "'") not in told] == []


def test_every_variable_of_the_environment_is_told() -> None:
    named = {
        name
        for folder in ("model", "desktop", "training")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"\bR1_OMNI_[A-Z]+\b", path.read_text(encoding="utf-8"))
    }
    told = section("Variables of the environment")
    assert [name for name in sorted(named) if f"`{name}`" not in told] == []
