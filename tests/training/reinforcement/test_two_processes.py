"""Several processes train one policy: each on prompts of its own, all with the same outcome."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("trl")

SCRIPT = Path(__file__).with_name("two_processes.py")


def test_two_processes_share_the_work_and_agree(tmp_path: Path) -> None:
    # torchrun, because `accelerate launch` starts several processes on a CPU through MPI only.
    command = [
        sys.executable, "-W", "ignore", "-m", "torch.distributed.run",
        "--standalone", "--nproc_per_node", "2", str(SCRIPT), str(tmp_path),
    ]  # fmt: skip
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    one, two = (json.loads((tmp_path / f"rank-{rank}.json").read_text()) for rank in (0, 1))
    assert one["adapter"] == pytest.approx(two["adapter"], abs=1e-9)
    assert one["rewards"] == two["rewards"]
    assert not set(one["seen"]) & set(two["seen"])
