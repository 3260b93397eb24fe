"""The int8 speech encoder that ships, at all the levels that a preparation keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from model.export.whisper_graph import write_whisper_encoder
from model.perception.voice import VoiceTrack
from model.runtime.speech_encoder import SpeechEncoder
from model.weights.ctranslate2 import read_whisper_encoder
from model.weights.fetch import cache_dir, fetch_component
from model.weights.sources import WHISPER_BASE


def speech_encoder(levels: Sequence[int], threads: int) -> SpeechEncoder:
    """Whisper's encoder up to the highest of these levels."""
    layers = max(levels)
    path = cache_dir() / f"whisper-base-{layers}.int8.onnx"
    if not path.is_file():
        component = fetch_component(WHISPER_BASE, cache_dir())
        weights = read_whisper_encoder(component, layers=layers)
        write_whisper_encoder(path, weights.tensors, layers, int8=True)
    return SpeechEncoder(path, levels, threads)


def speech_tensors(encoder: SpeechEncoder, voice: VoiceTrack) -> dict[str, npt.NDArray[np.float16]]:
    """`segments` (levels, 8, 512), `mean` and `std` (levels, 512), float16."""
    heard = encoder.hear(voice.log_mel)
    return {name: values.astype(np.float16) for name, values in heard._asdict().items()}
