from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.sessions import Session, SessionStore

from .examples import empty, nasty, ordinary


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "sessions.sqlite3"


@pytest.fixture
def store(store_path: Path) -> Iterator[SessionStore]:
    with SessionStore(store_path) as opened:
        yield opened


@pytest.fixture(params=[ordinary, nasty, empty], ids=lambda make: make.__name__)
def any_session(request: pytest.FixtureRequest) -> Session:
    return request.param()
