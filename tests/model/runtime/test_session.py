"""Which device the decoder computes on, as the environment asks."""

from __future__ import annotations

import pytest

from model.errors import ConfigError
from model.runtime import session
from model.runtime.session import DECODER_VARIABLE, decoder_device


def test_the_processor_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DECODER_VARIABLE, raising=False)
    assert decoder_device() == "cpu"


def test_cuda_where_onnxruntime_offers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(session, "available_providers", lambda: offered)
    monkeypatch.setenv(DECODER_VARIABLE, "cuda")
    assert decoder_device() == "cuda"


@pytest.mark.parametrize(
    ("named", "said"), [("gpu", "should be cpu or cuda"), ("cuda", "offers no CUDA here")]
)
def test_what_cannot_be_had_is_refused(
    named: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "available_providers", lambda: ["CPUExecutionProvider"])
    monkeypatch.setenv(DECODER_VARIABLE, named)
    with pytest.raises(ConfigError, match=said):
        decoder_device()
