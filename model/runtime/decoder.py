"""The decode loop, over a tree of tokens.

Every token read stays in the key/value cache, and attends to the token that it follows, to the one
before that, and so on. Texts with a common beginning share it, branches of all kinds are read in
one run, and what is no longer wanted is cut off, which costs nothing: it is overwritten.
"""

from __future__ import annotations

import copy
import math
import mmap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from model.errors import ConfigError
from model.runtime.eight_bit import long_session
from model.runtime.session import (
    DECODER_VARIABLE,
    FLOAT32_PRODUCTS,
    WEIGHTS_FOLDER,
    DecoderDevice,
    make_session,
)
from model.sentence import QT_TRANSLATE_NOOP

Float32 = npt.NDArray[np.float32]

ROOT = -1
"""What every text begins behind."""
LONG_RUN = 24
"""Tokens from which a run is read by the kernels for long ones (docs/decisions/0024, 0032)."""
_HIDDEN = np.float32(-3e4)
"""Added to the score of what is not to be seen; float16 holds it too."""
_PROVIDERS: dict[DecoderDevice, tuple[str, str]] = {
    "cpu": ("CPUExecutionProvider", "cpu"),
    "cuda": ("CUDAExecutionProvider", "cuda"),
}
"""By device: what computes there, and what onnxruntime calls its memory."""


