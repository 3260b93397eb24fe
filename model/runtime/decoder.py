"""The decode loop: prefill once, score label continuations, go back, and write the rationale.

The key/value cache is written in place and addressed by position, so going back to an earlier
length costs nothing: what lies beyond is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from model.runtime.session import make_session

Int64 = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mark:
    """A place to come back to: tokens of each row (b,), and the logits (b, vocab) that follow."""

    lengths: npt.NDArray[np.int32]
    logits: Float32


class Decoder:
    """A decoder written by `model.export.decoder_graph`, with its cache.

    A prompt is an array of token ids in which the id -1 - j stands for row j of the media
    embeddings. Several prompts of different lengths may be read at once, as the rows of a batch.
    """

    def __init__(self, path: str | Path, threads: int = 0, max_tokens: int = 512) -> None:
        """Load the graph.

        Args:
            path: the `.onnx` file.
            threads: of the processor, 0 for one a core.
            max_tokens: room of the cache for prompt and answer together.
        """
        # On the CPU wherever it runs: the cache is host memory, written in place.
        self._session = make_session(path, threads, ["CPUExecutionProvider"])
        self._max_tokens = max_tokens
        sizes = {value.name: value.shape for value in self._session.get_inputs()}
        self._width: int = sizes["inputs_embeds"][1]
        self._cache_shapes = {
            name: tuple(size[1::2]) for name, size in sizes.items() if name.startswith("past_")
        }
        self._no_media: Float32 = np.zeros((0, self._width), np.float32)
        self._batches: dict[int, _Batch] = {}
        self._mark = Mark(np.zeros(0, np.int32), np.zeros((0, 0), np.float32))

    @property
    def lengths(self) -> npt.NDArray[np.int32]:
        """Tokens read so far, by row (b,)."""
        return self._mark.lengths

    @property
    def logits(self) -> Float32:
        """Logits of the next token, by row (b, vocab)."""
        return self._mark.logits

    @property
    def room(self) -> int:
        """Tokens that still fit into the cache."""
        return self._max_tokens - int(self.lengths.max())

    def prefill(self, prompts: Sequence[npt.ArrayLike], media: Float32 | None = None) -> Float32:
        """Forget everything and read one prompt a row.

        Args:
            prompts: b arrays of ids, each of at least one token.
            media: float32 (p, hidden), the embeddings that negative ids stand for.

        Returns:
            Logits of the token after each prompt, float32 (b, vocab).
        """
        rows = [np.asarray(prompt, np.int64) for prompt in prompts]
        return self._run(rows, np.zeros(len(rows), np.int32), media)

    def feed(self, ids: npt.ArrayLike, media: Float32 | None = None) -> Float32:
        """Read more tokens, the same for every row; the logits that follow, (b, vocab)."""
        tokens = np.asarray(ids, np.int64)
        if len(self.lengths) == 1:
            return self._run([tokens], self.lengths, media)
        for token in tokens:  # onnxruntime extends a filled cache by several tokens in one row only
            self._run([token[None]] * len(self.lengths), self.lengths, media)
        return self.logits

    def step(self, tokens: npt.ArrayLike) -> Float32:
        """Read one token a row, ids (b,); the logits that follow, (b, vocab)."""
        return self._run(list(np.asarray(tokens, np.int64)[:, None]), self.lengths, None)

    def mark(self) -> Mark:
        """The present place, for `rewind`."""
        return self._mark

    def rewind(self, mark: Mark) -> None:
        """Go back to a place marked since the last `prefill` or `select`."""
        self._mark = mark

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave this place for other prompts, and come back to it with what was read."""
        mark = self._mark
        used = slice(int(mark.lengths.max(initial=0)))
        caches = self._batch(len(mark.lengths)).caches if len(mark.lengths) else {}
        kept = {name: cache[:, :, used].copy() for name, cache in caches.items()}
        try:
            yield
        finally:
            for name, cache in caches.items():
                cache[:, :, used] = kept[name]
            self._mark = mark

    def select(self, row: int) -> None:
        """Go on with one row of the batch alone."""
        source, target = self._batch(len(self.lengths)), self._batch(1)
        mark = Mark(self.lengths[[row]], self.logits[[row]])
        if source is not target:
            for name, cache in target.caches.items():
                used = slice(int(mark.lengths[0]))
                cache[0, :, used] = source.caches[name][row, :, used]
        self._mark = mark

    def score(self, continuations: Sequence[Sequence[int]]) -> Float64:
        """Log-probability of each continuation after each row, float64 (b, c).

        Common beginnings are computed once. The decoder is left where it was.
        """
        start, scores = self._mark, np.zeros((len(self.lengths), len(continuations)))
        self._score(list(enumerate(continuations)), scores)
        self._mark = start
        return scores

    def _score(self, tails: list[tuple[int, Sequence[int]]], scores: Float64) -> None:
        """Add log-probabilities of `tails`, (column of `scores`, tokens that follow this place)."""
        here, log_probabilities = self._mark, log_softmax(self.logits)
        for token in sorted({tail[0] for _, tail in tails}):
            branch = [(column, tail[1:]) for column, tail in tails if tail[0] == token]
            scores[:, [column for column, _ in branch]] += log_probabilities[:, [token]]
            longer = [(column, tail) for column, tail in branch if len(tail)]
            if longer:
                self._mark = here
                self.step(np.full(len(self.lengths), token))
                self._score(longer, scores)

    def generate(
        self,
        stop_ids: Collection[int],
        max_new_tokens: int,
        on_token: Callable[[int], bool | None] | None = None,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> list[int]:
        """Write on from here, in a batch of one row, and stay after the last token returned.

        Args:
            stop_ids: tokens that end the text; they are neither returned nor read.
            max_new_tokens: length at which to stop, at the latest when the cache is full.
            on_token: told each token as it is chosen; True ends the text after it.
            temperature: 0 takes the most probable token; above, tokens are drawn.
            seed: of the drawing.
        """
        if len(self.lengths) != 1:
            raise ValueError("text is written for one row: select it first")
        random, tokens = np.random.default_rng(seed), list[int]()
        for _ in range(min(max_new_tokens, self.room)):
            token = _choose(self.logits[0], temperature, random)
            if token in stop_ids:
                break
            tokens.append(token)
            enough = on_token is not None and on_token(token)
            self.step([token])
            if enough:
                break
        return tokens

    def _batch(self, rows: int) -> _Batch:
        if rows not in self._batches:
            shapes = {
                name: (rows, heads, self._max_tokens, width)
                for name, (heads, width) in self._cache_shapes.items()
            }
            self._batches[rows] = _Batch(self._session, shapes)
        return self._batches[rows]

    def _run(
        self, rows: list[Int64], lengths: npt.NDArray[np.int32], media: Float32 | None
    ) -> Float32:
        """Read `rows` after `lengths` tokens each, and move there."""
        counts = np.array([len(row) for row in rows], np.int32)
        after = (lengths + counts).astype(np.int32)
        if after.max() > self._max_tokens:
            raise ValueError(f"{after.max()} tokens exceed the cache's {self._max_tokens}")
        ids, order = _arrange(rows, self._no_media if media is None else media)
        inputs = {
            "input_ids": ids,
            "inputs_embeds": self._no_media if media is None else media,
            "order": order,
            "logit_positions": np.arange(len(rows)) * order.shape[1] + counts - 1,
            "seqlens_k": after - 1,
            "total_seq_len": np.array(after.max(), np.int32),
        }
        self._mark = Mark(after, self._batch(len(rows)).run(inputs))
        return self.logits


class _Batch:
    """The caches of one batch size, bound once for reading and writing in place."""

    def __init__(
        self, session: ort.InferenceSession, shapes: dict[str, tuple[int, int, int, int]]
    ) -> None:
        self._session = session
        self._binding = session.io_binding()
        self._binding.bind_output("logits", "cpu")  # first: outputs come in the order of binding
        # Untouched pages of zeros take no memory, so room that is never used costs nothing.
        self.caches = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
        for name, cache in self.caches.items():
            value = ort.OrtValue.ortvalue_from_numpy(cache)  # shares the array's memory
            self._binding.bind_ortvalue_input(name, value)
            present = name.replace("past_key_values", "present")
            self._binding.bind_ortvalue_output(present, value)

    def run(self, inputs: dict[str, npt.NDArray[np.generic]]) -> Float32:
        for name, array in inputs.items():
            self._binding.bind_cpu_input(name, array)  # not copied: `inputs` outlives the run
        self._session.run_with_iobinding(self._binding)
        logits: Float32 = self._binding.get_outputs()[0].numpy()
        return logits.copy()  # the next run writes into the same memory


def _arrange(rows: list[Int64], media: Float32) -> tuple[Int64, Int64]:
    """The text ids of all rows (s,), and where in [media; text] each token is found (b, n)."""
    order = np.zeros((len(rows), max(len(row) for row in rows)), np.int64)
    text, taken = [], len(media)
    for place, row in zip(order, rows, strict=True):
        is_text = row >= 0
        count = int(is_text.sum())
        place[: len(row)][is_text] = np.arange(taken, taken + count)
        place[: len(row)][~is_text] = -1 - row[~is_text]
        text.append(row[is_text])
        taken += count
    return np.concatenate(text), order


def _choose(logits: Float32, temperature: float, random: np.random.Generator) -> int:
    """The most probable token, or a draw from softmax(logits / temperature) (Gumbel's trick)."""
    if temperature == 0.0:
        return int(logits.argmax())
    return int((logits / temperature + random.gumbel(size=logits.shape)).argmax())


def log_softmax(logits: Float32) -> Float64:
    """Log-probabilities over the last dimension, in float64."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    normalised: Float64 = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normalised
