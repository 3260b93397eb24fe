"""The trunks of a trained model: they lie among its projectors, in float16 as they are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from model.cues import Modality
from model.layout import MODALITIES
from training.release import ADAPTER_FILE, stage_cure
from training.tensors import load_tensors

State = dict[str, Tensor]


def load_adapter_tensors(folder: Path) -> State:
    """What a model of that folder was trained to.

    Raises:
        ConfigError: it is missing or damaged.
    """
    return load_tensors(folder / ADAPTER_FILE, stage_cure(folder))


def trunk_states(tensors: Mapping[str, Tensor]) -> dict[Modality, State]:
    """Each modality's trunk among the tensors of an adapter, in float32."""
    return {
        modality: {
            name.removeprefix(_place(modality)): tensor.float()
            for name, tensor in tensors.items()
            if name.startswith(_place(modality))
        }
        for modality in MODALITIES
    }


def placed(modality: Modality, state: Mapping[str, Tensor]) -> State:
    """Inverse of `trunk_states`, for one modality."""
    return {f"{_place(modality)}{name}": tensor.half() for name, tensor in state.items()}


def _place(modality: Modality) -> str:
    return f"model.projectors.{modality}.trunk."