class Decoder:
    """A decoder written by `model.export.decoder_graph`, with its cache.

    A node is the place of a token in the cache. Tokens are put into it by `grow`, and all that are
    new are read by the next `read`. A token id -1 - j stands for row j of the media embeddings.

    What is read first must be one text: over an empty cache onnxruntime heeds neither positions nor
    masks. With int8 activations a difference in the last bit is blown up to about a tenth of a
    logit. The same text gives the same bits as long as it lies in the cache without gaps and its
    runs are alike: of one token, of several, or of `LONG_RUN` and more, which are three kernels;
    and with one wanted or several, which are all that the last layer reckons.
    """

    def __init__(
        self,
        path: str | Path,
        threads: int = 0,
        max_tokens: int = 512,
        device: DecoderDevice = "cpu",
    ) -> None:
        """Load the graph.

        Args:
            path: the `.onnx` file.
            threads: of the processor, 0 for one a core.
            max_tokens: room of the cache for all branches together.
            device: where it computes, and the cache lies.

        Raises:
            ConfigError: there is no such device.
        """
        self._sessions = _open(Path(path), threads, device)
        self._memory = _PROVIDERS[device][1]
        sizes = {value.name: value.shape for value in self._sessions[0].get_inputs()}
        self._no_media: Float32 = np.zeros((0, sizes["inputs_embeds"][1]), np.float32)
        self._make_room(max_tokens)

    def twin(self) -> Decoder:
        """A decoder with the same weights and an empty cache of its own.

        Both may be used at the same time, each from one thread.
        """
        twin = copy.copy(self)
        twin._make_room(len(self._ids))
        return twin

    def _make_room(self, max_tokens: int) -> None:
        self._short, self._long = _bound_to_one_cache(self._sessions, max_tokens, self._memory)
        self._ids, self._positions = np.zeros((2, max_tokens), np.int64)
        # Added to a token's scores of all others: it sees itself and what it follows.
        self._bias = np.zeros((max_tokens, max_tokens), np.float32)
        self._size = self._read = 0

    @property
    def size(self) -> int:
        """Tokens in the cache."""
        return self._size

    @property
    def room(self) -> int:
        """Tokens that still fit into the cache."""
        return len(self._ids) - self._size

    def grow(self, ids: npt.ArrayLike, after: int = ROOT) -> int:
        """Put tokens behind node `after`, one after another; the node of the last.

        The nodes of the others come right before it.
        """
        tokens = np.asarray(ids, np.int64)
        if len(tokens) > self.room:
            raise ValueError(
                f"{self._size + len(tokens)} tokens exceed the cache's {len(self._ids)}"
            )
        for token in tokens:
            new, self._size = self._size, self._size + 1
            self._ids[new] = token
            self._positions[new] = 0 if after == ROOT else self._positions[after] + 1
            self._bias[new] = _HIDDEN if after == ROOT else self._bias[after]
            self._bias[new, new] = 0
            after = new
        return after

    def read(self, wanted: Sequence[int], media: Float32 | None = None) -> Float32:
        """Read all tokens that are new, in one run.

        Args:
            wanted: m of their nodes.
            media: float32 (p, hidden), the embeddings that negative ids stand for.

        Returns:
            Logits of the token that follows each wanted node, float32 (m, vocab).
        """
        new = slice(self._read, self._size)
        ids, positions = self._ids[new], self._positions[new]
        if not self._read and positions[-1] + 1 < len(ids):
            raise ValueError("branches are read over a filled cache only: read one text first")
        text, order = ids, np.arange(len(ids), dtype=np.int64)
        if media is not None:
            is_text = ids >= 0
            text = ids[is_text]
            order = np.where(is_text, len(media) + np.cumsum(is_text) - 1, -1 - ids)
        inputs: dict[str, npt.NDArray[np.generic]] = {
            "input_ids": text,
            "inputs_embeds": self._no_media if media is None else media,
            "order": order[None],
            "position_ids": positions[None],
            "attention_bias": np.ascontiguousarray(self._bias[new, : self._size])[None, None],
            "logit_positions": np.array(wanted, np.int64) - self._read,
            "seqlens_k": np.array([self._size - 1], np.int32),
            "total_seq_len": np.array(self._size, np.int32),
        }
        # The first text holds the token that all others lean on, whose values are a hundred times
        # theirs: one scale for all would leave the others no digits.
        is_long = self._read > 0 and len(ids) >= LONG_RUN
        self._read = self._size
        return (self._long if is_long else self._short).run(inputs)

    def cut(self, size: int) -> None:
        """Keep the first `size` tokens of the cache and forget those that came later."""
        self._size, self._read = size, min(self._read, size)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Whatever is read while it lasts is forgotten at its end."""
        size = self._size
        try:
            yield
        finally:
            self.cut(size)

    def generate(
        self,
        after: int,
        logits: Float32,
        stop_ids: Collection[int],
        max_new_tokens: int,
        on_token: Callable[[int], bool | None] | None = None,
        guess: Callable[[list[int]], Sequence[int]] = lambda _: (),
        temperature: float = 0.0,
        seed: int = 0,
    ) -> list[int]:
        """Write on behind node `after`.

        Args:
            logits: of the token that follows it, (vocab,).
            stop_ids: tokens that end the text; they are not returned.
            max_new_tokens: length at which to stop, at the latest when the cache is full.
            on_token: told each token as it is chosen; True ends the text after it. It may use the
                decoder `aside`.
            guess: what may come after the tokens written so far. Guesses are read in the same run
                as the last of these, and kept as far as they are what is chosen anyway: the text
                does not depend on them.
            temperature: 0 takes the most probable token; above, tokens are drawn.
            seed: of the drawing.
        """
        random, tokens = np.random.default_rng(seed), list[int]()
        most = min(max_new_tokens, self.room)
        rows, guessed = logits[None], list[int]()
        while len(tokens) < most:
            for right, row in enumerate(rows):  # the first `right` guesses were
                token = _choose(row, temperature, random)
                if token in stop_ids:
                    return tokens
                tokens.append(token)
                if (on_token is not None and on_token(token)) or len(tokens) == most:
                    return tokens
                if guessed[right : right + 1] != [token]:
                    break
            after += right
            self.cut(self._size - len(guessed) + right)
            # Without a guess anything is one: a run of one token would take another kernel.
            guessed = (list(guess(tokens)) or [token])[: self.room - 1]
            first = self._size
            self.grow([token, *guessed], after)
            rows, after = self.read(range(first, self._size)), first
        return tokens


def _open(path: Path, threads: int, device: DecoderDevice) -> list[ort.InferenceSession]:
    """What reads runs of a few tokens, and what reads those of `LONG_RUN` and more."""
    provider, _ = _PROVIDERS[device]
    if device == "cpu":
        long = long_session(path.parent, threads)
        if long is None:
            long = make_session(path, threads, [provider], FLOAT32_PRODUCTS)
        return [make_session(path, threads, [provider]), long]
    # Here, so that only who asks for it waits for onnx.
    from model.export.half_attention import with_half_attention

    entries = {WEIGHTS_FOLDER: str(path.parent)}
    session = make_session(with_half_attention(path), threads, [provider], entries)
    if session.get_providers()[0] != provider:
        raise ConfigError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{variable}={device}: onnxruntime found no GPU with the CUDA and cuDNN that it "
                "needs; install these, or leave the variable out.",
            ),
            variable=DECODER_VARIABLE, device=device,
        )  # fmt: skip
    return [session] * 2


def _bound_to_one_cache(
    sessions: Sequence[ort.InferenceSession], max_tokens: int, memory: str
) -> list[_Bound]:
    """The sessions of one graph, over the same cache: each reads what the others have written."""
    cache = {}
    for value in sessions[0].get_inputs():
        if value.name.startswith("past_"):
            _, heads, _, width = value.shape
            kind = np.float16 if value.type == "tensor(float16)" else np.float32
            room = _untouched((1, heads, max_tokens, width), kind)
            cache[value.name] = ort.OrtValue.ortvalue_from_numpy(room, memory, 0)
    return [_Bound(session, cache) for session in sessions]


def _untouched(shape: tuple[int, ...], kind: type[np.floating]) -> npt.NDArray[np.floating]:
    """Zeros whose pages take memory as they are written: room that is never used costs nothing.

    `np.zeros` promises that of fresh memory only; what it is given again it clears, and takes.
    """
    size = math.prod(shape) * np.dtype(kind).itemsize
    return np.frombuffer(mmap.mmap(-1, size), kind).reshape(shape)


class _Bound:
    """A session whose cache is bound for reading and writing in place."""

    def __init__(self, session: ort.InferenceSession, cache: Mapping[str, ort.OrtValue]) -> None:
        self._session = session
        self._binding = session.io_binding()
        sizes = {value.name: value.shape for value in session.get_outputs()}
        self._vocab_size: int = sizes["logits"][1]
        self._make_room_for(1)
        for name, value in cache.items():
            self._binding.bind_ortvalue_input(name, value)
            self._binding.bind_ortvalue_output(name.replace("past_key_values", "present"), value)

    def _make_room_for(self, wanted: int) -> None:
        # Written into an array: asking for the outputs would make an object of each cache.
        self._logits: Float32 = np.empty((wanted, self._vocab_size), np.float32)
        where = self._logits.shape, self._logits.ctypes.data
        self._binding.bind_output("logits", "cpu", 0, np.float32, *where)

    def run(self, inputs: dict[str, npt.NDArray[np.generic]]) -> Float32:
        wanted = len(inputs["logit_positions"])
        if wanted != len(self._logits):  # binding anew costs a token some of its time
            self._make_room_for(wanted)
        for name, array in inputs.items():
            self._binding.bind_cpu_input(name, array)  # not copied: `inputs` outlives the run
        self._session.run_with_iobinding(self._binding)
        return self._logits.copy()


def _choose(logits: Float32, temperature: float, random: np.random.Generator) -> int:
    """The most probable token, or a draw from softmax(logits / temperature) (Gumbel's trick)."""
    if temperature == 0.0:
        return int(logits.argmax())
    return int((logits / temperature + random.gumbel(size=logits.shape)).argmax())
