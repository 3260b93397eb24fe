"""`python -m training sft`: the cold start, in the direct and in the think form.

TRL's SFTTrainer with LoRA on the language model, whose own weights stay on the int4 grid, and the
projectors trained in full (their trunks stay as `training.encoders.trunks` left them). A stage that
has been through it already is trained on from where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel, get_peft_model
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor
from trl import SFTConfig, SFTTrainer

from model.errors import ConfigError
from model.network.build import build_nano
from model.network.modeling import OmniForConditionalGeneration
from model.network.processing import OmniProcessor
from model.release_info import CODES_FILE, OPTIONAL_FILES
from model.weights.fetch import cache_dir, fetch_component
from model.weights.sources import SMOLLM2
from training.config import Amount, NotNegative, Positive, Several, Share
from training.data.branches import BranchCollator
from training.data.pairs import Window
from training.encoders.fold_windows import (
    FoldTrunks,
    FoldWindows,
    ProtocolWeights,
    mix_of,
    training_banks,
)
from training.rationales.grammar import write_rationale
from training.release import (
    ADAPTER_FILE,
    FOLDS_FILE,
    NORMS_FILE,
    STATISTICS_FILE,
    TRUNKS_FILE,
    UNPUBLISHED,
    Stage,
    begin_stage,
    copy_files,
    load_references,
    stage_cure,
    widths,
)
from training.running.precision import autocast_beside_deepspeed, multiply_in_bfloat16
from training.running.processes import (
    learns_in_bfloat16,
    process_count,
    rank,
    refuse_idle_gpus,
    refuse_unknown_shards,
)
from training.running.qlora import (
    Optimizer,
    Quantization,
    learn_the_rest_in_float32,
    quantise_nf4,
    require_cuda,
)
from training.running.shards import whole
from training.running.sittings import goes_on
from training.supervised.answers import Answers, Teacher
from training.supervised.distillation import distillation_loss, trunk_beliefs, trunks_of
from training.tensors import load_tensors

LORA_TARGETS = r".*language_model\.layers\.\d+\..*\.(q|k|v|o|gate|up|down)_proj"
TRAINED_WHOLE = ["projectors.face", "projectors.voice", "absent", "fused"]


@dataclass(frozen=True)
class SftRecipe:
    """Options of the cold start.

    Attributes:
        samples: windows, each once; a few more where they fill no whole number of steps.
        think: learn rationales, too, not the direct answers alone.
        answer_weight: of a direct answer's tokens, and of a rationale's verdict; others weigh 1.
        distilled, agreed: shares of the teacher's beliefs, and of the direct answer, in what is
            learned where an emotion is named (`distillation_loss`).
        teacher: the trunks; or the stage itself, so that it learns on and keeps its answers.
        projectors: learn, too; else LoRA alone.
        congruent, face_only, voice_only: shares of the kinds of windows.
        protocol_weights: how often a window has no, a neutral, a running baseline.
        folds: trunks that each left a part of the people out.
        quantization, optimizer: "nf4" (QLoRA) and "adamw_8bit" save memory on a CUDA GPU.
        batch_size: windows of a step in each process.
        bfloat16: multiply in it on a processor (`training.running.precision`); GPUs do anyway.
    """

    stage: str
    prepared: str
    output: str
    samples: Positive = 8000
    think: bool = True
    answer_weight: Amount = 4.0
    distilled: Share = 0.5
    agreed: Share = 0.0
    teacher: Literal["trunks", "stage"] = "trunks"
    projectors: bool = True
    congruent: Amount = 0.5
    face_only: Amount = 0.25
    voice_only: Amount = 0.25
    protocol_weights: ProtocolWeights = (2.0, 1.0, 2.0)
    folds: Several = 3
    batch_size: Positive = 8
    learning_rate: Amount = 6e-4
    lora_rank: Positive = 16
    lora_alpha: Positive = 32
    warmup_ratio: Share = 0.05
    quantization: Quantization = "none"
    optimizer: Optimizer = "adamw_torch"
    bfloat16: bool = False
    save_steps: Positive = 100
    threads: Positive = 2
    seed: NotNegative = 0

    def __post_init__(self) -> None:
        require_cuda(self.quantization, self.optimizer)


class ColdStartTrainer(SFTTrainer):
    """SFTTrainer with the model's own loss, and distillation of the trunks.

    Attributes:
        distilled, agreed: shares of what is believed, and of the direct answer, in what is
            learned where an emotion is chosen (`distillation_loss`).
        teacher: believes for each batch; without, the model's own trunks do.

    TRL's fused head scores every position, media and prompt included, which doubles a step's time
    on a CPU; the model's forward scores learned positions only and knows their weights.
    """

    distilled = agreed = 0.0
    teacher: Teacher | None = None

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | None = None,
    ) -> Any:
        decisions = ("decision_at", "decision_ids")
        outputs = model(**{n: value for n, value in inputs.items() if n not in decisions})
        loss = outputs.loss
        if self.distilled or self.agreed:
            beliefs = (
                self.teacher(inputs) if self.teacher else trunk_beliefs(trunks_of(model), inputs)
            )
            loss = loss + distillation_loss(
                outputs.logits, inputs, beliefs, self.distilled, self.agreed
            )
        targets = inputs["labels"][:, 1:]
        right = outputs.logits.detach().argmax(-1) == targets[targets != -100]
        mode = "train" if self.model.training else "eval"
        self._metrics[mode]["mean_token_accuracy"].append(right.float().mean().item())
        return (loss, outputs) if return_outputs else loss

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """As transformers does, whose way for ZeRO-3 forgets the trunks: they do not learn."""
        if self.is_deepspeed_enabled:
            self._save(output_dir, self.accelerator.get_state_dict(self.deepspeed))
        else:
            super().save_model(output_dir, _internal_call)


def load_base(stage_folder: Path) -> tuple[OmniForConditionalGeneration, OmniProcessor]:
    """The untrained network, of the shape that the stage's trunks have."""
    stage, (statistics, _) = Stage.load(stage_folder), load_references(stage_folder)
    sizes = widths(statistics)
    model, tokenizer = build_nano(
        fetch_component(SMOLLM2, cache_dir()),
        tuple(stage.classes),
        sizes["face"][1:3],
        sizes["voice"][1:3],
        stage.hidden,
        stage_folder / CODES_FILE,
    )
    return model, OmniProcessor(tokenizer, sizes["face"][1:3], sizes["voice"][1:3])


