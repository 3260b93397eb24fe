"""Every library that is asked for is pinned where the application is built, and told of."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SHIPPED = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["desktop"]]
TOLD = [*SHIPPED, *PROJECT["optional-dependencies"]["training"]]


@pytest.mark.parametrize("stated", SHIPPED)
def test_it_is_pinned_to_a_version_that_is_let_in(stated: str) -> None:
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    wanted = Requirement(stated)
    (pin,) = [pin for pin in pins if _same(pin.name) == _same(wanted.name)]
    assert all(wanted.specifier.contains(clause.version) for clause in pin.specifier)


@pytest.mark.parametrize("stated", TOLD)
def test_its_licence_is_told(stated: str) -> None:
    listed = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    table = listed.partition("## Libraries")[2].partition("## In the packaged application")[0]
    names = {_same(name) for row in table.splitlines() for name in re.findall(r"[-\w]+", row)}
    assert _same(Requirement(stated).name) in names


def _same(name: str) -> str:
    """A project's name as the package index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
