"""Trunks of small stages that believe the same of everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch

from model.cues import Modality
from model.network.projector import Trunk

from .toy_banks import EMOTIONS, summary_width


def believing(
    modalities: Iterable[Modality], beliefs: Mapping[str, str]
) -> dict[str, torch.Tensor]:
    """Trunks of two folds that believe in one emotion each, the second fold's less firmly."""
    tensors = {}
    for modality in modalities:
        for fold, firmness in enumerate((2.0, 1.0)):
            trunk = Trunk(summary_width(modality), 4, len(EMOTIONS), 0.0)
            torch.nn.init.zeros_(trunk.classifier.weight)
            with torch.no_grad():
                trunk.classifier.bias.copy_(
                    torch.tensor([firmness * (name == beliefs[modality]) for name in EMOTIONS])
                )
            for name, tensor in trunk.state_dict().items():
                tensors[f"{fold}.{modality}.{name}"] = tensor
    return tensors
