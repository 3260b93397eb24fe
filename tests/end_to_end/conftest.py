"""The assembled default model, where this machine has one; these tests skip elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from model.release_info import RELEASE_FOLDER, Release
from model.weights.fetch import cache_dir

SAMPLES = Path(__file__).parents[1] / "samples"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def bundle_folder() -> Path:
    folder = cache_dir() / "bundles" / Release.load(RELEASE_FOLDER).fingerprint
    if not (folder / "bundle.json").is_file():
        pytest.skip("the default model is not assembled here: `python -m model assemble`")
    return folder


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
