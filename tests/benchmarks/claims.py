"""`python -m tests.benchmarks.claims [FILE]`: how well claims are read in the prose of others.


A file (`tests/prose/*.jsonl`) holds texts with what a careful reader finds claimed in them; the
reader did not know the program (`tests/prose/README.md`). Printed are, with 95 % bootstrap
intervals over texts:

- precision: of the claims that the program would have checked, those that the reader found, too.
- recall: of the claims that the reader found, those that the program would have checked.
- both again for the cue alone, whatever is said of it, and for each cue.
- strength: of the claims found by both, those of the same strength.
- left open: of the claims that the text leaves open, those that the program does not check either.

What the reader was in doubt about counts nowhere.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from model.bootstrap import bootstrap_interval, share
from model.claims import WEIGHT_CUES, find_claims

PROSE = Path(__file__).parents[1] / "prose"
Found = tuple[str, str, bool]
"""A cue, the direction that is said of it, and whether that is denied."""


@dataclass(frozen=True)
class Reading:
    """One text, read twice; each claim once, with its strength.

    Attributes:
        open: what the text names and leaves open.
        program: what the program would check.
    """

    id: str
    text: str
    reader: dict[Found, str]
    open: frozenset[Found]
    program: dict[Found, str]

    @property
    def right(self) -> set[Found]:
        return self.reader.keys() & self.program.keys()

    @property
    def missed(self) -> set[Found]:
        return self.reader.keys() - self.program.keys()

    @property
    def invented(self) -> set[Found]:
        return self.program.keys() - self.reader.keys()


def read(path: Path) -> list[Reading]:
    """Every text of a file, read by the program as well."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_reading(json.loads(line)) for line in lines]


def _reading(row: dict[str, Any]) -> Reading:
    doubtful = {found[0] for found in _entries(row["doubtful"])}
    reader, open_ = _entries(row["claims"]), _entries(row["open"])
    program: dict[Found, str] = {}
    for claim in find_claims(row["text"]):
        if claim.cue is not None and claim.cue not in WEIGHT_CUES:
            _keep(program, (claim.cue, claim.direction, claim.negated), claim.strength)
    for found in [*program]:
        if found[0] in doubtful and found not in reader:
            del program[found]
    return Reading(row["id"], row["text"], reader, frozenset(open_) - reader.keys(), program)


_STRENGTHS = ("slight", "plain", "strong")


def _keep(claims: dict[Found, str], found: Found, strength: str) -> None:
    """What is said twice counts once, by the stronger of both."""
    claims[found] = max(strength, claims.get(found, strength), key=_STRENGTHS.index)


def _entries(rows: Iterable[dict[str, Any]]) -> dict[Found, str]:
    entries: dict[Found, str] = {}
    for row in rows:
        found = row["cue"], row["direction"], row.get("negated", False)
        _keep(entries, found, row.get("strength", "plain"))
    return entries


def figures(readings: list[Reading]) -> dict[str, str]:
    """The head's figures as cells."""
    cues = [({f[0] for f in r.reader}, {f[0] for f in r.program}) for r in readings]
    same = [sum(r.reader[f] == r.program[f] for f in r.right) for r in readings]
    right = [len(r.right) for r in readings]
    both = [len(reader & program) for reader, program in cues]
    pairs = {
        "precision": (right, [len(r.program) for r in readings]),
        "recall": (right, [len(r.reader) for r in readings]),
        "precision, cue alone": (both, [len(program) for _, program in cues]),
        "recall, cue alone": (both, [len(reader) for reader, _ in cues]),
        "strength": (same, right),
        "left open": (
            [len(r.open - r.program.keys()) for r in readings], [len(r.open) for r in readings]
        ),
    }  # fmt: skip
    return {
        name: f"{bootstrap_interval(share, np.array(part), np.array(whole)).cell()} of {sum(whole)}"
        for name, (part, whole) in pairs.items()
    }


def main(
    file: Annotated[Path, typer.Argument(help="Texts with their claims.")] = PROSE / "test.jsonl",
    errors: Annotated[bool, typer.Option(help="Print each text that is read otherwise.")] = False,
) -> None:
    console, readings = Console(), read(file)
    if errors:
        for one in readings:
            for name, found in (("missed", one.missed), ("invented", one.invented)):
                for cue, direction, negated in sorted(found):
                    denial = "not " * negated
                    console.print(f"{one.id} {name}: {denial}{direction} {cue}\n    {one.text}")
    table = Table("", f"{len(readings)} texts", title=str(file.name))
    for row in figures(readings).items():
        table.add_row(*row)
    console.print(table)
    by_cue = Table("cue", "found by both", "missed", "invented")
    counts = [Counter(f[0] for r in readings for f in getattr(r, kind))
              for kind in ("right", "missed", "invented")]  # fmt: skip
    for cue in sorted(set().union(*counts)):
        by_cue.add_row(cue, *(str(count[cue]) for count in counts))
    console.print(by_cue)


if __name__ == "__main__":
    typer.run(main)
