"""Reinforcement of a policy whose weights two processes share out among them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("trl")

from rich.console import Console
from safetensors.torch import load_file
from torch import Tensor
from torch.testing import assert_close

from training.supervised import sft

from ..several_processes import in_two_processes, launched
from ..tiny_sft import sft_recipe, tiny_network, tiny_stage
from . import grpo_processes

# The libraries' warnings about each other are not what is tested here.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stage with a cold start."""
    folder = tmp_path_factory.mktemp("cold")
    with tiny_network():
        recipe = sft_recipe(tiny_stage(folder / "stage"), folder / "out")
        return sft.train(recipe, Console(quiet=True))


@pytest.fixture(scope="module")
def learned_whole(cold: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tensor]:
    """The adapter of two processes that had the whole network each."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(cold, folder / "stage")
    in_two_processes(grpo_processes.main, folder)
    return load_file(folder / "out" / "adapter.safetensors")


@pytest.mark.parametrize("way", ["fsdp", "zero3"])
def test_shared_out_weights_write_and_learn_the_same(
    way: str, cold: Path, learned_whole: dict[str, Tensor], tmp_path: Path
) -> None:
    """Though each process writes completions of its own length, and reads its own prompts."""
    if way == "zero3":
        pytest.importorskip("deepspeed")
    shutil.copytree(cold, tmp_path / "stage")
    in_two_processes(grpo_processes.main, tmp_path, launched(way))
    shared = load_file(tmp_path / "out" / "adapter.safetensors")
    before = load_file(cold / "adapter.safetensors")
    assert shared.keys() == learned_whole.keys() == before.keys()
    for name, tensor in learned_whole.items():
        assert_close(shared[name], tensor, atol=1e-3, rtol=0)
        moved = (tensor - before[name]).abs().max()
        assert "lora_B" not in name or moved > 1e-2, f"{name} has not learned"
