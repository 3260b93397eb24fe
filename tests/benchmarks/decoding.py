"""The decoder by itself, and llama.cpp on the same kind of work where it is installed.

llama.cpp (`pip install llama-cpp-python`, which compiles it for this machine) is given the GGUF
file that the decoder was made from (Q4_1, without our LoRA) and its own other 4-bit kinds of it,
which it makes in `build/gguf`. Its last layer tells all 49,152 tokens apart, our decoder's the
8,448 that are kept (`docs/decisions/0018`).
"""

from __future__ import annotations

import ctypes
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
GGUFS = Path("build/gguf")
KINDS = {
    "q4_0": {"ftype": 2},
    "q4_0_pure": {"ftype": 2, "pure": True},  # the head in 4 bits too
    "q4_k_m": {"ftype": 15},
}
"""Options of `llama_model_quantize`; the numbers are its LLAMA_FTYPE_MOSTLY_…."""
_IDS = np.random.default_rng(0).integers(100, 8_000, PROMPT_TOKENS + NEW_TOKENS)


class Ours:
    """Reads a prompt at once, behind a first token that stays, and then one token a run."""

    def __init__(self, bundle: Bundle) -> None:
        self._decoder = Decoder(bundle.path("decoder.onnx"))
        self._start = self._decoder.grow([0])
        self._decoder.read([self._start])

    def prefill(self) -> None:
        self._decoder.cut(1)
        self._end = self._decoder.grow(_IDS[:PROMPT_TOKENS], self._start)
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
        ours_s, own = 1 / figures["decode_tokens_per_s"], str(paths[0])
        figures["decode_vs_llamacpp_q4_1"] = token_s[own] / ours_s
        figures["decode_vs_llamacpp_best"] = min(token_s.values()) / ours_s
        ours_ms = figures[f"prefill_{PROMPT_TOKENS}_ms"]
        figures["prefill_vs_llamacpp_q4_1"] = prefill_s[own] * 1e3 / ours_ms
        figures["prefill_vs_llamacpp"] = min(prefill_s.values()) * 1e3 / ours_ms
        for path in paths:
            name = "q4_1" if str(path) == own else path.stem
            figures[f"llamacpp_{name}_tokens_per_s"] = 1 / token_s[str(path)]
            figures[f"llamacpp_{name}_prefill_ms"] = prefill_s[str(path)] * 1e3
    return figures, missing


def llama_models() -> tuple[list[Path], str]:
    """GGUF files for llama.cpp, the decoder's own first; or what is missing."""
    if find_spec("llama_cpp") is None:
        return [], "llama.cpp is not compared: llama-cpp-python is not installed"
    try:
        own = fetch_component(SMOLLM2, cache_dir())
    except BundleError as error:
        return [], f"llama.cpp is not compared: {error}"
    return [own, *(_quantised(own, *kind) for kind in KINDS.items())], ""


def _quantised(source: Path, name: str, options: dict[str, Any]) -> Path:
    """Another kind of the file, made by llama.cpp."""
    import llama_cpp

    path = GGUFS / f"{name}.gguf"
    if not path.is_file():
        GGUFS.mkdir(parents=True, exist_ok=True)
        wanted = llama_cpp.llama_model_quantize_default_params()
        wanted.allow_requantize = True
        for option, value in options.items():
            setattr(wanted, option, value)
        failed = llama_cpp.llama_model_quantize(
            str(source).encode(), str(path).encode(), ctypes.byref(wanted)
        )
        if failed:
            raise RuntimeError(f"llama.cpp could not make {path}")
    return path


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
