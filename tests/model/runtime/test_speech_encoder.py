"""Sound of any length is pooled as if the encoder had had places for all of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.export.whisper_graph import write_whisper_encoder
from model.features import SEGMENTS
from model.runtime import speech_encoder
from model.runtime.speech_encoder import LONGEST, SpeechEncoder

WIDTH = 64


@pytest.fixture(scope="module")
def stem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two convolutions alone: frames see their neighbours, and nothing further off."""
    rng = np.random.default_rng(0)
    shapes = {
        "conv1.weight": (WIDTH, 80, 3), "conv1.bias": (WIDTH,),
        "conv2.weight": (WIDTH, WIDTH, 3), "conv2.bias": (WIDTH,),
    }  # fmt: skip
    tensors = {name: rng.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    tensors["embed_positions.weight"] = np.zeros((LONGEST // 2, WIDTH), np.float32)
    path = tmp_path_factory.mktemp("whisper") / "stem.onnx"
    write_whisper_encoder(path, tensors, 0)
    return path


def mel(frames: int) -> np.ndarray:
    return np.random.default_rng(frames).standard_normal((80, frames)).astype(np.float32)


@pytest.mark.parametrize("frames", [61, 90, 91, 240])
def test_pieces_are_pooled_as_one(stem: Path, frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, log_mel = SpeechEncoder(stem, [0], threads=1), mel(frames)
    whole = encoder.hear(log_mel)
    monkeypatch.setattr(speech_encoder, "LONGEST", 60)
    pieces = encoder.hear(log_mel)
    assert pieces.segments.shape == (1, SEGMENTS, WIDTH)
    for one, other in zip(whole, pieces, strict=True):
        # Only the frames at a cut have other neighbours.
        assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.98
        assert np.abs(one - other).mean() < 0.1 * np.abs(one).mean()


def test_pieces_that_begin_alike_are_pooled_exactly(
    stem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = np.pad(mel(40), ((0, 0), (2, 2)))  # the convolutions' own padding at the cuts
    encoder = SpeechEncoder(stem, [0], threads=1)
    one = encoder.hear(piece)
    monkeypatch.setattr(speech_encoder, "LONGEST", 44)
    four = encoder.hear(np.tile(piece, 4))
    np.testing.assert_allclose(four.mean, one.mean, atol=1e-5)
    np.testing.assert_allclose(four.std, one.std, atol=1e-5)


def test_a_minute_is_heard(stem: Path) -> None:
    heard = SpeechEncoder(stem, [0], threads=1).hear(mel(2 * LONGEST + 1))
    assert all(np.isfinite(values).all() for values in heard)
