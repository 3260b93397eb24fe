"""`python -m training sft`: the cold start, in the direct and in the think form.

TRL's SFTTrainer with LoRA on the language model, whose own weights stay on the int4 grid, and the
projectors trained in full (their trunks stay as `training.trunks` left them). A stage that has been
through it already is trained on from where it is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from rich.console import Console
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from trl import SFTConfig, SFTTrainer

from model.baseline import Norms
from model.cues import Modality
from model.errors import ConfigError
from model.layout import MODALITIES
from model.network.build import build_nano
from model.network.modeling import OmniForConditionalGeneration
from model.network.processing import OmniProcessor
from model.network.projector import Trunk
from model.processing import Statistics
from model.weights.fetch import cache_dir, fetch_component
from model.weights.sources import SMOLLM2
from training.data.bank import Bank
from training.data.branches import BranchCollator
from training.data.folds import fold_rows
from training.data.load import load_split
from training.data.pairs import PROTOCOLS, Pair, PairKind, Window, draw_pairs, make_window
from training.distillation import distillation_loss, trunk_beliefs, trunks_of
from training.face_encoder import load_encoder
from training.grammar import write_rationale
from training.release import Stage, widths
from training.trunks import FOLDS_FILE, TRUNKS_FILE, within

LORA_TARGETS = r".*language_model\.layers\.\d+\..*\.(q|k|v|o|gate|up|down)_proj"
TRAINED_WHOLE = ["projectors.face", "projectors.voice", "absent"]
ADAPTER_FILE = "adapter.safetensors"


@dataclass(frozen=True)
class SftRecipe:
    """Options of the cold start."""

    stage: str
    prepared: str
    output: str
    samples: int = 8000
    think: bool = True
    answer_weight: float = 4.0
    distilled: float = 0.5
    congruent: float = 0.5
    face_only: float = 0.25
    voice_only: float = 0.25
    protocol_weights: tuple[float, ...] = (2.0, 1.0, 2.0)
    folds: int = 3
    batch_size: int = 8
    learning_rate: float = 6e-4
    lora_rank: int = 16
    lora_alpha: int = 32
    warmup_ratio: float = 0.05
    save_steps: int = 100
    threads: int = 2
    seed: int = 0


class ColdStartTrainer(SFTTrainer):
    """SFTTrainer with the model's own loss, and distillation of the trunks.

    Attributes:
        distilled: share of the trunks' beliefs in what is learned where an emotion is chosen.

    TRL's fused head scores every position, media and prompt included, which doubles a step's time
    on a CPU; the model's forward scores learned positions only and knows their weights.
    """

    distilled = 0.0

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
        if self.distilled:
            beliefs = trunk_beliefs(trunks_of(model), inputs)
            loss = loss + self.distilled * distillation_loss(outputs.logits, inputs, beliefs)
        targets = inputs["labels"][:, 1:]
        right = outputs.logits.detach().argmax(-1) == targets[targets != -100]
        mode = "train" if self.model.training else "eval"
        self._metrics[mode]["mean_token_accuracy"].append(right.float().mean().item())
        return (loss, outputs) if return_outputs else loss


def load_base(stage_folder: Path) -> tuple[OmniForConditionalGeneration, OmniProcessor]:
    """The untrained network with the stage's trunks in its projectors."""
    stage, statistics = (
        Stage.load(stage_folder),
        Statistics.load(stage_folder / "statistics.safetensors"),
    )
    sizes = widths(statistics)
    model, tokenizer = build_nano(
        fetch_component(SMOLLM2, cache_dir()),
        tuple(stage.classes),
        sizes["face"][1:3],
        sizes["voice"][1:3],
        stage.hidden,
    )
    set_trunks(model, load_file(stage_folder / TRUNKS_FILE))
    return model, OmniProcessor(tokenizer, sizes["face"][1:3], sizes["voice"][1:3])


def set_trunks(model: nn.Module, tensors: Mapping[str, Tensor], prefix: str = "") -> None:
    """Put trunks (`{prefix}{modality}.…`) into the projectors that the forward pass uses."""
    for modality in MODALITIES:
        start = f"{prefix}{modality}."
        state = {n.removeprefix(start): v for n, v in tensors.items() if n.startswith(start)}
        for name, trunk in model.named_modules():
            if isinstance(trunk, Trunk) and f"projectors.{modality}." in name:
                trunk.load_state_dict(state)


class FoldTrunks(TrainerCallback):
    """Before each step, put the trunks in that have not seen the step's fold."""

    def __init__(self, folder: Path, folds: int) -> None:
        self._folds, self._shipped = load_file(folder / FOLDS_FILE), load_file(folder / TRUNKS_FILE)
        self._count = folds

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        set_trunks(kwargs["model"], self._folds, f"{state.global_step % self._count}.")

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        set_trunks(kwargs["model"], self._shipped)


