"""`python -m training grpo`: reinforcement learning with verifiable rewards, from a cold start.

The policy writes several rationales and answers for a window; each is paid by rules that look at
the label and at the clip's measurements, and those better than their group's mean become likelier
(GRPO; Shao et al. 2024, arXiv 2402.03300).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import torch
from datasets import Dataset
from peft import PeftModel
from rich.console import Console
from transformers import PrinterCallback
from trl import GRPOConfig
from trl.trainer.utils import use_adapter

from model.errors import ConfigError
from model.network.processing import OmniProcessor
from training.config import ABOVE_ZERO, FILLED, Amount, NotNegative, Positive, Rule, Several
from training.encoders.fold_windows import (
    FoldTrunks,
    FoldWindows,
    ProtocolWeights,
    mix_of,
    training_banks,
)
from training.rationales.grammar import write_rationale
from training.reinforcement import rewards
from training.reinforcement.curves import RewardCurves
from training.reinforcement.reader import FrozenReader
from training.reinforcement.rewards import Agreement, Reward
from training.reinforcement.rollouts import RolloutLog
from training.reinforcement.sampling import store_by_columns
from training.reinforcement.trainer import OmniGrpoTrainer
from training.reinforcement.wording import Wording
from training.release import Stage
from training.running.precision import autocast_beside_deepspeed, multiply_in_bfloat16
from training.running.processes import (
    learns_in_bfloat16,
    process_count,
    refuse_idle_gpus,
    refuse_unknown_shards,
)
from training.running.qlora import Optimizer, Quantization, require_cuda
from training.running.sittings import goes_on
from training.supervised.answers import Answers
from training.supervised.sft import hand_over, load_trained

RULES: dict[str, Reward] = {
    "accuracy": rewards.accuracy, "consistency": rewards.consistency, "form": rewards.form,
    "grounding": rewards.grounding, "modality": rewards.modality, "length": rewards.length,
}  # fmt: skip
OBJECTIVES = *RULES, "agreement", "wording"
OF_REFERENCE = "agreement", "consistency", "anchored"
# What TRL takes (`trl.GRPOConfig`).
Loss = Literal["grpo", "dr_grpo", "dapo", "bnpo", "cispo", "sapo", "luspo", "vespo"]
Scale = Literal["group", "batch", "none"]
Aggregation = Literal["sum_then_normalize", "normalize_then_sum"]
Level = Literal["token", "sequence"]
CISPO_LIMIT = 5.0
"""Most that CISPO weighs a token by, as its `epsilon_high`: TRL's own .2 would cut all of them."""
WEIGHED = Rule("at least one weight above 0", lambda weights: any(weights.values()))
WORDED_WINDOWS = 6000
"""Windows whose rationales, as the grammar writes them, show which words stand side by side."""


