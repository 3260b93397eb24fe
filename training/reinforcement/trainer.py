"""`OmniGrpoTrainer`: TRL's GRPOTrainer, with face and voice in both of its passes.

TRL 1.16 hands its own image tensors to the loss and drops all others in silence: a voice would
reach generation only, and the policy would be scored on what it never heard. Seven methods are
overridden so that the very tensors that the completions were generated from go into every scoring
pass, row by row; `tests/training/reinforcement` holds the contract. Writing is our own too
(`training.reinforcement.sampling`): TRL's takes three times as long on a CPU.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pad
from trl import GRPOConfig, GRPOTrainer
from trl.trainer.utils import split_tensor_dict, use_adapter

from model.cues import Modality
from model.layout import MEDIA_WORDS, THINK
from model.network.modeling import MEDIA_INPUTS
from model.network.processing import OmniProcessor, prompt_text
from model.weighing import weight_word
from training.data.pairs import Window
from training.reinforcement.credit import group_advantages, of_tokens, paid_claims
from training.reinforcement.rollouts import Rollout, RolloutLog, judged
from training.reinforcement.sampling import Sampling, merged, sample
from training.reinforcement.scoring import completion_logits
from training.running.shards import gathered
from training.supervised.answers import Answers, divergence

WindowOf = Callable[[int], Window]
_ROW = "row"
"""Where a completion stood before TRL shuffled them."""
_WINDOW, _DIRECT = "window", "direct"
"""Its window, and what the reference answers that directly: log-probabilities of the classes."""


class OmniGrpoTrainer(GRPOTrainer):
    """On-policy GRPO for windows of face and voice.

    The dataset's rows hold the `index` of a window, its `emotion`, and a `prompt` that is never
    read: the prompt follows from the window. Reward functions get, beside the columns, `evidence`
    and `present` of each row's window, and the `direct_answer` of the reference, if it is asked.

    Args:
        processor: of the network.
        window_of: makes window `index`; the same index always gives the same window.
        rollouts: keeps what was written and paid.
        claim_credit: weight of the advantage that the words of each claim have of their own, in
            place of the completion's; 0 pays all words of a completion alike.
        answers: asks for direct answers; without, nobody does.
        anchored: weight of the divergence of the policy's direct answers from the reference's.
            Completions teach to think; what they do to the other form is not seen by them.
        kwargs: as for `GRPOTrainer`, without `processing_class`.
    """

    def __init__(
        self,
        *,
        args: GRPOConfig,
        processor: OmniProcessor,
        window_of: WindowOf,
        rollouts: RolloutLog | None = None,
        claim_credit: float = 0.0,
        answers: Answers | None = None,
        anchored: float = 0.0,
        **kwargs: Any,
    ) -> None:
        self._answers, self._anchored = answers, anchored
        self._omni, self._window_of, self._rollouts = processor, window_of, rollouts
        self._claim_credit = claim_credit
        self._claim_advantages: list[list[float | None]] = []
        self._media: dict[str, Tensor] = {}
        self._buffered_inputs: list[dict[str, Any]] | None
        self._indices: list[int] = []
        self._shown: list[Mapping[Modality, Any]] = []
        self._words: list[str] = []
        super().__init__(args=args, processing_class=processor.tokenizer, **kwargs)
        together = args.per_device_train_batch_size
        self._of_one_window = together > 1 and args.num_generations % together == 0
        self._sampling = Sampling(
            args.max_completion_length, tuple(self.eos_token_ids), self._forbidden(),
            args.temperature,
        )  # fmt: skip

    def _forbidden(self) -> tuple[int, ...]:
        """Stand-ins for media, which would ask for media, and what decoding hides from rewards."""
        tokenizer = self._omni.tokenizer
        hidden = {i for i, token in tokenizer.added_tokens_decoder.items() if token.special}
        places = tokenizer.convert_tokens_to_ids(list(MEDIA_WORDS))
        return tuple(sorted(hidden.union(places).difference(self.eos_token_ids)))

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        # Each process reads completions of its own length, so no layer can be gathered for all.
        with gathered(self.model_wrapped, self.accelerator):
            return self._written_and_scored(inputs)

    def _written_and_scored(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        windows = {row["index"]: self._window_of(row["index"]) for row in inputs}
        rows = [self._with_window(row, windows[row["index"]]) for row in inputs]
        self._indices = [row["index"] for row in inputs]
        self._shown = [windows[index].media for index in self._indices]
        self._words = [foreseen_word(windows[index]) for index in self._indices]
        device = self.accelerator.device
        media = self._omni.media_tensors(self._shown)
        self._media = {name: value.to(device) for name, value in media.items()}
        if self._answers is not None:
            direct = self._direct_answers(self._answers)
            best = [self._answers.classes[column] for column in direct.argmax(1).tolist()]
            rows = [{**row, "direct_answer": one} for row, one in zip(rows, best, strict=True)]
        output = {**super()._generate_and_score_completions(rows), **self._media}
        output[_ROW] = torch.arange(len(rows), device=device)
        if self._anchored:
            output[_DIRECT] = direct
            output[_WINDOW] = torch.tensor(self._indices, device=device)
        if self._claim_credit:
            whole = output["advantages"].unsqueeze(1)
            advantages = whole.expand(output["completion_ids"].shape).clone()
            for row, tokens in enumerate(self._claim_advantages):
                for place, earned in enumerate(tokens):
                    if earned is not None:
                        advantages[row, place] = self._claim_credit * earned
            output["advantages"] = advantages
        return output

    def _direct_answers(self, answers: Answers) -> Tensor:
        """What the reference answers without a rationale: log-probabilities (rows, classes)."""
        own, of_row = _windows(self._indices)
        media = {name: value[own] for name, value in self._media.items()}
        policy = self.accelerator.unwrap_model(self.model)
        with torch.no_grad(), use_adapter(policy, "ref"):
            return answers.direct(self.model, media)[of_row]

    @staticmethod
    def _with_window(row: dict[str, Any], window: Window) -> dict[str, Any]:
        return {
            **row,
            "evidence": window.evidence,
            "present": frozenset(window.media),
            "foreseen": foreseen(window),
        }

    def _tokenize_prompts(
        self, prompts: list[Any]
    ) -> tuple[list[list[int]], None, dict[str, Tensor]]:
        ids = [
            self._omni.ids(prompt_text(list(shown))) + self._omni.think(word)
            for shown, word in zip(self._shown, self._words, strict=True)
        ]
        return ids, None, dict(self._media)

    def _generate_single_turn(
        self,
        prompt_ids: list[list[int]],
        images: None,
        multimodal_fields: dict[str, Tensor],
        num_generations: int,
        has_tool_images: bool = False,
    ) -> tuple[list[list[int]], None]:
        # The rows of a window are one prompt; its first row stands for all.
        own, of_row = _windows(self._indices)
        prompts = {
            **self._omni.left_padded([prompt_ids[row] for row in own]),
            **{name: value[own] for name, value in multimodal_fields.items()},
        }
        prompts = {name: value.to(self.accelerator.device) for name, value in prompts.items()}
        model = self.accelerator.unwrap_model(self.model_wrapped)
        with merged(model), self.accelerator.autocast():
            return sample(model, prompts, of_row, self._sampling), None

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
        if self._claim_credit:
            self._claim_advantages = self._advantages_of_claims(inputs, turns, completion_ids_list)
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

    def _advantages_of_claims(
        self, inputs: list[dict[str, Any]], turns: list[str], completion_ids: list[list[int]]
    ) -> list[list[float | None]]:
        """For each token of each completion; None where it is part of no claim."""
        decode = self._omni.tokenizer.decode
        claims = [
            paid_claims(turn, row["evidence"], row["foreseen"])
            for turn, row in zip(turns, inputs, strict=True)
        ]
        found: list[list[float | None]] = [[]] * len(turns)
        for index in set(self._indices):
            rows = [row for row, other in enumerate(self._indices) if other == index]
            for row, own in zip(rows, group_advantages([claims[r] for r in rows]), strict=True):
                pieces = [decode([i], skip_special_tokens=True) for i in completion_ids[row]]
                # A sign torn between two tokens moves all that follows: no token is paid then.
                whole = "".join([THINK, *pieces]) == turns[row]
                found[row] = of_tokens(own, [THINK, *pieces])[1:] if whole else []
        return found

    def _prepare_inputs(self, generation_batch: dict[str, Any]) -> dict[str, Any]:
        """As TRL does, but the completions of a prompt stay together: it is read once for all."""
        before = self._buffered_inputs
        inputs: dict[str, Any] = super()._prepare_inputs(generation_batch)
        parts = self._buffered_inputs
        if parts is None or parts is before:
            return inputs
        grouped: list[dict[str, Any]] = split_tensor_dict(
            _as_written(parts), self.args.steps_per_generation
        )
        self._buffered_inputs = grouped
        return grouped[self._step % self.args.steps_per_generation]

    def _compute_loss(self, model: nn.Module, inputs: dict[str, Any]) -> Tensor:
        self._media = {name: inputs[name] for name in MEDIA_INPUTS}
        loss: Tensor = super()._compute_loss(model, inputs)
        if self._answers is not None and self._anchored:
            moved = self._direct_divergence(self._answers, model, inputs)
            self._metrics["train"]["direct_kl"].append(moved.item())
            loss = loss + self._anchored * moved / self.current_gradient_accumulation_steps
        return loss

    def _direct_divergence(
        self, answers: Answers, model: nn.Module, inputs: Mapping[str, Tensor]
    ) -> Tensor:
        """KL divergence of the policy's direct answers from the reference's, a window each."""
        own, _ = _windows(inputs[_WINDOW].tolist())
        with self.accelerator.autocast():
            said = answers.direct(model, {name: value[own] for name, value in self._media.items()})
        return divergence(inputs[_DIRECT][own], said).mean()

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

        TRL's fused head scores every position on a CPU, prompt and media too; here the head is
        applied to the completion only, and columns that are padding in all rows are left out.
        """
        log_probabilities, entropies = [], []
        for start in range(0, len(input_ids), batch_size or len(input_ids)):
            rows = slice(start, start + (batch_size or len(input_ids)))
            used = attention_mask[rows].any(0)
            used[-logits_to_keep] = True  # where all were cut off, and none is learned from, too
            unused = int((~used[-logits_to_keep:]).sum())  # the rows' common padding at the end
            media = {name: value[rows] for name, value in self._media.items()}
            with self.accelerator.autocast():
                logits = completion_logits(
                    model, input_ids[rows, used], attention_mask[rows, used],
                    logits_to_keep - unused, media,
                    self._of_one_window,
                )  # fmt: skip
            said = (logits.float() / self.temperature).log_softmax(-1)
            end = input_ids.shape[1] - unused
            targets = input_ids[rows, end - said.shape[1] : end].unsqueeze(-1)
            padded = (0, unused)
            log_probabilities.append(pad(said.gather(-1, targets).squeeze(-1), padded))
            if compute_entropy:
                entropies.append(pad(-(said.exp() * said).sum(-1), padded))
        return torch.cat(log_probabilities), torch.cat(entropies) if compute_entropy else None, None


def _windows(indices: Sequence[int]) -> tuple[list[int], list[int]]:
    """The first row of each window, and for each row which of them is its own."""
    first = {index: row for row, index in reversed(list(enumerate(indices)))}
    own = sorted(first.values())
    return own, [own.index(first[index]) for index in indices]


def foreseen(window: Window) -> str:
    """The answer that face and voice favour, "" where nobody knows how much they weigh.

    Once trained, the network is asked for its answer and what weighs in it (`Answer.weighs`). Here
    the trunks foretell both: their contributions to an answer add up to how likely it is.
    """
    weights = window.evidence.weights
    return max(weights, key=lambda emotion: sum(weights[emotion].values()), default="")


def foreseen_word(window: Window) -> str:
    """What a rationale of the window is told to weigh: it is about the foreseen answer."""
    return weight_word(window.evidence.weights.get(foreseen(window), {}))


def _as_written(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The parts of a shuffled batch as one, in the order in which it was written."""
    order = torch.cat([part[_ROW] for part in parts]).argsort()
    return {
        name: torch.cat([part[name] for part in parts])[order]
        if isinstance(value, Tensor) and value.ndim
        else value
        for name, value in parts[0].items()
    }
