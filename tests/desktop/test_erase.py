"""`--erase-all` removes what r1-omni keeps for a user, and nothing else."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from desktop.erase import erase_all
from desktop.sessions.store import SessionStore, default_store
from model.errors import StoreError

KEPT = (
    "data/r1-omni/sessions.sqlite3",
    "config/r1-omni/settings.json",
    "state/r1-omni/log/r1-omni.log",
    "mine/bundles/ef2f6eb73d70a64a-6/decoder.onnx.data",
    "mine/components/smollm2-135m-instruct.gguf",
    "mine/long/0123456789abcdef/decoder_long.onnx.data",
    "mine/whisper-base-3.int8.onnx",
)
NOT_OURS = ("mine/thesis.txt", "mine/whisper-base-3.onnx", "data/other/sessions.sqlite3")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("R1_OMNI_CACHE", str(tmp_path / "mine"))
    return tmp_path


def put(home: Path, *names: str) -> None:
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(b"12345")


def left(home: Path) -> set[str]:
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}


def test_what_is_kept_goes_and_is_counted(home: Path) -> None:
    put(home, *KEPT, *NOT_OURS)
    assert [(count, size) for _, count, size in erase_all()] == [(1, 5)] * len(KEPT)
    assert left(home) == set(NOT_OURS)


def test_every_folder_is_counted_with_all_that_is_in_it(home: Path) -> None:
    put(home, "mine/long/a/one", "mine/long/b/two")
    assert list(erase_all()) == [(home / "mine/long", 2, 10)]


@pytest.mark.parametrize("name", ["mine/long/a/one", "mine/whisper-base-3.int8.onnx"])
def test_what_cannot_be_removed_is_told_in_a_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    put(home, name)
    monkeypatch.setattr("shutil.rmtree", fail)
    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(StoreError, match=r"could not be removed \(Permission denied\): close"):
        list(erase_all())
    assert left(home) == {name}


def test_what_cannot_be_removed_does_not_keep_the_rest(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        if path == home / "data" / "r1-omni":
            raise PermissionError(13, "Permission denied")
        rmtree(path)

    put(home, *KEPT)
    rmtree = shutil.rmtree
    monkeypatch.setattr("shutil.rmtree", fail)
    with pytest.raises(StoreError, match=r"r1-omni could not be removed"):
        list(erase_all())
    assert left(home) == {KEPT[0]}


@pytest.mark.parametrize("link", ["data/r1-omni", "data/r1-omni/media"])
def test_what_lies_behind_a_link_is_not_removed_but_told(home: Path, link: str) -> None:
    put(home, "disk/session-1.mkv", "mine/long/a/one")
    (home / link).parent.mkdir(parents=True)
    try:
        (home / link).symlink_to(home / "disk", target_is_directory=True)
    except OSError:
        pytest.skip("this system lets nobody make links")
    (home / "config").mkdir()
    (home / "config" / "r1-omni").symlink_to(home / "nowhere")
    with pytest.raises(StoreError) as caught:
        list(erase_all())
    assert str(caught.value) == (
        f"{home / link} was a link: remove what is kept at its end, {home / 'disk'}, yourself."
    )
    assert left(home) == {"disk/session-1.mkv"}
    assert not (home / "data" / "r1-omni").is_symlink()
    assert not (home / "config" / "r1-omni").is_symlink()


def test_nothing_is_removed_while_a_session_is_recorded(home: Path) -> None:
    put(home, *KEPT[1:])
    with SessionStore(default_store()) as store:
        recording = store.begin("Live", {}, datetime.now().astimezone())
        with pytest.raises(StoreError, match="stop the recording"):
            list(erase_all())
        assert set(KEPT) <= left(home)
        recording.close()
    assert list(erase_all())
    assert not left(home)


def test_where_nothing_is_kept_nothing_happens(home: Path) -> None:
    assert list(erase_all()) == []
