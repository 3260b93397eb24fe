"""Progress bars with time left, on stderr; plain lines when it is not a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

Item = TypeVar("Item")
LINE_EVERY_S = 60.0


def track(items: Sequence[Item], description: str) -> Iterator[Item]:
    """Yield the items while showing how many are done and how long the rest will take."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from _plain(items, description)
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        yield from progress.track(items, description=description)


def _plain(items: Sequence[Item], description: str) -> Iterator[Item]:
    begun = shown = time.monotonic()
    for done, item in enumerate(items):
        now = time.monotonic()
        if done and now - shown >= LINE_EVERY_S:
            left = (now - begun) / done * (len(items) - done)
            sys.stderr.write(f"{description}: {done}/{len(items)}, {left:.0f} s left\n")
            shown = now
        yield item
