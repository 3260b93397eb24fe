"""`python -m tests.benchmarks.grpo`: reinforcement beside TRL's stock trainer, on the same text.

Both trainers write completions of a fixed length from the same prompts, which hold no media, with
the same language model, LoRA, rewards and options, in turns in one process. Printed are samples
and tokens a second, their ratio, and the peak memory; then how ours grows with the group and with
the length. Weights are SmolLM2's own; nothing is learned that would be kept.
"""

from __future__ import annotations

import dataclasses
import json
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import typer
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from rich.console import Console
from rich.table import Table
from transformers import LlamaForCausalLM
from trl import GRPOConfig, GRPOTrainer

from model.baseline import Baseline, Norms
from model.evidence import Evidence
from model.layout import THINK
from model.network.build import build_nano
from model.network.processing import OmniProcessor, prompt_text
from model.weights.fetch import cache_dir, fetch_component
from model.weights.sources import SMOLLM2
from tests.benchmarks.__main__ import peak_memory_mb
from training.data.pairs import Window
from training.reinforcement.sampling import store_by_columns
from training.reinforcement.trainer import OmniGrpoTrainer
from training.running.memory import keep_freed_memory

PROMPTS = 2
FACE, VOICE = (254, 280), (1024, 2048)
"""Widths of the processor's output; with no media they change no figure."""


@dataclass(frozen=True)
class Work:
    """Completions of a group and tokens of each."""

    generations: int
    length: int


@dataclass(frozen=True)
class Speed:
    """What one trainer did."""

    samples_per_s: float
    tokens_per_s: float


def chance(completions: list[Any], **kwargs: Any) -> list[float]:
    """A reward that nothing can be learned from, and that differs within a group."""
    return [random.random() for _ in completions]


def arguments(work: Work, folder: str) -> GRPOConfig:
    """The same for both trainers; every completion is exactly `work.length` tokens long."""
    cuda = torch.cuda.is_available()
    return GRPOConfig(
        output_dir=folder, max_steps=3, num_generations=work.generations,
        per_device_train_batch_size=work.generations, gradient_accumulation_steps=PROMPTS,
        max_completion_length=work.length, beta=0.04, loss_type="grpo", report_to=[],
        generation_kwargs={"min_new_tokens": work.length}, save_strategy="no", use_cpu=not cuda,
        bf16=cuda, gradient_checkpointing=False, disable_tqdm=True, logging_strategy="no",
    )  # fmt: skip


def adapted(model: Any) -> Any:
    """The model under LoRA on the same layers."""
    names = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    return get_peft_model(model, LoraConfig(r=16, lora_alpha=32, target_modules=names))


def rows(text: str) -> Dataset:
    """Prompts for more steps than are taken."""
    count = PROMPTS * 8
    return Dataset.from_dict({"index": range(count), "prompt": [text] * count,
                              "emotion": [None] * count})  # fmt: skip


def ours(work: Work, folder: str) -> GRPOTrainer:
    """`OmniGrpoTrainer` on windows in which nobody is seen or heard."""
    model, tokenizer = build_nano(_weights(), ("happy", "sad"), FACE, VOICE)
    evidence = Evidence.from_values({}, {}, Baseline(), Norms.load())
    trainer = OmniGrpoTrainer(
        model=adapted(model), processor=OmniProcessor(tokenizer, FACE, VOICE),
        window_of=lambda index: Window({}, evidence, "happy"), args=arguments(work, folder),
        reward_funcs=[chance], train_dataset=rows(""),
    )  # fmt: skip
    if not torch.cuda.is_available():
        store_by_columns(trainer.model)
    trainer._sampling = dataclasses.replace(trainer._sampling, ends=())  # as min_new_tokens does
    return trainer


def stock(work: Work, folder: str) -> GRPOTrainer:
    """TRL's own trainer on the same prompts as text."""
    omni, tokenizer = build_nano(_weights(), ("happy", "sad"), FACE, VOICE)
    model = LlamaForCausalLM(omni.config.text_config)
    model.model.load_state_dict(omni.model.language_model.state_dict())
    model.tie_weights()
    return GRPOTrainer(
        model=adapted(model), processing_class=tokenizer, args=arguments(work, folder),
        reward_funcs=[chance], train_dataset=rows(prompt_text([]) + THINK),
    )  # fmt: skip


def _weights() -> Path:
    return fetch_component(SMOLLM2, cache_dir())


def speed(make: Any, work: Work) -> Speed:
    """Train three steps; the wall time of training alone counts."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = make(work, folder)
        begun = time.perf_counter()
        trainer.train()
        took_s = time.perf_counter() - begun
    samples = trainer.args.max_steps * PROMPTS * work.generations
    return Speed(samples / took_s, samples * work.length / took_s)


def main(
    generations: int = 8, length: int = 64, output: Path = Path("build/grpo_benchmark.json")
) -> None:
    """Print the tables, and keep the figures as one flat JSON object."""
    keep_freed_memory()  # for both
    console, figures = Console(), dict[str, float]()
    work = Work(generations, length)
    beside = Table("trainer", "samples/s", "tokens/s", title=f"G = {generations}, {length} tokens")
    found = {make.__name__: speed(make, work) for make in (stock, ours)}
    for name, one in found.items():
        beside.add_row(name, f"{one.samples_per_s:.2f}", f"{one.tokens_per_s:.1f}")
        figures[f"{name}_tokens_per_s"] = one.tokens_per_s
    figures["ours_vs_stock"] = found["ours"].tokens_per_s / found["stock"].tokens_per_s
    console.print(beside, f"ours / stock: {figures['ours_vs_stock']:.2f}")
    growth = Table("G", "tokens", "samples/s", "tokens/s", "peak MB", title="how ours grows")
    for other in (Work(generations // 2, length), work, Work(generations, 2 * length)):
        one = found["ours"] if other == work else speed(ours, other)
        key = f"g{other.generations}_l{other.length}"
        figures[f"{key}_tokens_per_s"], figures[f"{key}_peak_mb"] = (
            one.tokens_per_s, peak_memory_mb(),
        )  # fmt: skip
        growth.add_row(
            str(other.generations), str(other.length), f"{one.samples_per_s:.2f}",
            f"{one.tokens_per_s:.1f}", f"{figures[f'{key}_peak_mb']:.0f}",
        )  # fmt: skip
    console.print(growth)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
