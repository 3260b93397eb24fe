"""Tables of rationales: what somebody, or another model, says of recordings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.checking import rationale_in
from model.errors import ConfigError

_Rows = Iterator[tuple[str, Any]]
"""Where a row stands in the table, and what it holds."""

COLUMNS = ("file", "rationale", "system", "person")
_OPTIONAL = COLUMNS[2:]
_ROW_CURE = "every row needs a file and a rationale (which may be empty)"


@dataclass(frozen=True)
class Rationale:
    """What is said of a recording.

    Attributes:
        name: the recording, as it was named.
        path: where that is: relative names are of the table's folder.
        text: without tags and answer.
        system: who says it; empty for the only one.
        person: who is seen and heard; a recording of nobody named has a person of its own.
    """

    name: str
    path: Path
    text: str
    system: str = ""
    person: str = ""


def said_of(recording: Path, text: str) -> Rationale:
    """One rationale, of one recording."""
    return Rationale(str(recording), recording, rationale_in(text), person=str(recording))


def read_rationales(table: Path) -> list[Rationale]:
    """Read a table with the columns of `COLUMNS`: csv with a head, JSON Lines, or a JSON array.

    Raises:
        ConfigError: it cannot be read, is empty, or lacks a column or a cell.
    """
    try:
        text = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(
            f"{table}: cannot be read as a table of rationales ({why}); give csv or JSON "
            "Lines, or a recording with `--says`."
        ) from error
    start = text.lstrip()[:1]
    read = {"{": _json_lines, "[": _json_array}.get(start, _csv_rows)
    found = [_rationale(table, where, row) for where, row in read(table, text)]
    if not found:
        raise ConfigError(f"{table}: holds no rationale; {_ROW_CURE}.")
    return _with_people(table, found)


def _csv_rows(table: Path, text: str) -> _Rows:
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        columns = [name.strip().casefold() for name in reader.fieldnames or ()]
        if missing := [name for name in COLUMNS[:2] if name not in columns]:
            raise ConfigError(
                f"{table}: has no column `{missing[0]}`; name its columns {', '.join(COLUMNS)} "
                "(the last two may be missing) in its first line."
            )
        reader.fieldnames = columns
        for row in reader:
            yield f"line {reader.line_num}", row
    except csv.Error as error:
        raise ConfigError(f"{table}: is no csv at line {reader.line_num} ({error}).") from error


def _json_lines(table: Path, text: str) -> _Rows:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"line {number}", _json(table, f"line {number}", line)


def _json_array(table: Path, text: str) -> _Rows:
    for number, row in enumerate(_json(table, "the whole", text), 1):
        yield f"entry {number}", row


def _json(table: Path, where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"{table}: {where} is no JSON ({error}); write an object a line."
        ) from None


def _rationale(table: Path, where: str, row: Any) -> Rationale:
    if not isinstance(row, Mapping):
        raise ConfigError(f"{table}: {where} is no JSON object; write one a rationale.")
    file, text = row.get("file"), row.get("rationale")
    if not isinstance(file, str) or not file.strip() or not isinstance(text, str):
        raise ConfigError(f"{table}: {where} is not complete; {_ROW_CURE}.")
    path = Path(file.strip())
    others = {name: str(row.get(name) or "").strip() for name in _OPTIONAL}
    return Rationale(str(path), table.parent / path, rationale_in(text), **others)


def _with_people(table: Path, found: list[Rationale]) -> list[Rationale]:
    """The same; whoever is named for a recording once is so in all of its rows.

    Raises:
        ConfigError: two people are.
    """
    people: dict[Path, str] = {}
    for said in found:
        if said.person and people.setdefault(said.path, said.person) != said.person:
            raise ConfigError(
                f"{table}: names {people[said.path]} and {said.person} as the person of "
                f"{said.name}; give each recording one person."
            )
    return [replace(said, person=people.get(said.path, said.name)) for said in found]
