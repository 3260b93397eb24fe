"""The torch twin of `model.runtime.responder`: the same questions to the float32 network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from model.cues import Modality
from model.labels import normalise_label
from model.layout import ANSWER, END_OF_TURN, END_THINK
from model.network.processing import OmniProcessor, prompt_text
from model.processing import MediaInputs
from model.runtime.contribution import subsets_of
from model.runtime.prompt import RationaleStream, read_answer
from model.runtime.responder import MAX_NEW_TOKENS, Answer
from training.release import Stage
from training.sft import load_trained


class TorchResponder:
    """A trained network in float32.

    Args:
        temperature: that label scores are divided by.
    """

    def __init__(self, model: nn.Module, processor: OmniProcessor, temperature: float) -> None:
        self._model, self._processor, self._temperature = model, processor, temperature

    @classmethod
    def load(cls, folder: Path) -> TorchResponder:
        """A stage that has been through `sft`, LoRA beside the grid's weights."""
        return cls(*load_trained(folder), Stage.load(folder).temperature)

    def respond(
        self,
        media: Mapping[Modality, MediaInputs],
        labels: Sequence[str],
        direct: bool = False,
        contribution: bool = True,
    ) -> Answer:
        """See `model.runtime.responder.Responder.respond`."""
        every = contribution or not direct
        subsets = subsets_of(list(media)) if every else [frozenset(media)]
        with torch.inference_mode():
            rows = [
                score_labels(self._model, self._processor, {m: media[m] for m in s}, labels)
                for s in subsets
            ]
            scores = (torch.stack(rows) / self._temperature).log_softmax(1).double().numpy()
            by_subset = dict(zip(subsets, scores, strict=True))
            answer = Answer(by_subset, "", None)
            if direct:
                return answer
            written = self._write(media, answer.weighs)
        stream = RationaleStream()
        stream.push(written)
        return Answer(by_subset, stream.text, normalise_label(read_answer(written)))

    def conclude(
        self,
        media: Mapping[Modality, MediaInputs],
        rationale: str,
        labels: Sequence[str],
        weighs: str,
    ) -> npt.NDArray[np.float64]:
        """See `model.runtime.responder.Responder.conclude`."""
        with torch.inference_mode():
            lead = self._processor.think(weighs) + self._processor.ids(rationale + END_THINK)
            scores = score_labels(self._model, self._processor, media, labels, lead)
        return (scores / self._temperature).log_softmax(0).double().numpy()

    def _write(self, media: Mapping[Modality, MediaInputs], weighs: str) -> str:
        batch = self._processor([media], [weighs])
        end = self._processor.tokenizer.convert_tokens_to_ids(END_OF_TURN)
        output = self._model.generate(  # type: ignore[operator]
            **batch,
            max_new_tokens=MAX_NEW_TOKENS,
            do_sample=False,
            eos_token_id=end,
            pad_token_id=end,
        )
        new = output[0, batch["input_ids"].shape[1] :]
        return str(self._processor.tokenizer.decode(new, skip_special_tokens=True))


def score_labels(
    model: nn.Module,
    processor: OmniProcessor,
    media: Mapping[Modality, MediaInputs],
    labels: Sequence[str],
    lead: Sequence[int] = (),
) -> Tensor:
    """Log-probability of each label after `<answer>`, (labels,); the prompt is read once.

    The answer stands behind the tokens of `lead`, a rationale; without any it is the direct one.
    """
    prompt = [*processor.ids(prompt_text(list(media))), *lead, *processor.ids(ANSWER)]
    tails = [processor.ids(label) for label in labels]
    length, pad = max(map(len, tails)), int(processor.tokenizer.pad_token_id)
    read = model(
        input_ids=torch.tensor([prompt]),
        **processor.media_tensors([media]),
        use_cache=True,
        logits_to_keep=1,
    )
    read.cache.batch_repeat_interleave(len(tails))
    said = model(
        input_ids=torch.tensor([tail + [pad] * (length - len(tail)) for tail in tails]),
        cache=read.cache,
    )
    logits = torch.cat([read.logits.expand(len(tails), -1, -1), said.logits], 1)
    log_probabilities = logits.float().log_softmax(-1)
    totals = [
        log_probabilities[row, range(len(tail)), tail].sum() for row, tail in enumerate(tails)
    ]
    return torch.stack(totals)


def compare(first: Sequence[Answer], second: Sequence[Answer]) -> dict[str, float]:
    """Share of equal answers, the mean absolute difference of probabilities, equal rationales.

    The last is left out if neither side wrote any.
    """
    one = np.exp(np.stack([answer.whole for answer in first]))
    two = np.exp(np.stack([answer.whole for answer in second]))
    found = {
        "n": len(one),
        "same_answer": float((one.argmax(1) == two.argmax(1)).mean()),
        "mean_absolute_difference": float(np.abs(one - two).mean()),
    }
    texts = [(a.rationale, b.rationale) for a, b in zip(first, second, strict=True)]
    if any(map(any, texts)):
        found["same_rationale"] = float(np.mean([a == b for a, b in texts]))
    return found
