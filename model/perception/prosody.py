"""Loudness, spectral balance and syllables of a voice, from its 25 ms power spectra."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from model.clip import SAMPLE_RATE_HZ
from model.perception.log_mel import FFT_SAMPLES, HOP_S

QUIETEST_DB = -100.0
"""Level given to digital silence."""

# Of the periodic Hann window: the sum of its squares is 3/8 of its length.
_WINDOW_ENERGY = 0.375 * FFT_SAMPLES
_BINS_HZ = np.linspace(0.0, SAMPLE_RATE_HZ / 2, FFT_SAMPLES // 2 + 1)

_LOW_BAND_HZ = (50.0, 1000.0)
_HIGH_BAND_HZ = (1000.0, 5000.0)

_TELEPHONE_BAND_HZ = (300.0, 3400.0)
_OVER_TELEPHONE_HZ = (4800.0, 7600.0)
# 1,857 wideband voices of five sets (RAVDESS: -39 dB and more) lie above it, 412 sent through
# 8 kHz below.
_TELEPHONE_DB = -60.0
_TELEPHONE_PERCENTILE = 75.0

# de Jong and Wempe (2009) look 25 dB below the loudest syllable and ask for dips of 2 dB.
_SONORANT_BAND_HZ = (300.0, 3300.0)
_NUCLEUS_RANGE_DB = 25.0
_DIP_DB = 2.0
_SMOOTHING_FRAMES = 7

Floats = npt.NDArray[np.float32]


def loudness_db(power: Floats) -> Floats:
    """A-weighted level of each frame in dB relative to full scale.

    The weighting (IEC 61672-1) takes out the hum and rumble that a plain RMS would count; what lies
    under 60 Hz, an offset included, is left out altogether.
    A sine of 1 kHz and amplitude 1 has -3.0 dB.

    Args:
        power: (201, m) from `log_mel.power_spectra`.

    Returns:
        float32 (m,), at least `QUIETEST_DB`.
    """
    mean_square = _a_weights() @ power
    return _decibels(mean_square)


def brightness_db(power: Floats) -> Floats:
    """Energy of 1-5 kHz over that of 50-1000 Hz in dB: higher is brighter, tenser, louder effort.

    This is the alpha ratio of eGeMAPS (Eyben et al. 2016) in the direction in which openSMILE
    reports it; voiced speech has about -25 to 0 dB. A silent frame has 0 dB.

    Args:
        power: (201, m) from `log_mel.power_spectra`.

    Returns:
        float32 (m,), finite.
    """
    return band_level_db(power, *_HIGH_BAND_HZ) - band_level_db(power, *_LOW_BAND_HZ)


def is_telephone(power: Floats) -> bool:
    """Whether speech ends at 4 kHz, as what a telephone or an 8 kHz recording has left of it.

    Levels are those that a quarter of the frames exceed: sibilants are among these where there are
    any, and single clipped frames, whose distortion reaches higher, do not count. Where a telephone
    begins, at 300 Hz or lower, is not asked: a high voice has nothing there by nature.

    Args:
        power: (201, k) from `log_mel.power_spectra`, of frames with speech, k > 0.
    """
    inside, above = (
        np.percentile(_mean_square(power, *band), _TELEPHONE_PERCENTILE)
        for band in (_TELEPHONE_BAND_HZ, _OVER_TELEPHONE_HZ)
    )
    return bool(above < inside * 10.0 ** (_TELEPHONE_DB / 10.0))


def band_level_db(power: Floats, low_hz: float, high_hz: float) -> Floats:
    """Level of what lies in `low_hz` <= frequency < `high_hz`, float32 (m,) dB re full scale."""
    return _decibels(_mean_square(power, low_hz, high_hz))


def _mean_square(power: Floats, low_hz: float, high_hz: float) -> Floats:
    band = (low_hz <= _BINS_HZ) & (high_hz > _BINS_HZ)
    return _power_to_mean_square()[band] @ power[band]


def syllable_nuclei_s(
    power: Floats, f0_hz: Floats, speech: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Find syllables as de Jong and Wempe (2009) do: voiced peaks of level between dips of 2 dB.

    The level is that of 300-3300 Hz, where vowels are strong and neither a voiced closure nor a
    sibilant is; counts follow the true ones better so than with the whole sound's level.

    Args:
        power: (201, m) from `log_mel.power_spectra`.
        f0_hz: (m,), nan where unvoiced.
        speech: (m,).

    Returns:
        Times of the nuclei in seconds after the first frame, float64 (k,), ascending.
    """
    if not speech.any():
        return np.empty(0)
    level = smooth_level(band_level_db(power, *_SONORANT_BAND_HZ))
    threshold = np.percentile(level[speech], 99) - _NUCLEUS_RANGE_DB
    peaks = [
        peak
        for peak in _peaks_between_dips(level)
        if level[peak] > threshold and speech[peak] and np.isfinite(f0_hz[peak])
    ]
    return np.array(peaks, dtype=np.float64) * HOP_S


def _peaks_between_dips(level: Floats) -> list[int]:
    """Highest frames between which the level falls by at least `_DIP_DB` on both sides."""
    peaks: list[int] = []
    highest, lowest = 0, 0
    rising = True
    for frame, value in enumerate(level.tolist()):
        if rising:
            if value > level[highest]:
                highest = frame
            elif value < level[highest] - _DIP_DB:
                peaks.append(highest)
                lowest, rising = frame, False
        elif value < level[lowest]:
            lowest = frame
        elif value > level[lowest] + _DIP_DB:
            highest, rising = frame, True
    return peaks


def smooth_level(level_db: Floats) -> Floats:
    """Average over about 50 ms, which hides the single periods of a deep voice."""
    weights = np.hanning(_SMOOTHING_FRAMES + 2)[1:-1]
    half = _SMOOTHING_FRAMES // 2
    padded = np.pad(level_db, half, mode="edge")
    return np.convolve(padded, weights / weights.sum(), mode="valid").astype(np.float32)


@cache
def _a_weights() -> Floats:
    """Weight of each bin of a power spectrum in the mean square of the sound: float32 (201,)."""
    squared = _BINS_HZ**2
    response = 12194.0**2 * squared**2
    response /= (squared + 20.6**2) * (squared + 12194.0**2)
    response /= np.sqrt((squared + 107.7**2) * (squared + 737.9**2))
    gain = np.where(_BINS_HZ < 60.0, 0.0, 10.0 ** (2.0 / 20.0) * response)
    weights: Floats = (gain**2 * _power_to_mean_square()).astype(np.float32)
    return weights


@cache
def _power_to_mean_square() -> Floats:
    # Every bin but the first and the last stands for its negative frequency too.
    both_sides = np.where((_BINS_HZ > 0) & (_BINS_HZ < SAMPLE_RATE_HZ / 2), 2.0, 1.0)
    scale: Floats = (both_sides / (FFT_SAMPLES * _WINDOW_ENERGY)).astype(np.float32)
    return scale


def _decibels(mean_square: Floats) -> Floats:
    quietest = 10.0 ** (QUIETEST_DB / 10.0)
    level: Floats = (10.0 * np.log10(np.maximum(mean_square, quietest))).astype(np.float32)
    return level
