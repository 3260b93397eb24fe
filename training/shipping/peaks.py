"""`python -m training peaks`: how large the channels of what the linears read become.

The decoder's 8-bit form for long runs (`model.export.long_graph`) shares one scale among all
activations; these peaks tell it which channels to make smaller first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor, nn

from model.layout import PROMPT_START
from model.release_info import PEAKS_FILE
from training.config import NotNegative, Positive, Several
from training.progress import track
from training.release import Stage
from training.shipping.layerwise import Batch, kind_of
from training.shipping.settle import calibration
from training.supervised.sft import LORA_TARGETS, load_trained


@dataclass(frozen=True)
class PeaksRecipe:
    """Options: `windows` of training, answered and explained, are read."""

    stage: str
    prepared: str
    windows: Positive = 64
    folds: Several = 3
    threads: Positive = 2
    seed: NotNegative = 1


def write_peaks(recipe: PeaksRecipe, console: Console) -> Path:
    """Measure the peaks and save them into the stage's folder."""
    torch.set_num_threads(recipe.threads)
    source = Path(recipe.stage)
    stage = Stage.load_started(source)
    model, processor = load_trained(source)
    with torch.inference_mode():
        told = calibration(recipe, source, stage, model, processor)
        # The decoder never reads what every prompt begins with in 8 bits.
        found = peaks(model.merge_and_unload(), told, len(processor.ids(PROMPT_START)))
    save_file({name: peak.half() for name, peak in found.items()}, source / PEAKS_FILE)
    console.print(f"{source / PEAKS_FILE}: {len(found)} inputs, {recipe.windows} windows")
    return source / PEAKS_FILE


def peaks(model: nn.Module, told: Sequence[Batch], skipped: int) -> dict[str, Tensor]:
    """The largest magnitude of each channel that a layer's linears read, by "layer.part".

    Args:
        told: batches without padding.
        skipped: tokens at each batch's beginning that do not count.
    """
    found: dict[str, Tensor] = {}

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def see(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            peak = inputs[0][:, skipped:].abs().amax((0, 1))
            found[name] = torch.maximum(found[name], peak) if name in found else peak

        return see

    hooks = []
    for name, module in model.named_modules():
        if re.fullmatch(LORA_TARGETS, name):
            layer = name.split("layers.")[1].split(".")[0]
            see = watch(f"{layer}.{kind_of(name)}")
            hooks.append(module.register_forward_pre_hook(see))
    for batch in track(told, "peaks"):
        model(**batch)
    for hook in hooks:
        hook.remove()
    return found