@dataclass(frozen=True)
class GrpoRecipe:
    """Options of reinforcement.

    Attributes:
        objectives: weight of each reward, by name.
        prompts, generations: windows of a step in each process, and completions of each.
        beta: weight of the divergence from the cold start.
        loss, scale, aggregation, level: TRL's `loss_type`, `scale_rewards`,
            `multi_objective_aggregation` and `importance_sampling_level`. `scale` is of
            sum_then_normalize: the other divides each objective by its deviation within the group,
            and their sum by its deviation within the batch.
        entropy: weight of the entropy bonus.
        claim_credit: weight of the advantage that the words of each claim get for that claim, in
            place of the completion's; 0 pays all words of a completion alike.
        anchored: weight of the divergence of direct answers from the reference's.
        congruent, face_only, voice_only, conflict: shares of the kinds of windows. Where face and
            voice disagree there is no right answer; what is said of either is paid all the same.
        protocol_weights: how often a window has no, a neutral, a running baseline.
        kept_every: steps between those whose completions are kept for the page.
        bfloat16: multiply in it on a processor (`training.running.precision`).
        quantization, optimizer: "nf4" (QLoRA) and "adamw_8bit" save memory on a CUDA GPU.
    """

    stage: str
    prepared: str
    output: str
    objectives: Annotated[dict[str, Amount], FILLED, WEIGHED] = field(
        default_factory=lambda: {"accuracy": 1.0, "form": 1.0}
    )
    steps: Positive = 200
    prompts: Positive = 2
    generations: Several = 8
    micro_batch: Positive = 8
    learning_rate: Amount = 2e-5
    beta: Amount = 0.04
    loss: Loss = "grpo"
    scale: Scale = "group"
    aggregation: Aggregation = "sum_then_normalize"
    level: Level = "token"
    entropy: Amount = 0.0
    claim_credit: Amount = 0.0
    anchored: Amount = 0.0
    temperature: Annotated[float, ABOVE_ZERO] = 1.0
    longest: Positive = 128
    congruent: Amount = 0.5
    face_only: Amount = 0.25
    voice_only: Amount = 0.25
    conflict: Amount = 0.0
    protocol_weights: ProtocolWeights = (2.0, 1.0, 2.0)
    folds: Several = 3
    save_steps: Positive = 20
    kept_every: Positive = 10
    quantization: Quantization = "none"
    optimizer: Optimizer = "adamw_torch"
    bfloat16: bool = False
    use_vllm: bool = False
    threads: Positive = 2
    seed: NotNegative = 0

    def __post_init__(self) -> None:
        unknown = sorted(set(self.objectives) - set(OBJECTIVES))
        if unknown:
            raise ConfigError(
                f"objective `{unknown[0]}` does not exist; there are {', '.join(OBJECTIVES)}."
            )
        if self.prompts * self.generations % self.micro_batch:
            raise ConfigError("prompts × generations should be a multiple of micro_batch.")
        asked = {*self.objectives, *(["anchored"] if self.anchored else [])}  # at weight 0, too
        for name in OF_REFERENCE:
            if name in asked and not self.beta:
                raise ConfigError(f"{name} asks the reference: it needs a beta above 0.")
        if self.scale != "group" and self.aggregation == "normalize_then_sum":
            raise ConfigError(
                f"scale={self.scale}: aggregation=normalize_then_sum divides by deviations of its "
                "own whatever scale says; leave it out, or take aggregation=sum_then_normalize."
            )
        require_cuda(self.quantization, self.optimizer)
        if self.use_vllm:
            raise ConfigError(
                "use_vllm: vLLM has no model class for this network's face and voice tokens; "
                "leave it out, and transformers generates."
            )


def train(recipe: GrpoRecipe, console: Console) -> Path:
    """Run reinforcement (or go on with it) and write the next stage's folder; returns it."""
    refuse_idle_gpus()
    refuse_unknown_shards(recipe.quantization)
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)  # behind a settled stage LoRA begins anew; TRL seeds later
    source, output = Path(recipe.stage), Path(recipe.output)
    stage = Stage.load_started(source)
    checkpoint = goes_on("grpo", recipe, source, output)
    trainer = _trainer(recipe, stage, source, output, console)
    console.print(f"{recipe.steps} steps, {'resuming' if checkpoint else 'starting'}")
    trainer.train(resume_from_checkpoint=checkpoint)
    weights = ", ".join(f"{name} {weight:g}" for name, weight in recipe.objectives.items())
    stage.history.append(f"grpo: {recipe.steps} steps of {recipe.prompts} windows, {weights}")
    return hand_over(stage, source, output, trainer.model)


