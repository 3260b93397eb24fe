"""The int8 speech encoder that ships, at all the levels that a preparation keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from model.export.whisper_graph import write_whisper_encoder
from model.features import encoder_frames, segment_pooling
from model.perception.voice import VoiceTrack
from model.runtime.session import make_session
from model.weights.ctranslate2 import read_whisper_encoder
from model.weights.fetch import cache_dir, fetch_component
from model.weights.sources import WHISPER_BASE

_OUTPUTS = ("segments", "mean", "std")


class SpeechEncoder:
    """Whisper's encoder up to the highest level that is asked for.

    Args:
        levels: to keep; 0 is the stem, i the output of layer i.
        threads: of the processor.
    """

    def __init__(self, levels: Sequence[int], threads: int) -> None:
        self._levels = list(levels)
        layers = max(levels)
        path = cache_dir() / f"whisper-base-{layers}.int8.onnx"
        if not path.is_file():
            component = fetch_component(WHISPER_BASE, cache_dir())
            weights = read_whisper_encoder(component, layers=layers)
            write_whisper_encoder(path, weights.tensors, layers, int8=True)
        self._session = make_session(path, threads)

    def tensors(self, voice: VoiceTrack) -> dict[str, npt.NDArray[np.float16]]:
        """`segments` (levels, 8, 512), `mean` and `std` (levels, 512), float16."""
        pooling = segment_pooling(encoder_frames(voice.log_mel.shape[1]))
        outputs = self._session.run(
            list(_OUTPUTS), {"log_mel": voice.log_mel[None], "pooling": pooling}
        )
        return {
            name: np.asarray(values)[self._levels].astype(np.float16)
            for name, values in zip(_OUTPUTS, outputs, strict=True)
        }
