"""`Responder`: what the language model says of a window's measurements."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.bundle import Bundle
from model.cues import Modality
from model.labels import normalise_label
from model.layout import END_THINK, MODALITIES
from model.processing import MediaInputs
from model.release_info import DRAFTS_FILE
from model.runtime.contribution import Shown, fused_inputs, shapley, subsets_of
from model.runtime.decoder import Decoder
from model.runtime.drafts import Drafts
from model.runtime.prompt import Prompts, RationaleStream, read_answer
from model.runtime.scoring import Continuations, log_softmax
from model.runtime.session import decoder_device, make_session
from model.runtime.tracking import timed
from model.runtime.window_prompts import WindowPrompts
from model.weighing import weight_word

MAX_NEW_TOKENS = 160
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
OnText = Callable[[str], None]
OnAnswer = Callable[[Float64], None]


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

    @property
    def weighs(self) -> str:
        """The word for how much face and voice weigh in the likeliest label.

        It takes the scores of every subset of the modalities.
        """
        best = int(self.whole.argmax())
        share = shapley({shown: float(p[best]) for shown, p in self.log_probabilities.items()})
        return weight_word({"face": share.face, "voice": share.voice})


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
        self._fused_table: Float32 = np.load(bundle.path("fused.npy"))
        self._drafts = Drafts.load(bundle.path(DRAFTS_FILE))
        path, device = bundle.path("decoder.onnx"), decoder_device()
        self._begin(Decoder(path, threads, device=device))

    def twin(self) -> Responder:
        """The same with a cache of its own: both may answer at the same time, in two threads."""
        twin = copy.copy(self)
        twin._begin(self._decoder.twin())
        return twin

    def _begin(self, decoder: Decoder) -> None:
        """Read with this decoder what every prompt begins with."""
        self._decoder = decoder
        self._start = decoder.grow(self._prompts.start)
        decoder.read([self._start])
        self._of_nothing: dict[tuple[str, ...], Float64] = {}

    def respond(
        self,
        media: Mapping[Modality, MediaInputs],
        labels: Sequence[str],
        direct: bool = False,
        contribution: bool = True,
        on_text: OnText | None = None,
        timings: dict[str, float] | None = None,
        on_answer: OnAnswer | None = None,
    ) -> Answer:
        """Score the labels for every subset of the modalities, then write the rationale.

        The scores come first: a rationale is told how much each modality weighs in the answer.

        Args:
            media: of the modalities that are present, one at least.
            direct: leave the rationale out.
            contribution: score every subset of the modalities, not only the whole; a rationale
                takes it.
            on_text: told the rationale piece by piece.
            timings: wall times in ms are added to it by stage.
            on_answer: told `Answer.whole` before the rationale is begun.
        """
        timings = {} if timings is None else timings
        shown, said = [frozenset(media)], dict[Shown, Float64]()
        if contribution or not direct:
            shown = [subset for subset in subsets_of(list(media)) if subset]
            with timed(timings, "labels"):
                said[frozenset()] = self._judge_nothing(labels)
        written = rationale = ""
        with self._decoder.aside():
            with timed(timings, "prefill"):
                window = self._window(media, shown)
            with timed(timings, "labels"):
                said |= self._judge(window, shown, labels)
            if on_answer is not None:
                on_answer(said[shown[-1]])
            if not direct:
                weighs = Answer(said, "", None).weighs
                written, rationale = self._write(window, shown[-1], weighs, on_text, timings)
        return Answer(said, rationale, normalise_label(read_answer(written)))

    def conclude(
        self,
        media: Mapping[Modality, MediaInputs],
        rationale: str,
        labels: Sequence[str],
        weighs: str,
    ) -> Float64:
        """Log-probabilities of the labels (labels,) behind a rationale that is given.

        Args:
            weighs: the word that the rationale was told, see `Answer.weighs`.
        """
        whole = frozenset(media)
        written = self._prompts.think(weighs) + self._prompts.ids(rationale + END_THINK)
        with self._decoder.aside():
            window = self._window(media, [whole])
            node = self._decoder.grow(written, window.node(whole))
            (said,) = self._score([self._answers(node, labels)], window)
        return said

    def _project(self, media: Mapping[Modality, MediaInputs]) -> dict[Modality, Projected]:
        found = {}
        for modality, inputs in media.items():
            feed = {"steps": inputs.steps, "summary": inputs.summary, "cues": inputs.cues}
            batch = {name: value[None] for name, value in feed.items()}
            tokens, scores = self._projectors[modality].run(["tokens", "scores"], batch)
            beliefs = log_softmax(np.asarray(scores, np.float64))[0]
            found[modality] = Projected(np.asarray(tokens)[0], beliefs)
        return found

    def _window(
        self, media: Mapping[Modality, MediaInputs], subsets: Sequence[Shown]
    ) -> WindowPrompts:
        """The window's prompts that show `subsets` of its modalities."""
        found = self._project(media)
        tokens = {modality: projected.tokens for modality, projected in found.items()}
        said = {modality: projected.beliefs for modality, projected in found.items()}
        fused = np.stack([self._fused({m: said[m] for m in subset}) for subset in subsets])
        parts = {s: self._prompts.prompt(tokens, s, row) for row, s in enumerate(subsets)}
        media_rows = self._prompts.media(tokens, fused)
        return WindowPrompts(self._decoder, self._start, parts, media_rows)

    def _fused(self, beliefs: Mapping[Modality, Float64]) -> Float32:
        """The emotions' embeddings, mixed by the product of the trunks' probabilities."""
        mixture = fused_inputs(beliefs, len(self._fused_table))
        return np.asarray(mixture @ self._fused_table, np.float32)

    def _judge(
        self, window: WindowPrompts, subsets: Sequence[Shown], labels: Sequence[str]
    ) -> dict[Shown, Float64]:
        """Log-probabilities of the labels by subset."""
        # The whole first: it then lies in the cache without gaps, whatever else is asked for.
        trees = [self._answers(window.node(subset), labels) for subset in reversed(subsets)]
        said = self._score(trees, window)
        return dict(zip(subsets, reversed(said), strict=True))

    def _judge_nothing(self, labels: Sequence[str]) -> Float64:
        """What is said when nothing is shown; it is the same for every window."""
        if tuple(labels) not in self._of_nothing:
            with self._decoder.aside():
                window = self._window({}, [frozenset()])
                (said,) = self._score([self._answers(window.node(frozenset()), labels)], window)
            self._of_nothing[tuple(labels)] = said
        return self._of_nothing[tuple(labels)]

    def _answers(self, node: int, labels: Sequence[str]) -> Continuations:
        """The labels as answers behind a node."""
        words = [self._prompts.label(label) for label in labels]
        return Continuations(self._decoder, self._decoder.grow(self._prompts.answer, node), words)

    def _score(self, answers: Sequence[Continuations], window: WindowPrompts) -> list[Float64]:
        """Log-probabilities of the labels by place, all read in one run."""
        logits = self._decoder.read([node for tree in answers for node in tree.nodes], window.media)
        parts = np.split(logits, np.cumsum([len(tree.nodes) for tree in answers])[:-1])
        scores = [tree.score(part) for tree, part in zip(answers, parts, strict=True)]
        return [log_softmax(score / self._temperature) for score in scores]

    def _write(
        self,
        window: WindowPrompts,
        shown: Shown,
        weighs: str,
        on_text: OnText | None,
        timings: dict[str, float],
    ) -> tuple[str, str]:
        """Write on behind `<think>`: all that is written, and the rationale."""
        stream, ids = RationaleStream(), list[int]()

        def on_token(token: int) -> bool:
            ids.append(token)
            new = stream.push(self._prompts.text(ids))
            if new and on_text is not None:
                on_text(new)
            return False

        def guess(tokens: list[int]) -> list[int]:
            return self._drafts.guess([*self._prompts.think_tag, *tokens])

        prompt = window.node(shown)
        self._decoder.cut(prompt + 1)  # what was judged is done with: the text is to have no gaps
        with timed(timings, "prefill"):
            think = self._decoder.grow(self._prompts.think(weighs), prompt)
            logits = self._decoder.read([think], window.media)[0]
        with timed(timings, "rationale"):
            stop = {self._prompts.end_of_turn}
            self._decoder.generate(think, logits, stop, MAX_NEW_TOKENS, on_token, guess)
        return self._prompts.text(ids), stream.text