def _trainer(
    recipe: GrpoRecipe, stage: Stage, source: Path, output: Path, console: Console
) -> OmniGrpoTrainer:
    banks = training_banks(Path(recipe.prepared), source, stage)
    # Each process has prompts of its own; all windows of a step are of one fold.
    of_a_step = recipe.prompts * process_count()
    samples = recipe.steps * of_a_step
    mix = {**mix_of(recipe), "conflict": recipe.conflict}

    def windows_of(count: int) -> FoldWindows:
        return FoldWindows(
            banks, source, stage.classes, mix, count, of_a_step, recipe.folds,
            recipe.protocol_weights, recipe.seed,
        )  # fmt: skip

    windows = windows_of(samples)
    model, processor = load_trained(source, recipe.quantization)
    if not torch.cuda.is_available():
        store_by_columns(model)
    others: dict[str, Callable[[], Reward]] = {
        "agreement": lambda: _agreement(model, processor, stage),
        "wording": lambda: Wording(_taught(windows_of(WORDED_WINDOWS))),
    }
    trainer = OmniGrpoTrainer(
        model=model,
        processor=processor,
        window_of=windows.drawn,
        rollouts=RolloutLog(output, recipe.kept_every),
        claim_credit=recipe.claim_credit,
        answers=Answers(processor, stage.classes) if _asks_directly(recipe) else None,
        anchored=recipe.anchored,
        reward_funcs=[RULES.get(name) or others[name]() for name in recipe.objectives],
        args=_arguments(recipe, output),
        train_dataset=_rows(windows, samples),
        callbacks=[FoldTrunks(source, recipe.folds, [model]), RewardCurves(console)],
    )
    if recipe.bfloat16 and not torch.cuda.is_available():
        multiply_in_bfloat16(trainer.model)
    autocast_beside_deepspeed(trainer.model)
    trainer.remove_callback(PrinterCallback)  # the curves say it in a line
    return trainer


def _asks_directly(recipe: GrpoRecipe) -> bool:
    return bool(recipe.anchored) or "consistency" in recipe.objectives


def _rows(windows: FoldWindows, samples: int) -> Dataset:
    pairs = [windows.pair(index) for index in range(samples)]
    emotions = [None if pair.kind == "conflict" else pair.emotion for pair in pairs]
    return Dataset.from_dict(
        {"index": range(samples), "prompt": [""] * samples, "emotion": emotions}
    )


def _agreement(model: PeftModel, processor: OmniProcessor, stage: Stage) -> Agreement:
    return Agreement(
        FrozenReader(model, processor, stage.classes, lambda: use_adapter(model, "ref"))
    )


def _taught(windows: FoldWindows) -> Iterator[str]:
    """Rationales as the cold start was taught to write them."""
    for window in map(windows.drawn, range(WORDED_WINDOWS)):
        yield write_rationale(window.evidence, window.emotion)


def _arguments(recipe: GrpoRecipe, output: Path) -> GRPOConfig:
    completions = recipe.prompts * recipe.generations
    cuda = torch.cuda.is_available()
    return GRPOConfig(
        output_dir=str(output),
        max_steps=recipe.steps,
        num_generations=recipe.generations,
        per_device_train_batch_size=recipe.micro_batch,
        gradient_accumulation_steps=completions // recipe.micro_batch,
        max_completion_length=recipe.longest,
        mask_truncated_completions=True,
        optim=recipe.optimizer,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=min(10, recipe.steps // 10),
        beta=recipe.beta,
        loss_type=recipe.loss,
        epsilon_high=CISPO_LIMIT if recipe.loss == "cispo" else None,
        scale_rewards=recipe.scale,
        multi_objective_aggregation=recipe.aggregation,
        importance_sampling_level=recipe.level,
        entropy_coef=recipe.entropy,
        reward_weights=list(recipe.objectives.values()),
        temperature=recipe.temperature,
        shuffle_dataset=False,  # windows are drawn in random order already
        logging_steps=1,
        save_steps=recipe.save_steps,
        save_total_limit=1,
        bf16=learns_in_bfloat16(),
        use_cpu=not cuda,
        gradient_checkpointing=False,
        report_to=["tensorboard"],
        disable_tqdm=True,
        seed=recipe.seed,
    )
