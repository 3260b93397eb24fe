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


def weights_are_shared_out() -> bool:
    """Whether each process holds a part of each tensor alone (`training.running.shards`)."""
    return by_deepspeed() or _is_on("ACCELERATE_USE_FSDP")


def by_deepspeed() -> bool:
    """Whether DeepSpeed shares out the work, or the weights as well."""
    return _is_on("ACCELERATE_USE_DEEPSPEED")


def learns_in_bfloat16() -> bool:
    """Whether the trainer itself is to multiply in bfloat16: on a CUDA GPU, but for DeepSpeed."""
    return torch.cuda.is_available() and not by_deepspeed()


def refuse_unknown_shards(quantization: str) -> None:
    """Refuse launches that share weights out as nothing here can read them.

    Raises:
        ConfigError: FSDP 1; or weights in four bits are to be shared out.
    """
    if _is_on("ACCELERATE_USE_FSDP") and os.environ.get("FSDP_VERSION") != "2":
        raise ConfigError("FSDP 1: only FSDP 2 works here; launch with training/launch/fsdp.yaml.")
    if weights_are_shared_out() and quantization != "none":
        raise ConfigError(
            f"quantization={quantization}: weights in four bits cannot be shared out among GPUs, "
            "and fit into each of them; launch with training/launch/ddp.yaml."
        )


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").lower() == "true"