def lora_config(rank: int, alpha: int, projectors: bool = True) -> LoraConfig:
    """LoRA on every linear layer of the language model; `projectors` are trained whole."""
    return LoraConfig(
        r=rank,
        lora_alpha=alpha,
        target_modules=LORA_TARGETS,
        modules_to_save=TRAINED_WHOLE if projectors else None,
    )


def adapter_parameters(model: torch.nn.Module) -> Iterator[tuple[str, torch.nn.Parameter]]:
    """The trained adapter's LoRA pairs, and the modules trained whole, by their plain names."""
    for name, value in model.named_parameters():
        if ".ref." in name or ".original_module." in name:
            continue
        plain = name.removeprefix("base_model.model.").replace(".default", "")
        plain = plain.replace(".modules_to_save", "")
        if "lora_" in plain or plain.startswith(tuple(f"model.{part}." for part in TRAINED_WHOLE)):
            yield plain, value


def adapter_tensors(model: PeftModel) -> dict[str, Tensor]:
    """LoRA pairs and whole-trained modules by their plain names, float16 as they are shipped.

    Where processes share the weights out, all of them have to ask.
    """
    return {
        name: whole(value).cpu().half().contiguous() for name, value in adapter_parameters(model)
    }


def load_adapter(model: PeftModel, path: Path) -> None:
    """Inverse of saving `adapter_tensors`; a settled stage has no LoRA, so it begins anew there.

    Raises:
        ConfigError: the file is missing or damaged, or is of a network of another shape.
    """
    tensors = load_tensors(path, stage_cure(path.parent))
    settled = not any("lora_" in name for name in tensors)
    with torch.no_grad():
        for name, value in adapter_parameters(model):
            if settled and "lora_" in name:
                continue
            if name.endswith(".trunk.adjustment") and name not in tensors:
                continue  # of before nano-0.11: trunks adjust nothing
            if name not in tensors or tensors[name].shape != value.shape:
                raise ConfigError(
                    f"{path}: does not fit at {name}; take the lora_rank= that the stage was "
                    "trained with, or train that stage again."
                )
            value.copy_(tensors[name])


def load_trained(
    stage_folder: Path, quantization: Quantization = "none"
) -> tuple[PeftModel, OmniProcessor]:
    """The network as a stage with an adapter left it, in evaluation mode; only LoRA can learn.

    A release will do: its trunks lie in the adapter.
    """
    stage = Stage.load(stage_folder)
    base, processor = load_base(stage_folder)
    if quantization == "nf4":
        quantise_nf4(base)
    model = get_peft_model(base, lora_config(stage.lora_rank, stage.lora_alpha, False))
    load_adapter(model, stage_folder / ADAPTER_FILE)
    return model.eval(), processor