class FoldWindows:
    """The windows to be trained on; each batch is of one fold, the folds take turns.

    Attributes:
        banks: of each fold; nobody is in two of them.
    """

    def __init__(self, recipe: SftRecipe, banks: Mapping[Modality, Bank], source: Path) -> None:
        self._batch_size, self._protocol_weights = recipe.batch_size, recipe.protocol_weights
        self._statistics = Statistics.load(source / "statistics.safetensors")
        self._norms = Norms.load(source / "norms.json")
        rows = {modality: fold_rows(bank, recipe.folds) for modality, bank in banks.items()}
        self.banks = [
            {modality: bank.select(rows[modality][fold]) for modality, bank in banks.items()}
            for fold in range(recipe.folds)
        ]
        mix: dict[PairKind, float] = {
            "congruent": recipe.congruent, "face": recipe.face_only, "voice": recipe.voice_only,
        }  # fmt: skip
        each = -(-recipe.samples // (recipe.batch_size * recipe.folds)) * recipe.batch_size
        self._pairs = [
            draw_pairs(fold_banks, mix, each, recipe.seed + fold, alike=recipe.batch_size)
            for fold, fold_banks in enumerate(self.banks)
        ]

    def __call__(self, index: int, rng: random.Random) -> Window:
        """Window `index`, its baseline drawn with `rng`."""
        protocol = rng.choices(PROTOCOLS, self._protocol_weights)[0]
        banks = self.banks[self._place(index)[0]]
        return make_window(self.pair(index), banks, protocol, self._statistics, self._norms, rng)

    def pair(self, index: int) -> Pair:
        """Rows, in its fold's banks, of the face and the voice of window `index`."""
        fold, place = self._place(index)
        return self._pairs[fold][place]

    def _place(self, index: int) -> tuple[int, int]:
        batch, row = divmod(index, self._batch_size)
        turn, fold = divmod(batch, len(self.banks))
        return fold, turn * self._batch_size + row


def lora_config(rank: int, alpha: int) -> LoraConfig:
    """LoRA on every linear layer of the language model; projectors are trained whole."""
    return LoraConfig(
        r=rank, lora_alpha=alpha, target_modules=LORA_TARGETS, modules_to_save=TRAINED_WHOLE
    )


def _adapter(model: PeftModel) -> Iterator[tuple[str, Tensor]]:
    """LoRA pairs and whole-trained modules, by their names without PEFT's wrapping."""
    for name, value in model.named_parameters():
        if "lora_" in name or ".modules_to_save." in name:
            plain = name.removeprefix("base_model.model.").replace(".default", "")
            yield plain.replace(".modules_to_save", ""), value


def adapter_tensors(model: PeftModel) -> dict[str, Tensor]:
    """LoRA pairs and whole-trained modules by their plain names, float16 as they are shipped."""
    return {name: value.detach().cpu().half().contiguous() for name, value in _adapter(model)}


def load_adapter(model: PeftModel, path: Path) -> None:
    """Inverse of saving `adapter_tensors`."""
    tensors = load_file(path)
    with torch.no_grad():
        for name, value in _adapter(model):
            value.copy_(tensors[name])


def train(recipe: SftRecipe, console: Console) -> Path:
    """Run the cold start (or go on with it) and write the next stage's folder; returns it."""
    torch.set_num_threads(recipe.threads)
    source, output = Path(recipe.stage), Path(recipe.output)
    stage = Stage.load(source)
    encoder = load_encoder(source / "face_encoder.safetensors")
    banks = {
        modality: within(bank, stage.classes)
        for modality, bank in load_split(
            Path(recipe.prepared), "train", encoder, tuple(stage.levels)
        ).items()
    }
    if {modality: len(bank) for modality, bank in banks.items()} != stage.folded:
        raise ConfigError(
            f"{recipe.prepared}: holds other training clips than {source} was trained on; "
            "run `python -m training trunks` again."
        )
    windows = FoldWindows(recipe, banks, source)

    def rationale_of(window: Window) -> str:
        return write_rationale(window.evidence, window.emotion)

    model, processor = load_base(source)
    collator = BranchCollator(
        processor,
        windows,
        rationale_of if recipe.think else None,
        recipe.answer_weight,
        recipe.seed,
        stage.classes,
    )
    trainer = ColdStartTrainer(
        model=model,
        args=_arguments(recipe, output),
        train_dataset=Dataset.from_dict({"index": list(range(recipe.samples))}),
        data_collator=collator,
        processing_class=processor.tokenizer,
        peft_config=lora_config(recipe.lora_rank, recipe.lora_alpha),
        callbacks=[FoldTrunks(source, recipe.folds)],
    )
    trainer.distilled = recipe.distilled
    if (source / ADAPTER_FILE).exists():
        load_adapter(trainer.model, source / ADAPTER_FILE)
    for name, value in trainer.model.named_parameters():
        if ".trunk." in name:
            value.requires_grad_(False)
    checkpoints = sorted(output.glob("checkpoint-*"))
    console.print(f"{recipe.samples} windows, {'resuming' if checkpoints else 'starting'}")
    trainer.train(resume_from_checkpoint=bool(checkpoints))
    return _hand_over(recipe, stage, source, output, trainer.model)


def _arguments(recipe: SftRecipe, output: Path) -> SFTConfig:
    return SFTConfig(
        output_dir=str(output),
        per_device_train_batch_size=recipe.batch_size,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=round(recipe.warmup_ratio * recipe.samples / recipe.batch_size),
        num_train_epochs=1,
        logging_steps=10,
        save_steps=recipe.save_steps,
        save_total_limit=1,
        seed=recipe.seed,
        train_sampling_strategy="sequential",  # pairs are drawn in random order already
        bf16=torch.cuda.is_available(),
        use_cpu=not torch.cuda.is_available(),
        gradient_checkpointing=False,
        max_length=None,
        remove_unused_columns=False,
        dataset_kwargs={"skip_prepare_dataset": True},
        report_to=["tensorboard"],
        dataloader_num_workers=0,
    )


def _hand_over(
    recipe: SftRecipe, stage: Stage, source: Path, output: Path, model: PeftModel
) -> Path:
    save_file(adapter_tensors(model), output / ADAPTER_FILE)
    for name in ("statistics.safetensors", "norms.json", "face_encoder.safetensors",
                 TRUNKS_FILE, FOLDS_FILE):  # fmt: skip
        (output / name).write_bytes((source / name).read_bytes())
    stage.lora_rank, stage.lora_alpha = recipe.lora_rank, recipe.lora_alpha
    stage.history.append(f"sft: {recipe.samples} windows, {'think and ' * recipe.think}direct")
    stage.save(output)
    return output
