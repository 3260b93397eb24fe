"""The processes that train one network side by side, as `torchrun` or `accelerate` tells them."""

from __future__ import annotations

import os

import torch

from model.errors import ConfigError


def process_count() -> int:
    """How many there are; 1 where nobody launched several."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Which of them this is; the first one writes what all have made."""
    return int(os.environ.get("RANK", "0"))


def refuse_idle_gpus() -> None:
    """Refuse one process before several GPUs: TRL cannot spread a batch over them.

    Raises:
        ConfigError: several are visible, and nobody launched a process for each.
    """
    visible = torch.cuda.device_count()
    if visible > 1 and "LOCAL_RANK" not in os.environ:
        raise ConfigError(
            f"{visible} GPUs are visible to one process; start one for each with `accelerate "
            "launch --config_file training/launch/ddp.yaml -m training …`, or show it one "
            "with CUDA_VISIBLE_DEVICES=0."
        )


def refuse_sharded_weights(but_fsdp: bool) -> None:
    """Refuse launches that share the weights out among processes and cannot work.

    Args:
        but_fsdp: the command can do with FSDP 2.

    Raises:
        ConfigError: it was launched so.
    """
    if _is_on("ACCELERATE_USE_DEEPSPEED"):
        raise ConfigError(
            "DeepSpeed: the trunks change before each step, which its shards cannot; launch with "
            "training/launch/ddp.yaml."
        )
    if _is_on("ACCELERATE_USE_FSDP") and not but_fsdp:
        raise ConfigError(
            "FSDP: each process writes completions of its own length, and shards have to be "
            "gathered by all at once; launch with training/launch/ddp.yaml."
        )
    if _is_on("ACCELERATE_USE_FSDP") and os.environ.get("FSDP_VERSION") != "2":
        raise ConfigError("FSDP 1: only FSDP 2 works here; launch with training/launch/fsdp.yaml.")


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").lower() == "true"
