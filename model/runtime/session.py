"""The one place where onnxruntime sessions are made."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import onnxruntime as ort

from model.errors import ConfigError
from model.sentence import QT_TRANSLATE_NOOP

PROVIDER_ORDER = (
    "CUDAExecutionProvider",
    "DmlExecutionProvider",
    "CoreMLExecutionProvider",
    "CPUExecutionProvider",
)
"""Execution providers, the most wanted first."""

DecoderDevice = Literal["cpu", "cuda"]
DECODER_VARIABLE = "R1_OMNI_DECODER"
"""Environment variable that names the decoder's device; the processor where it is not set."""

FLOAT32_PRODUCTS = {"mlas.qnbit.force_fp32": "1"}
"""Makes MatMulNBits multiply in float32 whatever its accuracy level: faster for many rows."""
WEIGHTS_FOLDER = "session.model_external_initializers_file_folder_path"
"""Where the weights of a graph lie that is not loaded from its file."""
_ERRORS_ONLY = 3
_SPIN_US = "100"
"""Idle threads spin this long before they sleep: never spinning costs 30 % of the decoding speed,
spinning for ever burns the cores between two windows."""


def available_providers() -> list[str]:
    """The providers of `PROVIDER_ORDER` that this installation of onnxruntime offers."""
    offered = ort.get_available_providers()
    return [name for name in PROVIDER_ORDER if name in offered]


def decoder_device() -> DecoderDevice:
    """What `DECODER_VARIABLE` asks for.

    Raises:
        ConfigError: it names no device, or one that this installation cannot use.
    """
    named = os.environ.get(DECODER_VARIABLE, "cpu")
    if named not in ("cpu", "cuda"):
        text = QT_TRANSLATE_NOOP("errors", "{variable}={named}: it should be cpu or cuda.")
        raise ConfigError(text, variable=DECODER_VARIABLE, named=named)
    if named == "cuda" and "CUDAExecutionProvider" not in available_providers():
        raise ConfigError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{variable}=cuda: onnxruntime offers no CUDA here; run `pip uninstall "
                "onnxruntime` and `pip install '.[gpu]'`, or leave the variable out.",
            ),
            variable=DECODER_VARIABLE,
        )
    return "cuda" if named == "cuda" else "cpu"


def make_session(
    graph: str | Path | bytes,
    threads: int = 0,
    providers: Sequence[str] | None = None,
    entries: Mapping[str, str] | None = None,
) -> ort.InferenceSession:
    """Load a graph.

    Args:
        graph: the `.onnx` file, its `.data` file, if it has one, beside it; or what is in it.
        threads: of the processor, 0 for one a core.
        providers: execution providers to use, best first; by default `available_providers()`.
        entries: more of the session's configuration.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # each session would keep one: 33 MB, and no time saved
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = _ERRORS_ONLY
    for key, value in {"session.intra_op.spin_duration_us": _SPIN_US, **(entries or {})}.items():
        options.add_session_config_entry(key, value)
    chosen = available_providers() if providers is None else list(providers)
    source = graph if isinstance(graph, bytes) else str(graph)
    return ort.InferenceSession(source, options, providers=chosen)
