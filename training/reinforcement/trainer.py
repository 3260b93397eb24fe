"""`OmniGrpoTrainer`: TRL's GRPOTrainer, with face and voice in both of its passes.

TRL 1.16 hands its own image tensors to the loss and drops all others in silence: a voice would
reach generation only, and the policy would be scored on what it never heard. Five methods are
overridden so that the very tensors that the completions were generated from go into every scoring
pass, row by row; `tests/training/reinforcement` holds the contract.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from trl import GRPOConfig, GRPOTrainer

from model.cues import Modality
from model.layout import MEDIA_WORDS, THINK
from model.network.modeling import MEDIA_INPUTS
from model.network.processing import OmniProcessor, prompt_text
from training.data.pairs import Window
from training.reinforcement.rollouts import Rollout, RolloutLog, judged

WindowOf = Callable[[int], Window]


class OmniGrpoTrainer(GRPOTrainer):
    """On-policy GRPO for windows of face and voice.

    The dataset's rows hold the `index` of a window, its `emotion`, and a `prompt` that is never
    read: the prompt follows from the window. Reward functions get, beside the columns, `evidence`
    and `present` of each row's window.

    Args:
        processor: of the network.
        window_of: makes window `index`; the same index always gives the same window.
        rollouts: keeps what was written and paid.
        kwargs: as for `GRPOTrainer`, without `processing_class`.
    """

    def __init__(
        self,
        *,
        args: GRPOConfig,
        processor: OmniProcessor,
        window_of: WindowOf,
        rollouts: RolloutLog | None = None,
        **kwargs: Any,
    ) -> None:
        self._omni, self._window_of, self._rollouts = processor, window_of, rollouts
        self._media: dict[str, Tensor] = {}
        self._shown: list[Mapping[Modality, Any]] = []
        # A sampled stand-in for media would ask for media that are not there.
        places = processor.tokenizer.convert_tokens_to_ids(list(MEDIA_WORDS))
        args.generation_kwargs = {**(args.generation_kwargs or {}), "suppress_tokens": places}
        super().__init__(args=args, processing_class=processor.tokenizer, **kwargs)

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        windows = {row["index"]: self._window_of(row["index"]) for row in inputs}
        rows = [self._with_window(row, windows[row["index"]]) for row in inputs]
        self._shown = [windows[row["index"]].media for row in inputs]
        device = self.accelerator.device
        media = self._omni.media_tensors(self._shown)
        self._media = {name: value.to(device) for name, value in media.items()}
        return {**super()._generate_and_score_completions(rows), **self._media}

    @staticmethod
    def _with_window(row: dict[str, Any], window: Window) -> dict[str, Any]:
        return {
            **row,
            "evidence": window.evidence,
            "present": frozenset(window.media),
        }

    def _tokenize_prompts(
        self, prompts: list[Any]
    ) -> tuple[list[list[int]], None, dict[str, Tensor]]:
        ids = [
            self._omni.ids(prompt_text(list(shown))) + self._omni.ids(THINK)
            for shown in self._shown
        ]
        return ids, None, dict(self._media)

    def _calculate_rewards(
        self,
        inputs: list[dict[str, Any]],
        prompts: list[Any],
        completions: Sequence[str],
        completion_ids_list: list[list[int]],
    ) -> Tensor:
        # The think tag ends the prompt; rewards judge the whole turn.
        turns = [THINK + completion for completion in completions]
        paid: Tensor = super()._calculate_rewards(inputs, prompts, turns, completion_ids_list)
        if self._rollouts is not None and self.accelerator.is_main_process:
            own = paid[: len(turns)].tolist()
            self._rollouts.add([
                Rollout(
                    self.state.global_step, row["index"], row["emotion"], turn,
                    {name: None if math.isnan(value) else value
                     for name, value in zip(self.reward_func_names, values, strict=True)},
                    judged(turn, row["evidence"]),
                )
                for row, turn, values in zip(inputs, turns, own, strict=True)
            ])  # fmt: skip
        return paid

    def _compute_loss(self, model: nn.Module, inputs: dict[str, Any]) -> Tensor:
        self._media = {name: inputs[name] for name in MEDIA_INPUTS}
        loss: Tensor = super()._compute_loss(model, inputs)
        return loss

    def _get_per_token_logps_and_entropies(
        self,
        model: nn.Module,
        input_ids: Tensor,
        attention_mask: Tensor,
        logits_to_keep: int,
        batch_size: int | None = None,
        compute_entropy: bool = False,
        **kwargs: Any,
    ) -> tuple[Tensor, Tensor | None, None]:
        """Log-probabilities (rows, kept) and entropies of the completion, media included.

        TRL's fused head scores every position on a CPU, prompt and media too; here the 49k-wide
        head is applied to the completion only.
        """
        log_probabilities, entropies = [], []
        for start in range(0, len(input_ids), batch_size or len(input_ids)):
            rows = slice(start, start + (batch_size or len(input_ids)))
            with self.accelerator.autocast():
                logits = model(
                    input_ids=input_ids[rows],
                    attention_mask=attention_mask[rows],
                    logits_to_keep=logits_to_keep + 1,
                    **{name: value[rows] for name, value in self._media.items()},
                ).logits[:, :-1]
            said = (logits.float() / self.temperature).log_softmax(-1)
            targets = input_ids[rows, -logits_to_keep:].unsqueeze(-1)
            log_probabilities.append(said.gather(-1, targets).squeeze(-1))
            if compute_entropy:
                entropies.append(-(said.exp() * said).sum(-1))
        return torch.cat(log_probabilities), torch.cat(entropies) if compute_entropy else None, None
