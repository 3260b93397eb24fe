"""Whisper's log-mel spectrogram in numpy, over the sound's true length.

Whisper (Radford et al. 2022) pads every sound to 30 s first; nothing is padded here, so that the
encoder's work grows with the sound. Everything else is Whisper's: periodic Hann window of 25 ms,
10 ms hop, centred frames with reflected edges, 80 Slaney mel bands, log10 with a floor of 80 dB
under the sound's own maximum, mapped to (x + 4) / 4.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from model.clip import SAMPLE_RATE_HZ

MEL_BANDS = 80
HOP_SAMPLES = 160
HOP_S = HOP_SAMPLES / SAMPLE_RATE_HZ
FFT_SAMPLES = 400

_FLOOR_POWER = 1e-10
_RANGE_BELS = 8.0

# Slaney's mel scale (Auditory Toolbox, 1998): linear below 1 kHz, logarithmic above.
_KNEE_HZ = 1000.0
_KNEE_MEL = 15.0
_LOG_STEP = np.log(6.4) / 27.0


def log_mel(waveform: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Compute Whisper's log-mel spectrogram of a sound's true length.

    Args:
        waveform: mono sound, (samples,) at `SAMPLE_RATE_HZ`, more than `FFT_SAMPLES // 2` samples
            (12.5 ms: the edges are mirrored over that much).

    Returns:
        float32 (80, samples // 160); column `k` is centred on `k * HOP_S` seconds. The values of
        one sound span at most 2.0; full-scale speech lies roughly in [-1, 1.5].

    Raises:
        ValueError: the sound is too short to be mirrored at its edges.
    """
    return log_mel_of(power_spectra(waveform))


def power_spectra(waveform: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Power of each 25 ms frame: float32 (201, samples // 160), bins 40 Hz apart."""
    if len(waveform) <= FFT_SAMPLES // 2:
        raise ValueError(f"need more than {FFT_SAMPLES // 2} samples, got {len(waveform)}")
    padded = np.pad(waveform.astype(np.float32, copy=False), FFT_SAMPLES // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT_SAMPLES)[::HOP_SAMPLES]
    # Whisper drops the last frame, which is centred on the sound's end.
    spectra = np.fft.rfft(frames[: len(waveform) // HOP_SAMPLES] * _hann_window(), axis=1)
    power: npt.NDArray[np.float32] = (spectra.real**2 + spectra.imag**2).astype(np.float32)
    return power.T


def log_mel_of(power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The log-mel spectrogram (80, m) of power spectra (201, m), if those are at hand already."""
    mel_power = mel_filters() @ power
    log_power = np.log10(np.maximum(mel_power, _FLOOR_POWER))
    clamped = np.maximum(log_power, log_power.max() - _RANGE_BELS)
    scaled: npt.NDArray[np.float32] = ((clamped + 4.0) / 4.0).astype(np.float32)
    return scaled


@cache
def mel_filters() -> npt.NDArray[np.float32]:
    """Triangular mel filters of unit area in hertz: float32 (80, 201)."""
    edges_hz = _mel_to_hz(np.linspace(0.0, _hz_to_mel(SAMPLE_RATE_HZ / 2), MEL_BANDS + 2))
    bins_hz = np.linspace(0.0, SAMPLE_RATE_HZ / 2, FFT_SAMPLES // 2 + 1)
    lower, centre, upper = (edges_hz[i : i + MEL_BANDS, None] for i in range(3))
    rising = (bins_hz - lower) / (centre - lower)
    falling = (upper - bins_hz) / (upper - centre)
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * 2.0 / (upper - lower)).astype(np.float32)


@cache
def _hann_window() -> npt.NDArray[np.float32]:
    # Periodic, as torch.hann_window: one period is the window's length, not one sample less.
    phase = 2.0 * np.pi * np.arange(FFT_SAMPLES) / FFT_SAMPLES
    return (0.5 - 0.5 * np.cos(phase)).astype(np.float32)


def _hz_to_mel(frequency_hz: float) -> float:
    if frequency_hz < _KNEE_HZ:
        return frequency_hz * _KNEE_MEL / _KNEE_HZ
    return float(_KNEE_MEL + np.log(frequency_hz / _KNEE_HZ) / _LOG_STEP)


def _mel_to_hz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    linear = mel * _KNEE_HZ / _KNEE_MEL
    logarithmic = _KNEE_HZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, linear, logarithmic)
