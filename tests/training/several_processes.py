"""Running a script in two processes that share a training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def in_two_processes(script: Path, folder: Path, told: Mapping[str, str] | None = None) -> Any:
    """What each process wrote to `folder`/rank-N.json.

    Args:
        told: environment variables, as `accelerate launch` would set them.
    """
    # torchrun, because `accelerate launch` starts several processes on a CPU through MPI only.
    command = [
        sys.executable, "-W", "ignore", "-m", "torch.distributed.run",
        "--standalone", "--nproc_per_node", "2", str(script), str(folder),
    ]  # fmt: skip
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true", **(told or {})},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    return [json.loads((folder / f"rank-{n}.json").read_text(encoding="utf-8")) for n in (0, 1)]
