"""The speech encoder of a preparation is made once, and kept in the cache."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from model.export import graph
from model.runtime.speech_encoder import LONGEST
from training.data import speech

WIDTH = 64


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not there yet; in place of the download, its two convolutions alone."""
    shapes = {
        "conv1.weight": (WIDTH, 80, 3), "conv1.bias": (WIDTH,), "conv2.weight": (WIDTH, WIDTH, 3),
        "conv2.bias": (WIDTH,), "embed_positions.weight": (LONGEST // 2, WIDTH),
    }  # fmt: skip
    tensors = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    weights = SimpleNamespace(tensors=tensors)
    monkeypatch.setattr(speech, "fetch_component", lambda component, cache: tmp_path / "given.bin")
    monkeypatch.setattr(speech, "read_whisper_encoder", lambda path, layers: weights)
    monkeypatch.setenv("R1_OMNI_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_it_is_kept_where_no_cache_is_yet(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the components were put there by hand."""
    speech.speech_encoder([0], threads=1)
    assert [path.name for path in cache.iterdir()] == ["whisper-base-0.int8.onnx"]
    monkeypatch.delattr(speech, "read_whisper_encoder")  # it is not made twice
    heard = speech.speech_encoder([0], threads=1).hear(np.zeros((80, 61), np.float32))
    assert heard.segments.shape == (1, 8, WIDTH)


def test_half_of_one_is_not_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(self: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(graph.Graph, "save", cut_off)
        with pytest.raises(KeyboardInterrupt):
            speech.speech_encoder([0], threads=1)
    assert not list(cache.iterdir())
    speech.speech_encoder([0], threads=1)
