"""`python -m training breakdown`: an evaluation's figures by sex, language and set.

Who is heard decides, where a clip holds a voice: single pictures of faces come without people.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd
from rich.console import Console
from rich.table import Table

from model.bootstrap import Interval, bootstrap_interval
from model.errors import ConfigError, DataError
from training.config import FILLED
from training.evaluation.predictions import Predictions, load_predictions
from training.evaluation.report import figures_table
from training.metrics import uar, war

BREAKDOWN_FILE = "breakdown.json"
Voice = tuple[str, str]
"""Who is heard in a clip, and its name."""


@dataclass(frozen=True)
class BreakdownRecipe:
    """Options: the folder that `evaluate` wrote, the prepared sets, and by what is told apart."""

    answers: str
    prepared: str = "runs/prepared"
    columns: Annotated[tuple[str, ...], FILLED] = ("sex", "language", "source")


@dataclass(frozen=True)
class Part:
    """The figures of some of the clips, `value` of `column`; intervals as in `Result`.

    Attributes:
        people: how many are in them.
        classes: how many emotions they show: UAR is the mean over these, so that the figures of
            parts with other ones cannot be compared.
    """

    system: str
    modality: str
    baseline: str
    column: str
    value: str
    n: int
    people: int
    classes: int
    war: Interval
    uar: Interval


def breakdown(recipe: BreakdownRecipe, console: Console) -> list[Part]:
    """Print the figures of every part, and write them beside the answers.

    Raises:
        DataError: nothing was answered, or nobody knows who is in the clips.
        ConfigError: nothing is told apart by a column that is asked for.
    """
    folder = Path(recipe.answers)
    answers = load_predictions(folder)
    about = _people(Path(recipe.prepared))
    known = {column for row in about.values() for column in row}
    for column in recipe.columns:
        if about and column not in known:
            raise ConfigError(
                f"columns: no voice in {recipe.prepared} has a `{column}`; name others, as in "
                "columns=[sex, source]."
            )
    parts = [
        part
        for one in answers.values()
        for column in recipe.columns
        for part in _parts(one, column, {who: row.get(column, "") for who, row in about.items()})
    ]
    if not parts:
        raise DataError(
            f"{folder}: none of its clips is a voice of a set in {recipe.prepared}, so who is in "
            "them is not known."
        )
    text = json.dumps([asdict(part) for part in parts], indent=1)
    (folder / BREAKDOWN_FILE).write_text(text + "\n", encoding="utf-8")
    console.print(_table(parts))
    return parts


def _people(prepared: Path) -> dict[Voice, Mapping[str, str]]:
    """What the prepared voices' indexes say of each clip.

    Sets name their clips alike (`1.wav` of two folders), so a clip goes by its person, too; what
    sets say differently even then is not known.
    """
    about: dict[Voice, Mapping[str, str]] = {}
    for index in sorted(prepared.glob("*voice*/part-*.parquet")):
        for row in pd.read_parquet(index).to_dict("records"):
            said = {str(key): str(value) for key, value in row.items() if pd.notna(value)}
            voice = said.get("person", ""), said["clip"]
            about[voice] = dict(about.get(voice, said).items() & said.items())
    return about


def _parts(one: Predictions, column: str, values: Mapping[Voice, str]) -> list[Part]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, (person, clip) in enumerate(zip(one.people, one.clips, strict=True)):
        if value := values.get((person, clip.rpartition(" + ")[2])):
            rows[value].append(row)
    if [len(at) for at in rows.values()] == [len(one.clips)]:
        return []  # one part that is the whole says nothing new
    return [
        Part(
            one.system, one.modality, one.baseline, column, value, len(at),
            len({one.people[row] for row in at}), len(set(one.truth[at])),
            *(bootstrap_interval(metric, one.truth[at], one.answers[at],
                                 groups=[one.people[row] for row in at]) for metric in (war, uar)),
        )
        for value, at in sorted(rows.items())
    ]  # fmt: skip


def _table(parts: list[Part]) -> Table:
    table = figures_table(
        "system", "modality", "baseline", "by", "", "n", "people", "classes", "WAR", "UAR"
    )
    for part in parts:
        table.add_row(
            part.system, part.modality, part.baseline, part.column, part.value, str(part.n),
            str(part.people), str(part.classes), part.war.cell(), part.uar.cell(),
        )  # fmt: skip
    return table
