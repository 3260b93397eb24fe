"""Tensors that an earlier command wrote."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from model.errors import ConfigError


def load_tensors(path: Path, cure: str) -> dict[str, Tensor]:
    """The tensors of a file by name.

    Args:
        cure: how to come by such a file, for the error.

    Raises:
        ConfigError: it is missing or damaged.
    """
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise ConfigError(f"{path}: missing or damaged; {cure}.") from error
