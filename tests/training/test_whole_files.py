"""A disk that is full takes nothing of what lay there, and half a stage is taken for none."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from model.errors import ConfigError
from model.release_info import FILES
from training.release import Stage, copy_release
from training.whole_files import write_whole


def fill_the_disk(patch: pytest.MonkeyPatch, name: str = "") -> None:
    """Whatever is written from now on ends half way, of files whose name begins with `name`."""
    write = Path.open

    def ends_half_way(path: Path, mode: str = "r", *args: object, **kwargs: object) -> object:
        if "w" in mode and path.name.startswith(name):
            write(path, "wb").close()
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, mode, *args, **kwargs)  # type: ignore[call-overload]

    patch.setattr(Path, "open", ends_half_way)


def a_stage(folder: Path) -> Stage:
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text(f"{name} of {folder.name}")
    stage = Stage(["happy", "sad"], [1], lora_rank=4, lora_alpha=8)
    stage.save(folder)
    return stage


def test_a_file_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_whole(path, "old")
    write_whole(path, "né")
    assert path.read_bytes() == "né".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_on_a_full_disk_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_whole(path, b"old")
    fill_the_disk(monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_stage_that_cannot_be_saved_anew_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`calibrate` writes into the stage that hours were spent on."""
    stage = a_stage(tmp_path / "stage")
    before = Stage.load(tmp_path / "stage")
    stage.temperature = 2.0
    with monkeypatch.context() as patch:
        fill_the_disk(patch)
        with pytest.raises(OSError, match="No space left"):
            stage.save(tmp_path / "stage")
    assert Stage.load(tmp_path / "stage") == before


@pytest.mark.parametrize("name", ["adapter.safetensors", "statistics.safetensors"])
def test_half_a_copy_is_no_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Else the next command would take it for what was to be made of the stage."""
    a_stage(tmp_path / "earlier")
    a_stage(tmp_path / "stage")
    with monkeypatch.context() as patch:
        fill_the_disk(patch, name)
        with pytest.raises(OSError, match="No space left"):
            copy_release(tmp_path / "stage", tmp_path / "earlier")
    with pytest.raises(ConfigError, match="no stage of training lies here"):
        Stage.load(tmp_path / "earlier")


def test_a_copy_is_a_stage_once_it_is_saved(tmp_path: Path) -> None:
    stage = a_stage(tmp_path / "stage")
    copy_release(tmp_path / "stage", tmp_path / "copy")
    with pytest.raises(ConfigError, match="no stage of training lies here"):
        Stage.load(tmp_path / "copy")
    stage.save(tmp_path / "copy")
    assert Stage.load(tmp_path / "copy") == stage
