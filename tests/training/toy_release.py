"""The folder of a small published model, whose trunks know nothing yet."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

from model.layout import MODALITIES
from model.network.projector import Trunk
from training.data.bank import measure_statistics
from training.encoders.shipped_trunks import placed
from training.release import Stage

from .toy_banks import EMOTIONS, NORMS, summary_width, toy_bank


def toy_release(folder: Path, hidden: int) -> Path:
    """Write it; it has learned from other people than any test asks about."""
    folder.mkdir()
    learned = [toy_bank(modality, ("dan", "eve"), 12, seed=9) for modality in MODALITIES]
    measure_statistics(learned).save(folder / "statistics.safetensors")
    NORMS.save(folder / "norms.json")
    (folder / "face_encoder.safetensors").write_bytes(b"encoder")
    (folder / "codes.zlib").write_bytes(b"codes")
    tensors = {"model.absent": torch.ones(2).half()}
    torch.manual_seed(0)
    for modality in MODALITIES:
        trunk = Trunk(summary_width(modality), hidden, len(EMOTIONS), 0.0)
        tensors |= placed(modality, trunk.state_dict())
        tensors[f"model.projectors.{modality}.steps.weight"] = torch.ones(2).half()
    save_file(tensors, folder / "adapter.safetensors")
    Stage(
        sorted(EMOTIONS), [1], "nano-9", hidden, {"face": "another"}, 8, 16, history=["trunks"]
    ).save(folder)
    return folder
