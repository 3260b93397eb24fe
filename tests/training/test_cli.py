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
FULL = "Error while serializing: I/O error: No space left on device (os error 28)"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "p/a.parquet"), "p/a.parquet: there is"),
        (OSError(errno.ENOSPC, "Error writing bytes to file"), "there is no space left"),
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


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "x"), SafetensorError("header")])
def test_a_fault_of_ours_keeps_its_traceback(error: Exception) -> None:
    with pytest.raises(type(error)), _told_in_a_sentence():
        raise error


def test_without_the_packages_of_training_it_is_said_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "training.trunks", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    result = CliRunner().invoke(app, ["trunks", "--config", str(RECIPE)])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Training needs the package torch, which is missing")
    assert "pip install '.[training]'" in result.stderr
