"""`Responder`: what the language model says of a window's measurements."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.bundle import Bundle
from model.cues import Modality
from model.labels import normalise_label
from model.layout import END_THINK, MODALITIES
from model.processing import MediaInputs
from model.runtime.contribution import Shown
from model.runtime.decoder import Decoder, Mark, log_softmax
from model.runtime.perceiver import timed
from model.runtime.prompt import Prompts, RationaleStream, read_answer
from model.runtime.session import make_session

MAX_NEW_TOKENS = 160
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
OnText = Callable[[str], None]


@dataclass(frozen=True)
class Answer:
    """What the language model says of a window.

    Attributes:
        log_probabilities: over the labels, calibrated, for each subset of the present modalities.
        rationale: what stands between the think tags; empty if it was not asked for.
        rationale_emotion: the answer given after the rationale, if it is a known emotion.
    """

    log_probabilities: Mapping[Shown, Float64]
    rationale: str
    rationale_emotion: str | None

    @property
    def whole(self) -> Float64:
        """Log-probabilities with all present modalities shown."""
        return self.log_probabilities[max(self.log_probabilities, key=len)]


@dataclass(frozen=True)
class Projected:
    """What a projector makes of a modality: tokens (rows, width), its trunk's log-probabilities."""

    tokens: Float32
    beliefs: Float64


class Responder:
    """Projectors and language model of a bundle.

    Args:
        threads: of the processor, 0 for one a core.
    """

    def __init__(self, bundle: Bundle, threads: int = 0) -> None:
        self._temperature = bundle.temperature
        self._projectors = {
            m: make_session(bundle.path(f"projector_{m}.onnx"), threads) for m in MODALITIES
        }
        self._prompts = Prompts(bundle.path("tokenizer.json"), np.load(bundle.path("absent.npy")))
        self._emotions: Float32 = np.load(bundle.path("fused.npy"))
        self._decoder = Decoder(bundle.path("decoder.onnx"), threads)

    def respond(
        self,
        media: Mapping[Modality, MediaInputs],
        labels: Sequence[str],
        direct: bool = False,
        contribution: bool = True,
        on_text: OnText | None = None,
        timings: dict[str, float] | None = None,
    ) -> Answer:
        """Score the labels for every subset of the modalities, then write the rationale.

        Args:
            media: of the modalities that are present.
            direct: leave the rationale out.
            contribution: score every subset of the modalities, not only the whole.
            on_text: told the rationale piece by piece.
            timings: wall times in ms are added to it by stage.
        """
        timings = {} if timings is None else timings
        with timed(timings, "prefill"):
            subsets = subsets_of(list(media)) if contribution else [frozenset(media)]
            self._prefill(self._project(media), subsets, self._prompts.answer)
        with timed(timings, "labels"):
            continuations = [self._prompts.label(label) for label in labels]
            scores = self._decoder.score(continuations) / self._temperature
            by_subset = dict(zip(subsets, log_softmax(scores.astype(np.float32)), strict=True))
        if direct:
            return Answer(by_subset, "", None)
        with timed(timings, "rationale"):
            written, rationale = self._write(len(subsets) - 1, on_text)
        return Answer(by_subset, rationale, normalise_label(read_answer(written)))

    def conclude(
        self, media: Mapping[Modality, MediaInputs], rationale: str, labels: Sequence[str]
    ) -> Float64:
        """Log-probabilities of the labels (labels,) behind a rationale that is given."""
        written = self._prompts.think + self._prompts.ids(rationale + END_THINK)
        tail = written + self._prompts.answer
        self._prefill(self._project(media), [frozenset(media)], tail)
        scores = self._decoder.score([self._prompts.label(label) for label in labels])
        said: Float64 = log_softmax((scores / self._temperature).astype(np.float32))[0]
        return said

    def aside(self) -> AbstractContextManager[None]:
        """While it lasts, something else may be asked, even from within `on_text`."""
        return self._decoder.aside()

    def _project(self, media: Mapping[Modality, MediaInputs]) -> dict[Modality, Projected]:
        found = {}
        for modality, inputs in media.items():
            feed = {"steps": inputs.steps, "summary": inputs.summary, "cues": inputs.cues}
            batch = {name: value[None] for name, value in feed.items()}
            tokens, scores = self._projectors[modality].run(["tokens", "scores"], batch)
            beliefs = log_softmax(np.asarray(scores))[0]
            found[modality] = Projected(np.asarray(tokens)[0], beliefs)
        return found

    def _prefill(
        self, found: Mapping[Modality, Projected], subsets: Sequence[Shown], tail: Sequence[int]
    ) -> None:
        """Read the prompt, and `tail` behind it, for each subset of the modalities."""
        tokens = {modality: projected.tokens for modality, projected in found.items()}
        fused = np.stack([self._fused([found[m].beliefs for m in subset]) for subset in subsets])
        prompts = [
            np.concatenate([self._prompts.prompt(tokens, subset, row), tail])
            for row, subset in enumerate(subsets)
        ]
        self._decoder.prefill(prompts, self._prompts.media(tokens, fused))

    def _fused(self, beliefs: Sequence[Float64]) -> Float32:
        """The emotions' embeddings, mixed by the product of the trunks' probabilities."""
        total = np.sum([np.zeros(len(self._emotions)), *beliefs], axis=0)
        shares = np.exp(total - total.max())
        return np.asarray(shares / shares.sum() @ self._emotions, np.float32)

    def _write(self, row: int, on_text: OnText | None) -> tuple[str, str]:
        """Write on from before `<answer>` in one row: all that is written, and the rationale."""
        self._decoder.select(row)
        mark = self._decoder.mark()
        self._decoder.rewind(Mark(mark.lengths - len(self._prompts.answer), mark.logits))
        self._decoder.feed(self._prompts.think)
        stream, ids = RationaleStream(), list[int]()

        def on_token(token: int) -> bool:
            ids.append(token)
            new = stream.push(self._prompts.text(ids))
            if new and on_text is not None:
                on_text(new)
            return False

        self._decoder.generate({self._prompts.end_of_turn}, MAX_NEW_TOKENS, on_token)
        return self._prompts.text(ids), stream.text


def subsets_of(present: Sequence[Modality]) -> list[Shown]:
    """All subsets of the present modalities, smallest first."""
    sizes = range(len(present) + 1)
    return [frozenset(s) for size in sizes for s in itertools.combinations(present, size)]
