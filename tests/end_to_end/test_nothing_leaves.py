"""Nothing leaves the machine: what the program asks of the system, seen from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.conftest import SAMPLES

ROOT = Path(__file__).parents[2]
CLIP = str(SAMPLES / "happy.mp4")
Traced = Callable[..., str]


@pytest.fixture
def traced(tmp_path: Path) -> Traced:
    """Run Python in a home of its own; returns its calls, and its children's, about sockets."""
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "-o", os.devnull, "true"], check=False).returncode:
        pytest.skip("needs strace, and the right to use it")
    assert strace is not None

    def run(*arguments: str) -> str:
        calls = tmp_path / "calls"
        done = subprocess.run(
            [strace, "-f", "-qq", "-e", "trace=%net", "-o", str(calls), sys.executable, *arguments],
            capture_output=True, text=True, timeout=300, cwd=ROOT, check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_STATE_HOME": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return calls.read_text(encoding="utf-8", errors="replace")

    return run


def test_a_connection_would_be_seen(traced: Traced) -> None:
    assert "AF_INET" in traced("-c", "import socket; socket.socket(socket.AF_INET)")


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze", "--json", "--direct", "--workers", "2", CLIP, CLIP),
        ("live", "--headless", "--json", "--camera", CLIP, "--microphone", CLIP),
        ("--self-test", CLIP),
    ],
    ids=["analyze", "live", "window"],
)
def test_no_connection_to_a_network_is_opened(
    traced: Traced, bundle_folder: Path, arguments: tuple[str, ...]
) -> None:
    assert "AF_INET" not in traced("-m", "desktop.cli", *arguments)
