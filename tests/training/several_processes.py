"""Running a function in two processes that share a training."""

from __future__ import annotations

import json
import os
import socket
import sys
import warnings
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock

from accelerate.commands.launch import _validate_launch_command, launch_command_parser
from accelerate.utils.launch import prepare_deepspeed_cmd_env, prepare_multi_gpu_env

LAUNCH = Path(__file__).parents[2] / "training" / "launch"
OF_SHARDS = "FSDP_", "ACCELERATE_USE_", "ACCELERATE_DEEPSPEED_", "ACCELERATE_CONFIG_DS_"
PATIENCE_S = 600

# One process imports what all need, which takes longer than what is tested, and is forked for each.
_FORKED = get_context("forkserver")
# Accelerate imports DeepSpeed wherever it is installed, which looks for a GPU if it is not told.
_FORKED.set_forkserver_preload(["deepspeed", "tests.training.launched", "tests.training.tiny_sft"])
_FOR_IMPORTS = {"OMP_NUM_THREADS": "1", "DS_ACCELERATOR": "cpu"}

Main = Callable[[Path], None]


def in_two_processes(main: Main, folder: Path, told: Mapping[str, str] | None = None) -> Any:
    """What each process wrote to `folder`/rank-N.json.

    Args:
        main: a module's function, called with `folder` in each process.
        told: environment variables, as `accelerate launch` would set them.
    """
    # Not by `accelerate launch`, which starts several processes on a CPU through MPI only.
    shared = {
        "ACCELERATE_USE_CPU": "true", "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(_free_port()), **(told or {}),
    }  # fmt: skip
    processes = [_FORKED.Process(target=_run, args=(main, folder, rank, shared)) for rank in (0, 1)]
    with mock.patch.dict(os.environ, _FOR_IMPORTS):
        for process in processes:
            process.start()
    try:
        for rank, process in enumerate(processes):
            process.join(PATIENCE_S)
            assert process.exitcode == 0, _log(folder, rank).read_text(errors="replace")[-2000:]
    finally:
        for process in processes:
            process.kill()
            process.join()
    return [json.loads((folder / f"rank-{n}.json").read_text(encoding="utf-8")) for n in (0, 1)]


def _run(main: Main, folder: Path, rank: int, shared: Mapping[str, str]) -> None:
    os.environ.update(shared, RANK=str(rank), LOCAL_RANK=str(rank))
    warnings.simplefilter("ignore")
    with _log(folder, rank).open("w") as log:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log.fileno(), stream.fileno())
    main(folder)


def _log(folder: Path, rank: int) -> Path:
    return folder / f"rank-{rank}.log"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


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
    return {n: value for n, value in told.items() if n.startswith(OF_SHARDS)}
