"""The cold start in two processes: with the whole network in each, and with shared-out weights."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("trl")

import torch
from accelerate.commands.launch import _validate_launch_command, launch_command_parser
from accelerate.utils.launch import prepare_multi_gpu_env
from safetensors.torch import load_file

from .several_processes import in_two_processes
from .tiny_sft import FOLDS, tiny_stage

SCRIPT = Path(__file__).with_name("sft_processes.py")
FSDP = Path(__file__).parents[2] / "training" / "launch" / "fsdp.yaml"


def launched(config: Path) -> dict[str, str]:
    """What `accelerate launch` tells its processes of how weights are shared out."""
    arguments = launch_command_parser().parse_args(["--config_file", str(config), "script.py"])
    told = prepare_multi_gpu_env(_validate_launch_command(arguments)[0])
    return {n: v for n, v in told.items() if n.startswith(("FSDP_", "ACCELERATE_USE_FSDP"))}


def test_all_windows_of_a_step_are_of_the_fold_that_its_trunks_have_not_seen(
    tmp_path: Path,
) -> None:
    """Step n is read by the trunks that left fold n % folds out (`FoldTrunks`)."""
    tiny_stage(tmp_path / "stage")
    seen = in_two_processes(SCRIPT, tmp_path)
    for of_a_process in seen:
        steps = [of_a_process[start : start + 2] for start in range(0, len(of_a_process), 2)]
        assert len(steps) == 5
        for step, windows in enumerate(steps):
            assert {fold for _, fold in windows} == {step % FOLDS}
    indices = [index for of_a_process in seen for index, _ in of_a_process]
    assert sorted(indices) == list(range(20)), "18 windows, and two that fill the last step"


def test_shared_out_weights_learn_the_same_and_go_on_where_they_were_interrupted(
    tmp_path: Path,
) -> None:
    for name in ("whole", "shared"):
        (tmp_path / name).mkdir()
        tiny_stage(tmp_path / name / "stage")
    in_two_processes(SCRIPT, tmp_path / "whole")
    in_two_processes(SCRIPT, tmp_path / "shared", launched(FSDP) | {"R1_OMNI_STOP_AT": "4"})
    (checkpoint,) = (tmp_path / "shared" / "out").glob("checkpoint-*")
    assert checkpoint.name == "checkpoint-3"
    in_two_processes(SCRIPT, tmp_path / "shared", launched(FSDP))
    assert (tmp_path / "shared" / "out" / "checkpoint-5" / "pytorch_model_fsdp.bin").is_file()
    whole, shared = (
        load_file(tmp_path / name / "out" / "adapter.safetensors") for name in ("whole", "shared")
    )
    assert whole.keys() == shared.keys()
    for name, tensor in whole.items():
        torch.testing.assert_close(shared[name], tensor, atol=1e-3, rtol=0)
        assert "lora_B" not in name or tensor.any(), f"{name} has not learned"
