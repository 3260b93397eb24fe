"""Voices whose pitch, level and rhythm are known exactly, because they are sums of harmonics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from model.clip import SAMPLE_RATE_HZ

VOWELS_HZ = {
    "a": ((700, 80), (1200, 90), (2600, 120)),
    "e": ((500, 70), (1800, 90), (2500, 120)),
    "i": ((280, 60), (2250, 100), (2900, 120)),
    "o": ((450, 70), (850, 80), (2500, 120)),
    "u": ((310, 60), (870, 90), (2250, 120)),
}
"""Formants and their bandwidths."""

Sound = npt.NDArray[np.float32]
Series = npt.NDArray[np.float64]


def time_s(duration_s: float) -> Series:
    return np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ


def voice(f0_hz: Callable[[Series], Series], duration_s: float, vowel: str = "a") -> Sound:
    """A glottal source of -6 dB per octave through the vowel's formants; peak amplitude 0.2."""
    f0 = f0_hz(time_s(duration_s)) + np.zeros(round(duration_s * SAMPLE_RATE_HZ))
    phase = 2 * np.pi * np.cumsum(f0) / SAMPLE_RATE_HZ
    sound = np.zeros_like(f0)
    for number in range(1, int(7500 / f0.min()) + 1):
        sound += _gain(number * f0, VOWELS_HZ[vowel]) / number * np.cos(number * phase)
    return (0.2 * sound / np.abs(sound).max()).astype(np.float32)


def glide(base_hz: float) -> Callable[[Series], Series]:
    """A pitch that swings by a third of an octave either way."""
    return lambda t: base_hz * 2 ** (np.sin(2 * np.pi * 1.5 * t) / 3)


def syllables(count: int, each_s: float = 0.2, base_hz: float = 130.0) -> Sound:
    """So many vowels with a dip of about 20 dB between them, and silence for 0.3 s around."""
    t = time_s(count * each_s)
    envelope = 0.1 + 0.9 * np.abs(np.sin(np.pi * t / each_s))
    spoken = voice(lambda t: base_hz * 2 ** (0.2 * np.sin(2 * np.pi * 0.7 * t)), count * each_s)
    silence = np.zeros(round(0.3 * SAMPLE_RATE_HZ), np.float32)
    return np.concatenate([silence, (envelope * spoken).astype(np.float32), silence])


def with_noise(sound: Sound, signal_to_noise_db: float, seed: int = 0) -> Sound:
    noise = np.random.default_rng(seed).normal(size=len(sound))
    return (sound + noise * sound.std() * 10 ** (-signal_to_noise_db / 20)).astype(np.float32)


def band_limited(sound: Sound, low_hz: float, high_hz: float) -> Sound:
    spectrum = np.fft.rfft(sound)
    frequency_hz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE_HZ)
    spectrum[(frequency_hz < low_hz) | (frequency_hz > high_hz)] = 0
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)


def _gain(frequency_hz: Series, formants_hz: tuple[tuple[int, int], ...]) -> Series:
    gain = np.clip((7800 - frequency_hz) / 400, 0, 1)
    for centre, width in formants_hz:
        below = (frequency_hz - centre) ** 2 + (width / 2) ** 2
        above = (frequency_hz + centre) ** 2 + (width / 2) ** 2
        gain = gain * (centre**2 + (width / 2) ** 2) / np.sqrt(below * above)
    return gain
