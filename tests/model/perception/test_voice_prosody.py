"""Loudness, brightness and syllables against sounds built to have them."""

from __future__ import annotations

import numpy as np
import pytest

from model.perception.log_mel import power_spectra
from model.perception.prosody import (
    QUIETEST_DB,
    band_level_db,
    brightness_db,
    loudness_db,
    syllable_nuclei_s,
)
from tests.model.perception.synthetic_voice import Sound, time_s


def sine(frequency_hz: float, amplitude: float = 1.0) -> Sound:
    return (amplitude * np.sin(2 * np.pi * frequency_hz * time_s(0.5))).astype(np.float32)


def middle(values: Sound) -> float:
    return float(np.median(values))


# The weights of IEC 61672-1, table 3, for these frequencies; a full-scale sine has -3.0 dB.
@pytest.mark.parametrize(
    ("frequency_hz", "weight_db"), [(125, -16.1), (250, -8.6), (1000, 0.0), (4000, 1.0)]
)
def test_loudness_is_a_weighted(frequency_hz: float, weight_db: float) -> None:
    loudness = middle(loudness_db(power_spectra(sine(frequency_hz))))
    # 25 ms spread a low tone over bins of different weight.
    assert loudness == pytest.approx(weight_db - 3.0, abs=0.7)


def test_loudness_moves_six_decibels_a_factor_of_two() -> None:
    loud, soft = (loudness_db(power_spectra(sine(500, a))) for a in (0.5, 0.25))
    np.testing.assert_allclose(loud - soft, 6.02, atol=0.01)


def test_an_offset_is_not_loud() -> None:
    offset = np.full(8000, 0.5, np.float32)
    assert middle(loudness_db(power_spectra(offset))) < -40


def test_silence_has_the_quietest_level_and_no_colour() -> None:
    power = power_spectra(np.zeros(8000, np.float32))
    np.testing.assert_allclose(loudness_db(power), QUIETEST_DB)
    np.testing.assert_allclose(brightness_db(power), 0.0)


def test_band_level_is_the_mean_square_of_what_is_in_the_band() -> None:
    power = power_spectra(sine(500, 0.5) + sine(3000, 0.05))
    assert middle(band_level_db(power, 200, 1000)) == pytest.approx(-9.03, abs=0.05)
    assert middle(band_level_db(power, 2000, 4000)) == pytest.approx(-29.03, abs=0.05)


def test_brightness_is_the_level_of_the_upper_band_over_the_lower() -> None:
    power = power_spectra(sine(400, 0.5) + sine(2500, 0.05))
    assert middle(brightness_db(power)) == pytest.approx(-20.0, abs=0.1)


def bumps(dip_db: float, count: int = 5) -> Sound:
    """Power spectra of a tone of 500 Hz whose level has so many peaks, 0.2 s apart."""
    t = time_s(count * 0.2)
    level_db = -20 - dip_db * np.cos(np.pi * t / 0.2) ** 2
    return power_spectra((10 ** (level_db / 20) * np.sin(2 * np.pi * 500 * t)).astype(np.float32))


@pytest.mark.parametrize(("dip_db", "expected"), [(10.0, 5), (0.5, 0)])
def test_counts_peaks_between_deep_dips_only(dip_db: float, expected: int) -> None:
    voiced, speech = np.full(100, 120, np.float32), np.ones(100, np.bool_)
    assert len(syllable_nuclei_s(bumps(dip_db), voiced, speech)) == expected


def test_a_nucleus_lies_at_the_peak_and_is_voiced_speech() -> None:
    f0_hz, speech = np.full(100, 120, np.float32), np.ones(100, np.bool_)
    f0_hz[20:40] = np.nan
    speech[80:] = False
    nuclei = syllable_nuclei_s(bumps(10.0), f0_hz, speech)
    np.testing.assert_allclose(nuclei, [0.1, 0.5, 0.7], atol=0.021)
