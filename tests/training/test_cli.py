"""What ends a command is one sentence, of disk and packages too; a fault of ours is none."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest
import typer
from safetensors import SafetensorError
from typer.testing import CliRunner

from model.errors import EXIT_CODE
from training.cli import _told_in_a_sentence, app

RECIPE = Path(__file__).parents[2] / "training" / "recipes" / "trunks.yaml"
CHECKPOINT = "[enforce fail at inline_container.cc:672] . unexpected pos 704 vs 598"
WRITER = (
    "[enforce fail at inline_container.cc:862] . PytorchStreamWriter failed writing file data/0: f"
)
FULL = "Error while serializing: I/O error: No space left on device (os error 28)"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "p/a.parquet"), "p/a.parquet: there is"),
        (OSError(errno.ENOSPC, "Error writing bytes to file"), "there is no space left"),
        (RuntimeError(CHECKPOINT), "A checkpoint could not be written to its end: most likely"),
        (RuntimeError(WRITER), "A checkpoint could not be written to its end: most likely"),
        (SafetensorError(FULL), "there is no space left on the disk; free some, and give"),
        (PermissionError(errno.EACCES, "Permission denied", "runs"), "runs: may not be read or w"),
        (OSError(errno.EROFS, "Read-only file system", "runs"), "runs: may not be read or written"),
    ],
)
def test_a_disk_that_takes_no_more_is_told(
    error: Exception, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, _told_in_a_sentence():
        raise error
    assert ended.value.exit_code == EXIT_CODE
    said = capsys.readouterr().err
    assert said.startswith(told)
    assert said.count("\n") == 1


def test_what_torch_says_of_a_full_disk_is_known() -> None:
    """So that another wording, of a torch to come, is noticed."""
    torch = pytest.importorskip("torch")
    if not Path("/dev/full").exists():
        pytest.skip("no disk that is always full")
    with pytest.raises(typer.Exit), _told_in_a_sentence():
        torch.save({"weight": torch.zeros(100_000)}, "/dev/full")


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "x"),
        SafetensorError("header"),
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        RuntimeError("PytorchStreamReader failed reading zip archive"),
    ],
)
def test_a_fault_of_ours_keeps_its_traceback(error: Exception) -> None:
    with pytest.raises(type(error)), _told_in_a_sentence():
        raise error


def test_without_the_packages_of_training_it_is_said_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "training.encoders.trunks", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    result = CliRunner().invoke(app, ["trunks", "--config", str(RECIPE)])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Training needs the package torch, which is missing")
    assert "pip install '.[training]'" in result.stderr
