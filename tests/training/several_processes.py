"""Running a script in two processes that share a training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accelerate.commands.launch import _validate_launch_command, launch_command_parser
from accelerate.utils.launch import prepare_deepspeed_cmd_env, prepare_multi_gpu_env

LAUNCH = Path(__file__).parents[2] / "training" / "launch"
OF_SHARDS = "FSDP_", "ACCELERATE_USE_", "ACCELERATE_DEEPSPEED_", "ACCELERATE_CONFIG_DS_"


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


def launched(name: str) -> dict[str, str]:
    """What `accelerate launch` tells its processes of how weights are shared out.

    Args:
        name: of one of the project's files.
    """
    config = str(LAUNCH / f"{name}.yaml")
    arguments, defaults, _ = _validate_launch_command(
        launch_command_parser().parse_args(["--config_file", config, "script.py"])
    )
    if arguments.use_deepspeed:
        arguments.deepspeed_fields_from_accelerate_config = ",".join(defaults.deepspeed_config)
        told = prepare_deepspeed_cmd_env(arguments)[1]
    else:
        told = prepare_multi_gpu_env(arguments)
    shards = {n: value for n, value in told.items() if n.startswith(OF_SHARDS)}
    return shards | {"DS_ACCELERATOR": "cpu"}  # for DeepSpeed, which else looks for a GPU
