"""The log-mel spectrogram is Whisper's, except that nothing is padded to 30 s."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from model.clip import SAMPLE_RATE_HZ
from model.perception.log_mel import HOP_SAMPLES, log_mel, mel_filters

WINDOW_S = 30


def chirp_in_noise(duration_s: float) -> npt.NDArray[np.float32]:
    time_s = np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    noise = np.random.default_rng(7).normal(size=len(time_s))
    envelope = 0.5 + 0.5 * np.sin(2 * np.pi * 3 * time_s)
    sweep = np.sin(2 * np.pi * (150 + 40 * time_s) * time_s)
    return (0.3 * envelope * sweep + 0.01 * noise).astype(np.float32)


def whisper(waveform: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    transformers = pytest.importorskip("transformers", reason="parity needs the training extra")
    extractor = transformers.WhisperFeatureExtractor()
    features = extractor(waveform, sampling_rate=SAMPLE_RATE_HZ, return_tensors="np")
    return np.asarray(features["input_features"][0], dtype=np.float32)


def test_equals_whisper_on_a_full_window() -> None:
    waveform = chirp_in_noise(WINDOW_S)
    np.testing.assert_allclose(log_mel(waveform), whisper(waveform), atol=1e-4)


def test_equals_whisper_before_the_padding_of_a_short_sound() -> None:
    waveform = chirp_in_noise(2.345)
    ours = log_mel(waveform)
    # The last two frames see the mirrored edge where Whisper sees padding.
    np.testing.assert_allclose(ours[:, :-2], whisper(waveform)[:, : ours.shape[1] - 2], atol=1e-4)


@pytest.mark.parametrize("samples", [201, 1600, 1601, 1759, 16_000])
def test_has_one_column_per_whole_hop(samples: int) -> None:
    mel = log_mel(np.full(samples, 0.1, np.float32))
    assert mel.shape == (80, samples // HOP_SAMPLES)
    assert mel.dtype == np.float32


def test_silence_is_the_floor_everywhere() -> None:
    np.testing.assert_allclose(log_mel(np.zeros(16_000, np.float32)), -1.5, rtol=1e-6)


def test_values_span_at_most_eighty_decibels() -> None:
    waveform = chirp_in_noise(1.0)
    waveform[:8000] = 0.0
    mel = log_mel(waveform)
    assert mel.max() - mel.min() == pytest.approx(2.0, abs=1e-6)


def test_a_tone_is_loudest_in_the_band_around_it() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(16_000) / SAMPLE_RATE_HZ).astype(np.float32)
    loudest = int(log_mel(tone).mean(axis=1).argmax())
    bins_hz = np.linspace(0, SAMPLE_RATE_HZ / 2, 201)
    assert mel_filters()[loudest, np.abs(bins_hz - 440).argmin()] > 0


def test_too_short_to_mirror_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 200 samples"):
        log_mel(np.zeros(200, np.float32))
