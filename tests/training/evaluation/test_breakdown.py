"""An evaluation's figures by who is in the clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

import pandas as pd
from rich.console import Console

from model.errors import ConfigError, DataError
from training.evaluation.breakdown import BREAKDOWN_FILE, BreakdownRecipe, breakdown
from training.evaluation.predictions import Predictions, save_predictions

QUIET = Console(quiet=True)
VOICES = pd.DataFrame({
    "clip": ["v0", "v1", "v2", "v3"],
    "person": ["anna", "berta", "carl", "dan"],
    "sex": ["female", "female", "male", "male"],
    "language": ["de"] * 4,
})  # fmt: skip


def answered(folder: Path, clips: tuple[str, ...]) -> None:
    """Right about the first three, wrong about the fourth."""
    said = np.array([[0.9, 0.1], [0.1, 0.9], [0.8, 0.2], [0.7, 0.3]])
    people = "anna", "berta", "carl", "dan"
    emotions = "happy", "sad", "happy", "sad"
    one = Predictions("bundle", "both", "none", clips, people, emotions, ("happy", "sad"), said)
    save_predictions([one], folder)


def recipe(folder: Path) -> BreakdownRecipe:
    (folder / "voices_toy").mkdir()
    VOICES.to_parquet(folder / "voices_toy" / "part-000000.parquet")
    return BreakdownRecipe(str(folder), str(folder), ("sex", "language"))


def test_figures_are_those_of_the_parts(tmp_path: Path) -> None:
    answered(tmp_path, ("f0 + v0", "f1 + v1", "f2 + v2", "f3 + v3"))
    female, male = breakdown(recipe(tmp_path), QUIET)  # the language is the same in all of them
    assert (female.value, female.n, female.war.estimate) == ("female", 2, 1.0)
    assert (male.value, male.n, male.war.estimate) == ("male", 2, 0.5)
    assert (male.people, male.classes) == (2, 2)
    assert '"value": "male"' in (tmp_path / BREAKDOWN_FILE).read_text()


def test_clips_of_nobody_known_are_refused(tmp_path: Path) -> None:
    answered(tmp_path, ("a", "b", "c", "d"))
    with pytest.raises(DataError, match="who is in them"):
        breakdown(recipe(tmp_path), QUIET)


def test_a_set_that_does_not_know_a_column_does_no_harm(tmp_path: Path) -> None:
    """One's own clips have no language."""
    answered(tmp_path, ("f0 + v0", "f1 + v1", "f2 + v2", "f3 + v3"))
    asked = recipe(tmp_path)
    (tmp_path / "clips_mine_voice").mkdir()
    own = VOICES.drop(columns="language").assign(clip=["o0", "o1", "o2", "o3"])
    own.to_parquet(tmp_path / "clips_mine_voice" / "part-000000.parquet")
    assert [part.value for part in breakdown(asked, QUIET)] == ["female", "male"]


def test_who_is_of_no_known_sex_is_in_no_part(tmp_path: Path) -> None:
    """Nobody says it of one's own clips: they were a part called None."""
    answered(tmp_path, ("v0", "v1", "v2", "v3"))
    asked = recipe(tmp_path)
    unsaid = VOICES.assign(sex=["female", None, "male", None])
    unsaid.to_parquet(tmp_path / "voices_toy" / "part-000000.parquet")
    assert [(part.value, part.n) for part in breakdown(asked, QUIET)] == [
        ("female", 1),
        ("male", 1),
    ]


def test_a_column_that_is_nowhere_is_told(tmp_path: Path) -> None:
    answered(tmp_path, ("v0", "v1", "v2", "v3"))
    recipe(tmp_path)
    with pytest.raises(ConfigError, match=r"columns: no voice in .* has a `sox`"):
        breakdown(BreakdownRecipe(str(tmp_path), str(tmp_path), ("sox",)), QUIET)


def test_clips_of_one_name_are_told_apart_by_their_people(tmp_path: Path) -> None:
    """Own folders both have a `v0`."""
    answered(tmp_path, ("v0", "v1", "v2", "v3"))
    asked = recipe(tmp_path)
    (tmp_path / "clips_mine_voice").mkdir()
    others = VOICES.assign(sex="male", person=["eve", "fay", "gil", "hal"])
    others.to_parquet(tmp_path / "clips_mine_voice" / "part-000000.parquet")
    parts = breakdown(asked, QUIET)
    assert [(part.value, part.n) for part in parts] == [("female", 2), ("male", 2)]


def test_what_sets_say_differently_of_one_clip_is_not_known(tmp_path: Path) -> None:
    answered(tmp_path, ("v0", "v1", "v2", "v3"))
    asked = recipe(tmp_path)
    (tmp_path / "clips_mine_voice").mkdir()
    others = VOICES[:1].assign(sex="male")
    others.to_parquet(tmp_path / "clips_mine_voice" / "part-000000.parquet")
    assert [(part.value, part.n) for part in breakdown(asked, QUIET)] == [
        ("female", 1),
        ("male", 2),
    ]
