"""The int8 speech encoder that ships, at all the levels that a preparation keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.export.whisper_graph import write_whisper_encoder
from model.perception.voice import VoiceTrack
from model.runtime.speech_encoder import SpeechEncoder
from model.weights.ctranslate2 import read_whisper_encoder
from model.weights.download import storage
from model.weights.fetch import cache_dir, fetch_component
from model.weights.locks import one_at_a_time
from model.weights.sources import WHISPER_BASE


def speech_encoder(levels: Sequence[int], threads: int) -> SpeechEncoder:
    """Whisper's encoder up to the highest of these levels.

    Raises:
        BundleError: it cannot be fetched, or kept in the cache.
    """
    layers = max(levels)
    path = cache_dir() / f"whisper-base-{layers}.int8.onnx"
    if not path.is_file():
        component = fetch_component(WHISPER_BASE, cache_dir())
        _write(path, read_whisper_encoder(component, layers=layers).tensors, layers)
    return SpeechEncoder(path, levels, threads)


def _write(path: Path, tensors: Mapping[str, npt.NDArray[np.floating]], layers: int) -> None:
    """Write its graph: whole or not at all, as one that is there is used from then on."""
    partial = path.with_suffix(".part")
    with one_at_a_time(path.with_suffix(".lock"), lambda: None), storage(path):
        try:
            write_whisper_encoder(partial, tensors, layers, int8=True)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def speech_tensors(encoder: SpeechEncoder, voice: VoiceTrack) -> dict[str, npt.NDArray[np.float16]]:
    """`segments` (levels, 8, 512), `mean` and `std` (levels, 512), float16."""
    heard = encoder.hear(voice.log_mel)
    return {name: values.astype(np.float16) for name, values in heard._asdict().items()}
