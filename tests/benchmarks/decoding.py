"""The decoder by itself, and llama.cpp on the same kind of work where it is installed.

llama.cpp (`pip install llama-cpp-python`) is given the GGUF file that the decoder was made from
(Q4_1, without our LoRA) and those that R1_OMNI_GGUFS names.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from model.bundle import Bundle
from model.errors import BundleError
from model.runtime.decoder import Decoder
from model.weights.fetch import cache_dir, fetch_component
from model.weights.sources import SMOLLM2

PROMPT_TOKENS, NEW_TOKENS, ROUNDS = 64, 32, 5
_IDS = np.random.default_rng(0).integers(100, 20_000, PROMPT_TOKENS + NEW_TOKENS)


class Ours:
    """Reads a prompt at once and then one token a run."""

    def __init__(self, bundle: Bundle) -> None:
        self._decoder = Decoder(bundle.path("decoder.onnx"))

    def prefill(self) -> None:
        self._decoder.cut(0)
        self._end = self._decoder.grow(_IDS[:PROMPT_TOKENS])
        self._decoder.read([self._end])

    def decode(self) -> None:
        for token in _IDS[PROMPT_TOKENS:]:
            self._end = self._decoder.grow([token], self._end)
            self._decoder.read([self._end])


class LlamaCpp:
    """The same with llama.cpp."""

    def __init__(self, path: Path) -> None:
        from llama_cpp import Llama

        cores = os.cpu_count() or 1
        self._llama: Any = Llama(
            str(path), n_ctx=512, n_threads=cores, n_threads_batch=cores, verbose=False
        )

    def prefill(self) -> None:
        self._llama.reset()
        self._llama.eval(_IDS[:PROMPT_TOKENS].tolist())

    def decode(self) -> None:
        for token in _IDS[PROMPT_TOKENS:].tolist():
            self._llama.eval([token])


def measure(bundle: Bundle) -> tuple[dict[str, float], str]:
    """Medians of rounds in which all take turns; and a line about what could not be compared."""
    paths, missing = llama_models()
    contestants = {"ours": Ours(bundle)} | {str(path): LlamaCpp(path) for path in paths}
    prefill: dict[str, list[float]] = {name: [] for name in contestants}
    decode: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, contestant in contestants.items():
            prefill[name].append(_seconds(contestant.prefill))
            decode[name].append(_seconds(contestant.decode) / NEW_TOKENS)
    prefill_s = {name: statistics.median(taken) for name, taken in prefill.items()}
    token_s = {name: statistics.median(taken) for name, taken in decode.items()}
    figures = {
        f"prefill_{PROMPT_TOKENS}_ms": prefill_s.pop("ours") * 1e3,
        "decode_tokens_per_s": 1 / token_s.pop("ours"),
    }
    if paths:
        ours_s = 1 / figures["decode_tokens_per_s"]
        figures["decode_vs_llamacpp_q4_1"] = token_s[str(paths[0])] / ours_s
        figures["decode_vs_llamacpp_best"] = min(token_s.values()) / ours_s
        ours_ms = figures[f"prefill_{PROMPT_TOKENS}_ms"]
        figures["prefill_vs_llamacpp"] = min(prefill_s.values()) * 1e3 / ours_ms
    return figures, missing


def llama_models() -> tuple[list[Path], str]:
    """GGUF files for llama.cpp, the decoder's own first; or what is missing."""
    if find_spec("llama_cpp") is None:
        return [], "llama.cpp is not compared: llama-cpp-python is not installed"
    try:
        own = fetch_component(SMOLLM2, cache_dir())
    except BundleError as error:
        return [], f"llama.cpp is not compared: {error}"
    named = os.environ.get("R1_OMNI_GGUFS", "")
    return [own, *(Path(name) for name in named.split(os.pathsep) if name)], ""


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
