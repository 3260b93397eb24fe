"""A test that leaves a thread or a process behind fails; so does, by pytest-qt, a warning of Qt.

The command line's tests get a model that is none.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import loading
from tests.desktop.capture.waiting import wait_until
from tests.desktop.fake_engine import FakeEngine


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """What the command line takes for the loaded model."""
    fake = FakeEngine()
    monkeypatch.setattr(loading, "load_engine", lambda threads=0: fake)
    return fake


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    threads, processes = set(threading.enumerate()), children()
    yield
    wait_until(lambda: set(threading.enumerate()) <= threads)
    wait_until(lambda: children() <= processes)


def children() -> set[str]:
    """Command lines, with numbers, of the processes that this one has started (Linux).

    Those that `multiprocessing` keeps for as long as Python runs do not count.
    """
    found = set()
    for listed in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for number in told(listed).split():
            words = told(Path(f"/proc/{number}/cmdline"))
            if words and "resource_tracker" not in words:
                found.add(f"{number} {words}")
    return found


def told(listed: Path) -> str:
    """What the system tells of a thread or process, nothing if it has just ended."""
    try:
        return listed.read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
