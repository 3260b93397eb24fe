"""A tiny policy in training: what the tests of the trainer and of several processes share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from trl import GRPOConfig

from model.baseline import Baseline
from model.evidence import Evidence
from training.data.pairs import Window
from training.reinforcement.trainer import OmniGrpoTrainer
from training.supervised.answers import Answers

from ...model.network.tiny_omni import tiny_omni, tiny_window
from ..toy_banks import NORMS

G, PROMPTS = 4, 2
CLASSES = ("angry", "happy", "sad")
PRESENT = (("face", "voice"), ("voice",), ("face",), ("face", "voice"))


def window_of(index: int) -> Window:
    shown = PRESENT[index % len(PRESENT)]
    evidence = Evidence.from_values({}, {}, Baseline(), NORMS)
    return Window(tiny_window(shown, index), evidence, ("happy", "sad")[index % 2])


def many_vowels(completions: list[str], **kwargs: Any) -> list[float]:
    return [sum(letter in "aeiou" for letter in text) / 10 for text in completions]


def grpo(
    folder: Path, steps: int = 2, windows=window_of, micro: int = G, **options: Any
) -> OmniGrpoTrainer:
    model, processor = tiny_omni()
    torch.manual_seed(1)
    model = get_peft_model(model, LoraConfig(
        r=2, target_modules=r".*language_model\.layers\.\d+\..*\.(q|v)_proj",
    ))  # fmt: skip
    with torch.no_grad():  # as after a cold start: the adapter says something
        for name, value in model.named_parameters():
            if "lora_B" in name:
                value.normal_(0, 0.3)
    own = {name: options.pop(name) for name in ("claim_credit", "anchored") if name in options}
    if own.get("anchored"):
        own["answers"] = Answers(processor, CLASSES)
    arguments = GRPOConfig(
        output_dir=str(folder), use_cpu=True, bf16=False, max_steps=steps, learning_rate=1e-2,
        num_generations=G, per_device_train_batch_size=micro,
        gradient_accumulation_steps=PROMPTS * G // micro,
        max_completion_length=8, beta=options.pop("beta", 0.04), loss_type="grpo", report_to=[],
        logging_steps=1, save_steps=1, shuffle_dataset=False, disable_tqdm=True, seed=0,
        gradient_checkpointing=False, **options,
    )  # fmt: skip
    count = PROMPTS * 8
    emotions = [window_of(index).emotion for index in range(count)]
    rows = {"index": list(range(count)), "prompt": [""] * count, "emotion": emotions}
    return OmniGrpoTrainer(
        model=model, processor=processor, window_of=windows, args=arguments,
        reward_funcs=[many_vowels], train_dataset=Dataset.from_dict(rows), **own,
    )  # fmt: skip


def adapter_of(trainer: OmniGrpoTrainer) -> dict[str, torch.Tensor]:
    return {n: p.detach().clone() for n, p in trainer.model.named_parameters() if p.requires_grad}