def train(recipe: SftRecipe, console: Console) -> Path:
    """Run the cold start (or go on with it) and write the next stage's folder; returns it."""
    refuse_idle_gpus()
    refuse_unknown_shards(recipe.quantization)
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)  # projectors begin at random, and TRL seeds later
    source, output = Path(recipe.stage), Path(recipe.output)
    stage = (Stage.load_started if recipe.teacher == "stage" else Stage.load)(source)
    checkpoint = goes_on("sft", recipe, source, output)
    trainer = _trainer(recipe, stage, source, output)
    console.print(f"{recipe.samples} windows, {'resuming' if checkpoint else 'starting'}")
    trainer.train(resume_from_checkpoint=checkpoint)
    stage.lora_rank, stage.lora_alpha = recipe.lora_rank, recipe.lora_alpha
    stage.history.append(f"sft: {recipe.samples} windows, {'think and ' * recipe.think}direct")
    return hand_over(stage, source, output, trainer.model)


def _trainer(recipe: SftRecipe, stage: Stage, source: Path, output: Path) -> ColdStartTrainer:
    banks = training_banks(Path(recipe.prepared), source, stage)
    of_a_step = recipe.batch_size * process_count()
    # The last step is filled up by windows of its own fold, and not by the first ones of all.
    steps = -(-recipe.samples // of_a_step)
    windows = FoldWindows(
        banks, source, stage.classes, mix_of(recipe), recipe.samples, of_a_step,
        recipe.folds, recipe.protocol_weights, recipe.seed,
    )  # fmt: skip
    model, processor = load_base(source)
    if recipe.quantization == "nf4":
        quantise_nf4(model)
    trainer = ColdStartTrainer(
        model=model,
        args=_arguments(recipe, output, steps),
        train_dataset=Dataset.from_dict({"index": range(steps * of_a_step)}),
        data_collator=BranchCollator(
            processor, windows, _rationale_of if recipe.think else None, recipe.answer_weight,
            recipe.seed, stage.classes,
        ),
        processing_class=processor.tokenizer,
        peft_config=lora_config(recipe.lora_rank, recipe.lora_alpha, recipe.projectors),
    )  # fmt: skip
    if recipe.quantization == "nf4":
        learn_the_rest_in_float32(trainer.model)
    if (source / ADAPTER_FILE).exists():
        load_adapter(trainer.model, source / ADAPTER_FILE)
    trainer.distilled, trainer.agreed = recipe.distilled, recipe.agreed
    models = [trainer.model]
    if recipe.teacher == "stage":
        # Loaded anew: TRL has hooked into the other, and a copy would call into it.
        taught = load_trained(source, recipe.quantization)[0].to(trainer.args.device)
        trainer.teacher = Teacher(taught, Answers(processor, stage.classes))
        models.append(taught)
    if recipe.bfloat16 and not torch.cuda.is_available():
        for model in models:
            multiply_in_bfloat16(model)
    autocast_beside_deepspeed(trainer.model)
    trainer.add_callback(FoldTrunks(source, recipe.folds, models))
    for name, value in trainer.model.named_parameters():
        if ".trunk." in name:
            value.requires_grad_(False)
    return trainer


def _rationale_of(window: Window) -> str:
    return write_rationale(window.evidence, window.emotion)


def _arguments(recipe: SftRecipe, output: Path, steps: int) -> SFTConfig:
    return SFTConfig(
        output_dir=str(output),
        per_device_train_batch_size=recipe.batch_size,
        learning_rate=recipe.learning_rate,
        optim=recipe.optimizer,
        lr_scheduler_type="cosine",
        warmup_steps=round(recipe.warmup_ratio * steps),
        num_train_epochs=1,
        logging_steps=10,
        save_steps=recipe.save_steps,
        save_total_limit=1,
        seed=recipe.seed,
        train_sampling_strategy="sequential",  # pairs are drawn in random order already
        bf16=learns_in_bfloat16(),
        use_cpu=not torch.cuda.is_available(),
        gradient_checkpointing=False,
        max_length=None,
        remove_unused_columns=False,
        dataset_kwargs={"skip_prepare_dataset": True},
        report_to=["tensorboard"],
        dataloader_num_workers=0,
    )


def hand_over(
    stage: Stage,
    source: Path,
    output: Path,
    model: PeftModel,
    beside: Mapping[str, bytes] | None = None,
) -> Path:
    """Write the next stage's folder; returns it.

    Args:
        beside: further files of it, or others than those of the stage in `source`.
    """
    tensors = adapter_tensors(model)
    if rank():  # one process writes what all of them have made
        return output
    begin_stage(output)
    save_file(tensors, output / ADAPTER_FILE)
    for name in OPTIONAL_FILES:
        (output / name).unlink(missing_ok=True)  # of a stage that lay here: they fit no other
    names = [STATISTICS_FILE, NORMS_FILE, "face_encoder.safetensors", TRUNKS_FILE, FOLDS_FILE]
    if (source / CODES_FILE).is_file():
        names.append(CODES_FILE)
    copy_files(names, source, output)
    for name, data in (beside or {}).items():
        (output / name).write_bytes(data)
    stage.version = UNPUBLISHED  # it is no longer the model that it may have come from
    stage.save(output)
    return output
