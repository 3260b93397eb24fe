"""The cold start in two processes: with the whole network in each, and with shared-out weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl")

import torch
from safetensors.torch import load_file

from tests.training import sft_processes
from tests.training.several_processes import in_two_processes, launched
from tests.training.tiny_sft import FOLDS, tiny_stage

SAVED = {"fsdp": "pytorch_model_fsdp.bin", "zero3": "global_step5"}
"""What a checkpoint of shared-out weights holds besides others."""


@pytest.fixture(scope="module")
def each_whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A training of two processes that had the whole network each, and what they have read."""
    folder = tmp_path_factory.mktemp("whole")
    tiny_stage(folder / "stage")
    return folder, in_two_processes(sft_processes.main, folder)


def test_all_windows_of_a_step_are_of_the_fold_that_its_trunks_have_not_seen(
    each_whole: tuple[Path, Any],
) -> None:
    """Step n is read by the trunks that left fold n % folds out (`FoldTrunks`)."""
    _, seen = each_whole
    for of_a_process in seen:
        steps = [of_a_process[start : start + 2] for start in range(0, len(of_a_process), 2)]
        assert len(steps) == 5
        for step, windows in enumerate(steps):
            assert {fold for _, fold in windows} == {step % FOLDS}
    indices = [index for of_a_process in seen for index, _ in of_a_process]
    assert sorted(indices) == list(range(20)), "18 windows, and two that fill the last step"


@pytest.mark.parametrize("way", SAVED)
def test_shared_out_weights_learn_the_same_and_go_on_where_they_were_interrupted(
    way: str, each_whole: tuple[Path, Any], tmp_path: Path
) -> None:
    if way == "zero3":
        pytest.importorskip("deepspeed")
    tiny_stage(tmp_path / "stage")
    in_two_processes(sft_processes.main, tmp_path, launched(way) | {"R1_OMNI_STOP_AT": "4"})
    (checkpoint,) = (tmp_path / "out").glob("checkpoint-*")
    assert checkpoint.name == "checkpoint-3"
    in_two_processes(sft_processes.main, tmp_path, launched(way))
    assert (tmp_path / "out" / "checkpoint-5" / SAVED[way]).exists()
    shared, whole = (
        load_file(folder / "out" / "adapter.safetensors") for folder in (tmp_path, each_whole[0])
    )
    assert whole.keys() == shared.keys()
    for name, tensor in whole.items():
        torch.testing.assert_close(shared[name], tensor, atol=1e-3, rtol=0)
        assert "lora_B" not in name or tensor.any(), f"{name} has not learned"
