"""Settings that are shown are described; what is kept survives."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from desktop.setting_kinds import Choice, Number, Shown, Switch, shown_fields
from desktop.settings import Settings, load_settings, save_settings
from model.labels import LABEL_SETS

SHOWN = shown_fields(Settings)


@pytest.mark.parametrize(("name", "field"), SHOWN.items(), ids=SHOWN)
def test_the_default_can_be_chosen(name: str, field: Shown) -> None:
    default = getattr(Settings(), name)
    assert field.title
    assert field.description.endswith(".")
    match field.kind:
        case Choice(options):
            assert default in options
        case Number(most, zero):
            assert zero
            assert 0 <= default <= most
        case Switch():
            assert isinstance(default, bool)


def test_what_the_program_notes_by_itself_is_not_shown() -> None:
    own = {"consented", "camera", "microphone", "geometry", "page", "dividers", "folder"}
    assert {field.name for field in dataclasses.fields(Settings)} - set(SHOWN) == own


def test_every_label_set_is_offered_with_its_number_of_emotions() -> None:
    kind = SHOWN["label_set"].kind
    assert isinstance(kind, Choice)
    assert {name: int(title.split()[0]) for name, title in kind.options.items()} == {
        name: len(labels) for name, labels in LABEL_SETS.items()
    }


def test_settings_are_kept_and_what_does_not_fit_is_not(tmp_path: Path) -> None:
    path = tmp_path / "below" / "settings.json"
    settings = Settings(label_set="mafw", threads=2, language="de", box=False)
    save_settings(settings, path)
    assert load_settings(path) == settings
    path.write_text('{"threads": "many", "language": "en", "unknown": 1}')
    assert load_settings(path) == Settings(language="en")
    path.write_text("{")
    assert load_settings(path) == Settings()
