"""Launches that cannot work are refused in a sentence before anything is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl")

import torch
from rich.console import Console

from model.errors import ConfigError
from training.reinforcement import grpo
from training.supervised import sft

LAUNCHES = {
    "ZeRO-3": {"ACCELERATE_USE_DEEPSPEED": "true"},
    "FSDP 1": {"ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "1"},
    "FSDP 2": {"ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "2"},
}


@pytest.mark.parametrize("command", ["sft", "grpo"])
@pytest.mark.parametrize(
    ("launch", "quantization", "says"),
    [
        ("FSDP 1", "none", "^FSDP 1: .* launch with training/launch/fsdp.yaml"),
        ("FSDP 2", "nf4", "^quantization=nf4: .* launch with training/launch/ddp.yaml"),
        ("ZeRO-3", "nf4", "^quantization=nf4: .* launch with training/launch/ddp.yaml"),
        ("FSDP 2", "none", "no stage of training lies here"),
        ("ZeRO-3", "none", "no stage of training lies here"),
    ],
)
def test_weights_are_not_shared_out_where_nothing_can_read_them(
    command: str,
    launch: str,
    quantization: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: quantization != "none")
    for name, value in LAUNCHES[launch].items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=says):
        train(command, tmp_path, quantization=quantization)


def train(command: str, folder: Path, **options: Any) -> None:
    """Of a stage that is not there, which is told next."""
    places = str(folder / "stage"), "prepared", str(folder / "out")
    if command == "sft":
        sft.train(sft.SftRecipe(*places, **options), Console(quiet=True))
    else:
        grpo.train(grpo.GrpoRecipe(*places, **options), Console(quiet=True))


@pytest.mark.parametrize("command", ["sft", "grpo"])
def test_several_gpus_want_several_processes_or_one_of_them(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(ConfigError, match=r"^2 GPUs .* `accelerate launch .* CUDA_VISIBLE_DEVICES"):
        train(command, tmp_path)
    monkeypatch.setenv("LOCAL_RANK", "0")
    with pytest.raises(ConfigError, match="no stage of training lies here"):
        train(command, tmp_path)
