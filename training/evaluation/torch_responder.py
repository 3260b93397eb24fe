"""The torch twin of `model.runtime.responder`: the same questions to the network as trained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from model.cues import Modality
from model.labels import normalise_label
from model.layout import ANSWER, END_OF_TURN, END_THINK, MEDIA_WORDS
from model.network.processing import OmniProcessor, prompt_text
from model.processing import MediaInputs
from model.runtime.contribution import Shown, subsets_of
from model.runtime.prompt import RationaleStream, read_answer
from model.runtime.responder import MAX_NEW_TOKENS, Answer
from training.evaluation.answering import Float64, Precision
from training.release import Stage
from training.running.qlora import Device
from training.supervised.sft import load_trained

BySubset = dict[Shown, Float64]

AT_ONCE: Mapping[Device, int] = {"cpu": 8, "cuda": 64}
"""Windows that are read together."""


class TorchResponder:
    """A trained network, asked about many windows at once, on the processor or on a CUDA GPU.

    Args:
        temperature: that label scores are divided by.
        at_once: windows that are read together.
        static: write into a cache of fixed size. On a GPU transformers then compiles the step and
            captures it as a CUDA graph, which pays where many windows follow each other.
    """

    def __init__(
        self,
        model: nn.Module,
        processor: OmniProcessor,
        temperature: float,
        at_once: int = 1,
        static: bool = False,
    ) -> None:
        self._model, self._processor, self._temperature = model, processor, temperature
        self.at_once = at_once
        self._cache = {"cache_implementation": "static"} if static else {}

    @classmethod
    def load(
        cls, folder: Path, device: Device = "cpu", precision: Precision = "float32"
    ) -> TorchResponder:
        """A stage that has been through `sft`, LoRA merged into the grid's weights.

        In bfloat16 the language model is, not what reads face and voice: the trunks' beliefs and
        the cues' thresholds keep their digits.
        """
        trained, processor = load_trained(folder)
        model = trained.merge_and_unload()
        if precision == "bfloat16":
            model.model.language_model.to(torch.bfloat16)
            model.model.fused.to(torch.bfloat16)
            model.lm_head.to(torch.bfloat16)
        temperature = Stage.load(folder).temperature
        at_once, static = AT_ONCE[device], device == "cuda"
        return cls(model.to(device), processor, temperature, at_once, static)

    def respond(
        self,
        media: Mapping[Modality, MediaInputs],
        labels: Sequence[str],
        direct: bool = False,
        contribution: bool = True,
    ) -> Answer:
        """See `model.runtime.responder.Responder.respond`."""
        return self.respond_many([media], labels, direct, contribution)[0]

    def respond_many(
        self,
        media: Sequence[Mapping[Modality, MediaInputs]],
        labels: Sequence[str],
        direct: bool = False,
        contribution: bool = True,
    ) -> list[Answer]:
        """`respond` to each of several windows; those that show the same are read together."""
        with torch.inference_mode():
            scores = self._scores(media, labels, contribution or not direct)
            answers = [Answer(by_subset, "", None) for by_subset in scores]
            if direct:
                return answers
            written = self._write(media, [answer.weighs for answer in answers])
        return [
            _explained(by_subset, text) for by_subset, text in zip(scores, written, strict=True)
        ]

    def _scores(
        self, media: Sequence[Mapping[Modality, MediaInputs]], labels: Sequence[str], every: bool
    ) -> list[BySubset]:
        """Each window's log-probabilities by what is shown of it: of every subset, or as it is."""
        asked = [subsets_of(list(shown)) if every else [frozenset(shown)] for shown in media]
        rows: dict[Shown, list[int]] = defaultdict(list)
        for row, subsets in enumerate(asked):
            for subset in subsets:
                rows[subset].append(row)
        found: list[BySubset] = [{} for _ in media]
        for subset, alike in rows.items():
            shown = [{m: media[row][m] for m in subset} for row in alike]
            said = score_labels(self._model, self._processor, shown, labels) / self._temperature
            for row, scores in zip(alike, said.log_softmax(1).double().cpu().numpy(), strict=True):
                found[row][subset] = scores
        return found

    def conclude(
        self,
        media: Mapping[Modality, MediaInputs],
        rationale: str,
        labels: Sequence[str],
        weighs: str,
    ) -> Float64:
        """See `model.runtime.responder.Responder.conclude`."""
        with torch.inference_mode():
            lead = self._processor.think(weighs) + self._processor.ids(rationale + END_THINK)
            scores = score_labels(self._model, self._processor, [media], labels, lead)[0]
        return (scores / self._temperature).log_softmax(0).double().cpu().numpy()

    def _write(
        self, media: Sequence[Mapping[Modality, MediaInputs]], weighs: Sequence[str]
    ) -> list[str]:
        batch = self._processor(media, weighs).to(_device(self._model))
        end, *places = self._processor.tokenizer.convert_tokens_to_ids([END_OF_TURN, *MEDIA_WORDS])
        output = self._model.generate(  # type: ignore[operator]
            **batch,
            **self._cache,
            max_new_tokens=MAX_NEW_TOKENS,
            do_sample=False,
            suppress_tokens=places,  # they would ask for media that are not there
            eos_token_id=end,
            pad_token_id=end,
        )
        new = output[:, batch["input_ids"].shape[1] :]
        return list(self._processor.tokenizer.batch_decode(new, skip_special_tokens=True))


def _explained(by_subset: BySubset, written: str) -> Answer:
    stream = RationaleStream()
    stream.push(written)
    return Answer(by_subset, stream.text, normalise_label(read_answer(written)))


def _device(model: nn.Module) -> torch.device:
    return next(model.parameters()).device


def score_labels(
    model: nn.Module,
    processor: OmniProcessor,
    windows: Sequence[Mapping[Modality, MediaInputs]],
    labels: Sequence[str],
    lead: Sequence[int] = (),
) -> Tensor:
    """Log-probability of each label after `<answer>`, float32 (windows, labels).

    The windows show the same modalities, so that their prompts are of one length; each is read
    once for all labels. The answer stands behind the tokens of `lead`, a rationale; without any it
    is the direct one.
    """
    prompt = [*processor.ids(prompt_text(list(windows[0]))), *lead, *processor.ids(ANSWER)]
    tails = [processor.ids(label) for label in labels]
    length, pad = max(map(len, tails)), int(processor.tokenizer.pad_token_id)
    device = _device(model)
    media = processor.media_tensors(windows)
    read = model(
        input_ids=torch.tensor([prompt] * len(windows), device=device),
        **{name: value.to(device) for name, value in media.items()},
        use_cache=True,
        logits_to_keep=1,
    )
    read.cache.batch_repeat_interleave(len(tails))
    rows = torch.tensor([tail + [pad] * (length - len(tail)) for tail in tails], device=device)
    said = model(input_ids=rows.repeat(len(windows), 1), cache=read.cache)
    logits = torch.cat([read.logits.repeat_interleave(len(tails), 0), said.logits[:, :-1]], 1)
    log_probabilities = logits.float().log_softmax(-1).unflatten(0, (len(windows), len(tails)))
    return torch.stack([
        log_probabilities[:, row, range(len(tail)), tail].sum(-1) for row, tail in enumerate(tails)
    ], 1)  # fmt: skip


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
