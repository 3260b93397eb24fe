"""The command line in a process of its own, on the assembled default model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[1] / "samples"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def cli(bundle_folder: Path) -> Run:
    """Run `r1-omni …` in a process of its own."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "desktop.cli", *arguments],
            capture_output=True,
            text=True,
            timeout=300,
            cwd=Path(__file__).parents[2],
            env={**os.environ, **environment},
            check=False,
        )

    return run
