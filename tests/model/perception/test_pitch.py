"""F0 against sounds whose F0 is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.perception.log_mel import HOP_SAMPLES
from model.perception.pitch import CEILING_HZ, FLOOR_HZ, Pitch, track_pitch
from tests.model.perception.synthetic_voice import (
    VOWELS_HZ,
    Series,
    band_limited,
    glide,
    time_s,
    voice,
    with_noise,
)

BASES_HZ = (100.0, 150.0, 220.0, 320.0)
EDGE_FRAMES = 3


def errors_semitones(pitch: Pitch, truth_hz: Series) -> Series:
    """Error of every frame but those at the edges; nan where taken for unvoiced."""
    truth = truth_hz[::HOP_SAMPLES][: len(pitch.f0_hz)]
    error: Series = 12 * np.log2(pitch.f0_hz / truth)
    return error[EDGE_FRAMES:-EDGE_FRAMES]


def gross(error: Series) -> float:
    """Share of voiced frames more than 20 % off."""
    return float((np.abs(error[np.isfinite(error)]) > 12 * np.log2(1.2)).mean())


@pytest.mark.parametrize("vowel", VOWELS_HZ)
@pytest.mark.parametrize("noise_db", [None, 20.0, 10.0])
def test_follows_a_glide(vowel: str, noise_db: float | None) -> None:
    found = []
    for base_hz in BASES_HZ:
        sound = voice(glide(base_hz), 1.0, vowel)
        if noise_db is not None:
            sound = with_noise(sound, noise_db)
        found.append(errors_semitones(track_pitch(sound), glide(base_hz)(time_s(1.0))))
    error = np.concatenate(found)
    assert gross(error) <= 0.02
    assert np.nanmedian(np.abs(error)) < 0.1
    assert np.isnan(error).mean() < 0.05


@pytest.mark.parametrize("base_hz", [75.0, 400.0, 520.0])
def test_reads_the_ends_of_its_range(base_hz: float) -> None:
    sound = voice(lambda t: base_hz + 0 * t, 0.5, "o")
    error = errors_semitones(track_pitch(sound), base_hz + 0 * time_s(0.5))
    assert np.nanmax(np.abs(error)) < 0.3


def test_finds_the_missing_fundamental_of_telephone_sound() -> None:
    sound = band_limited(voice(glide(150.0), 1.0), 300.0, 3400.0)
    error = errors_semitones(track_pitch(sound), glide(150.0)(time_s(1.0)))
    assert gross(error) <= 0.02
    assert np.isfinite(error).mean() > 0.9


def test_clipping_does_not_move_it() -> None:
    sound = np.clip(voice(glide(140.0), 1.0) * 20, -1, 1).astype(np.float32)
    assert gross(errors_semitones(track_pitch(sound), glide(140.0)(time_s(1.0)))) <= 0.02


def test_noise_and_silence_are_unvoiced() -> None:
    noise = 0.1 * np.random.default_rng(1).normal(size=32_000).astype(np.float32)
    for sound in (noise, np.zeros(32_000, np.float32)):
        pitch = track_pitch(sound)
        assert np.isnan(pitch.f0_hz).all()
        assert not pitch.periodicity.any()


@settings(max_examples=5)
@given(gain_db=st.floats(-50, 40))
def test_does_not_depend_on_the_level(gain_db: float) -> None:
    sound = with_noise(voice(glide(180.0), 0.5), 20.0)
    quiet = track_pitch((sound * 10 ** (gain_db / 20)).astype(np.float32))
    np.testing.assert_allclose(quiet.f0_hz, track_pitch(sound).f0_hz, rtol=1e-3)


@settings(max_examples=5)
@given(hops=st.integers(1, 60))
def test_moves_with_the_sound(hops: int) -> None:
    sound = voice(glide(180.0), 0.5)
    late = np.concatenate([np.zeros(hops * HOP_SAMPLES, np.float32), sound])
    inner = slice(EDGE_FRAMES, -EDGE_FRAMES)
    shifted = track_pitch(late).f0_hz[hops:]
    np.testing.assert_allclose(shifted[inner], track_pitch(sound).f0_hz[inner], rtol=1e-3)


@pytest.mark.parametrize("samples", [160, 401, 3999, 16_001])
def test_has_one_value_per_whole_hop_within_range(samples: int) -> None:
    sound: npt.NDArray[np.float32] = voice(glide(200.0), 1.1)[:samples]
    pitch = track_pitch(sound)
    assert pitch.f0_hz.shape == pitch.periodicity.shape == (samples // HOP_SAMPLES,)
    assert pitch.f0_hz.dtype == np.float32
    voiced = pitch.f0_hz[np.isfinite(pitch.f0_hz)]
    assert ((voiced > FLOOR_HZ * 0.98) & (voiced < CEILING_HZ * 1.02)).all()


def test_long_sounds_are_handled_in_pieces_without_seams() -> None:
    sound = voice(lambda t: 150 * 2 ** (0.2 * np.sin(2 * np.pi * 0.3 * t)), 11.0, "u")
    truth = 150 * 2 ** (0.2 * np.sin(2 * np.pi * 0.3 * time_s(11.0)))
    assert np.nanmax(np.abs(errors_semitones(track_pitch(sound), truth))) < 0.2
