"""`--erase-all` removes what r1-omni keeps for a user, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.erase import erase_all, kept_folders


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("R1_OMNI_CACHE", str(tmp_path / "mine"))
    return tmp_path


def test_what_is_kept_goes_and_is_counted(home: Path) -> None:
    for folder in kept_folders():
        folder.mkdir(parents=True)
        (folder / "kept").write_bytes(b"12345")
    beside = home / "mine" / "thesis.txt"
    beside.write_text("not ours")
    assert [(count, size) for _, count, size in erase_all()] == [(1, 5)] * len(kept_folders())
    assert [path for path in home.rglob("*") if path.is_file()] == [beside]


def test_where_nothing_is_kept_nothing_happens(home: Path) -> None:
    assert list(erase_all()) == []
