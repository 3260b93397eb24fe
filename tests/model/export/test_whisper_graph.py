"""The Whisper graph against transformers' own encoder layers, on small random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.export.whisper_graph import write_whisper_encoder
from model.features import encoder_frames, segment_pooling
from model.runtime.session import make_session

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

WIDTH, LAYERS = 128, 3


@pytest.fixture(scope="module")
def whisper():
    torch.manual_seed(0)
    config = transformers.WhisperConfig(
        d_model=WIDTH, encoder_layers=LAYERS, encoder_attention_heads=WIDTH // 64,
        encoder_ffn_dim=4 * WIDTH, decoder_layers=1, decoder_attention_heads=2,
        vocab_size=64, decoder_start_token_id=0, pad_token_id=0, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    model = transformers.WhisperModel(config).eval()
    with torch.no_grad():  # transformers' initialisation is so small that layers do next to nothing
        for parameter in model.encoder.layers.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.08)
    return model


@pytest.fixture(scope="module")
def weights(whisper):
    return {name: tensor.numpy() for name, tensor in whisper.state_dict().items()}


def torch_levels(encoder, log_mel: np.ndarray) -> np.ndarray:
    """Residual stream after the stem and after each layer, (levels, n, d), positions cropped."""
    gelu = torch.nn.functional.gelu
    with torch.no_grad():
        x = gelu(encoder.conv2(gelu(encoder.conv1(torch.from_numpy(log_mel)))))
        x = x.transpose(1, 2)
        levels = [x + encoder.embed_positions.weight[: x.shape[1]]]
        for layer in encoder.layers:
            levels.append(layer(levels[-1], None))
    return torch.cat(levels).numpy()


def run(path: Path, log_mel: np.ndarray) -> dict[str, np.ndarray]:
    session = make_session(path, threads=1, providers=["CPUExecutionProvider"])
    pooling = segment_pooling(encoder_frames(log_mel.shape[2]))
    names = [output.name for output in session.get_outputs()]
    values = session.run(names, {"log_mel": log_mel, "pooling": pooling})
    return dict(zip(names, values, strict=True))


def mel(frames: int) -> np.ndarray:
    return np.random.default_rng(frames).standard_normal((1, 80, frames)).astype(np.float32)


@pytest.mark.parametrize("frames", [20, 21, 333, 3000])
def test_graph_equals_transformers(tmp_path, whisper, weights, frames):
    write_whisper_encoder(tmp_path / "w.onnx", weights, LAYERS)
    levels = torch_levels(whisper.encoder, mel(frames))
    got = run(tmp_path / "w.onnx", mel(frames))

    pooled = torch.nn.functional.adaptive_avg_pool1d(torch.from_numpy(levels).mT, 8).mT
    assert levels.shape[1] == encoder_frames(frames)
    np.testing.assert_allclose(got["segments"], pooled.numpy(), atol=1e-4)
    np.testing.assert_allclose(got["mean"], levels.mean(1), atol=1e-4)
    np.testing.assert_allclose(got["std"], levels.std(1), atol=1e-4)


def test_fewer_layers_give_the_same_first_levels(tmp_path, weights):
    write_whisper_encoder(tmp_path / "all.onnx", weights, LAYERS)
    write_whisper_encoder(tmp_path / "one.onnx", weights, 1)
    every, one = (run(tmp_path / f"{name}.onnx", mel(100)) for name in ("all", "one"))
    assert one["mean"].shape == (2, WIDTH)
    np.testing.assert_allclose(one["segments"], every["segments"][:2], atol=1e-5)


def test_int8_stays_close_and_is_smaller(tmp_path, weights):
    write_whisper_encoder(tmp_path / "fp32.onnx", weights, LAYERS)
    write_whisper_encoder(tmp_path / "int8.onnx", weights, LAYERS, int8=True)
    exact, rounded = (run(tmp_path / f"{name}.onnx", mel(200)) for name in ("fp32", "int8"))
    for level in range(LAYERS + 1):
        a, b = exact["segments"][level].ravel(), rounded["segments"][level].ravel()
        assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.999
    stem = weights["encoder.conv1.weight"].nbytes + weights["encoder.conv2.weight"].nbytes
    table = weights["encoder.embed_positions.weight"].nbytes
    whole, small = ((tmp_path / f"{n}.onnx").stat().st_size for n in ("fp32", "int8"))
    assert small - stem - table < 0.3 * (whole - stem - table)


@pytest.mark.parametrize("frames", [3, 8, 10, 251])
def test_segment_pooling_is_adaptive_average_pooling(frames):
    x = torch.from_numpy(mel(frames))
    expected = torch.nn.functional.adaptive_avg_pool1d(x, 8)[0].T.numpy()
    np.testing.assert_allclose(segment_pooling(frames) @ x[0].T.numpy(), expected, atol=1e-6)
