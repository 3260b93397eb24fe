"""What `hear` says of voices, noises and broken sound."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.clip import SAMPLE_RATE_HZ
from model.errors import MediaError
from model.perception.speech_activity import PAUSE_S
from model.perception.voice import SHORTEST_S, VoiceTrack, hear
from tests.model.perception.synthetic_voice import (
    Sound,
    band_limited,
    glide,
    syllables,
    time_s,
    voice,
    with_noise,
)

LONG_S = 3.0


def heard(sound: Sound, start_s: float = 0.0) -> VoiceTrack:
    track = hear(sound, start_s)
    assert track is not None
    return track


def silence(duration_s: float) -> Sound:
    return np.zeros(round(duration_s * SAMPLE_RATE_HZ), np.float32)


def gaps_s(speech: np.ndarray) -> list[float]:
    inside = speech[np.flatnonzero(speech)[0] : np.flatnonzero(speech)[-1] + 1]
    edges = np.flatnonzero(np.diff((~inside).astype(np.int8), prepend=0, append=0))
    return [float(end - first) / 100 for first, end in edges.reshape(-1, 2)]


def noises() -> dict[str, Sound]:
    t, rng = time_s(LONG_S), np.random.default_rng(3)
    white = rng.normal(size=len(t))
    spectrum = np.fft.rfft(white)
    bins = np.maximum(100, np.arange(len(spectrum)))
    on = np.sin(2 * np.pi * 2 * t) > 0
    mains, american_mains, rectified = (
        sum(np.sin(2 * np.pi * base_hz * k * t + k) / k for k in range(1, 40))
        for base_hz in (50, 60, 100)
    )
    sweep = 2 * np.pi * np.cumsum(400 + 150 * np.sin(np.pi * t)) / SAMPLE_RATE_HZ
    sounds = {
        "silence": 0 * t,
        "white": white,
        "white in bursts": white * on,
        "pink": np.fft.irfft(spectrum / np.sqrt(bins), len(t)),
        "brown": np.fft.irfft(spectrum / bins, len(t)),
        "mains hum": mains,
        "mains hum and hiss": mains + 0.1 * white,
        "mains hum of 60 Hz": american_mains,
        "mains hum of 60 Hz and hiss": american_mains + 0.1 * white,
        "rectified mains hum and hiss": rectified + 0.1 * white,
        "tone": np.sin(2 * np.pi * 440 * t),
        "beeps": np.sin(2 * np.pi * 440 * t) * on,
        "square beeps": np.sign(np.sin(2 * np.pi * 220 * t)) * on,
        "siren": np.sin(sweep),
        "dial tone": np.sin(2 * np.pi * 350 * t) + np.sin(2 * np.pi * 440 * t),
        "clicks": (np.arange(len(t)) % 8000 < 3).astype(float),
    }
    return {
        name: (0.3 * sound / max(np.abs(sound).max(), 1e-9)).astype(np.float32)
        for name, sound in sounds.items()
    }


@pytest.mark.parametrize("name", noises())
def test_nobody_speaks_in(name: str) -> None:
    assert hear(noises()[name], 0.0) is None


@pytest.mark.parametrize("noise_db", [None, 20.0, 10.0])
def test_hears_speech_where_it_is(noise_db: float | None) -> None:
    sound = np.concatenate([silence(1.0), syllables(6), silence(1.0)])
    track = heard(sound if noise_db is None else with_noise(sound, noise_db))
    inside = (track.times_s > 1.4) & (track.times_s < 2.4)
    outside = (track.times_s < 1.1) | (track.times_s > 2.8)
    assert track.speech[inside].all()
    assert not track.speech[outside].any()


def test_fields_have_their_shapes_and_types() -> None:
    sound = syllables(5)
    track = heard(sound, 12.0)
    frames = len(sound) // 160
    for values, dtype in (
        (track.times_s, np.float64),
        (track.f0_hz, np.float32),
        (track.loudness_db, np.float32),
        (track.speech, np.bool_),
        (track.brightness_db, np.float32),
    ):
        assert values.shape == (frames,)
        assert values.dtype == dtype
    assert np.isfinite(track.loudness_db).all()
    assert np.isfinite(track.brightness_db).all()
    assert np.isnan(track.f0_hz[~track.speech]).all()
    assert track.log_mel.dtype == np.float32


def test_whisper_hears_speech_and_its_margins_only() -> None:
    speech = syllables(6)
    alone, amid = (heard(s) for s in (speech, np.concatenate([silence(1.5), speech, silence(2.0)])))
    spoken = np.flatnonzero(amid.speech)
    assert amid.log_mel.shape == (80, spoken[-1] + 1 - spoken[0] + 50)
    assert abs(amid.log_mel.shape[1] - alone.log_mel.shape[1]) <= 10
    assert len(amid.times_s) > amid.log_mel.shape[1] + 300


def test_whisper_hears_no_long_pause() -> None:
    speech = syllables(4)
    brief, long = (heard(np.concatenate([speech, silence(gap_s), speech])) for gap_s in (0.5, 3.0))
    assert len(long.times_s) == len(brief.times_s) + 250
    assert long.log_mel.shape == brief.log_mel.shape
    # Nearly: the noise under the pause is drawn once for each sound.
    np.testing.assert_allclose(long.log_mel, brief.log_mel, atol=0.5)
    assert gaps_s(long.speech)[0] > 3.0


@pytest.mark.parametrize("count", [3, 6, 10])
def test_counts_syllables(count: int) -> None:
    track = heard(syllables(count))
    assert len(track.syllables_s) == count
    np.testing.assert_allclose(track.syllables_s, 0.4 + 0.2 * np.arange(count), atol=0.04)


@pytest.mark.parametrize(("between_s", "pauses"), [(0.0, 0), (0.5, 1), (1.0, 1)])
def test_pauses_are_the_gaps_between_speech(between_s: float, pauses: int) -> None:
    spoken = syllables(4)[4800:-4800]
    found = gaps_s(heard(np.concatenate([spoken, silence(between_s), spoken])).speech)
    assert len(found) == pauses
    assert all(gap >= PAUSE_S for gap in found)
    assert found == pytest.approx([between_s] * pauses, abs=0.1)


@settings(max_examples=5)
@given(gain_db=st.floats(-10, 12))
def test_gain_moves_the_loudness_and_nothing_else(gain_db: float) -> None:
    sound = with_noise(syllables(4), 30.0)
    plain, louder = heard(sound), heard((sound * 10 ** (gain_db / 20)).astype(np.float32))
    np.testing.assert_allclose(louder.loudness_db - plain.loudness_db, gain_db, atol=0.01)
    np.testing.assert_array_equal(louder.speech, plain.speech)
    np.testing.assert_allclose(louder.f0_hz, plain.f0_hz, rtol=1e-3)
    np.testing.assert_allclose(louder.brightness_db, plain.brightness_db, atol=0.01)
    np.testing.assert_allclose(louder.syllables_s, plain.syllables_s)


@settings(max_examples=5)
@given(start_s=st.floats(0, 36_000))
def test_the_clock_moves_every_time(start_s: float) -> None:
    early, late = heard(syllables(3)), heard(syllables(3), start_s)
    np.testing.assert_allclose(late.times_s - start_s, early.times_s, atol=1e-6)
    np.testing.assert_allclose(late.syllables_s - start_s, early.syllables_s, atol=1e-6)


def test_too_short_to_judge_is_no_voice() -> None:
    samples = round(SHORTEST_S * SAMPLE_RATE_HZ)
    assert hear(voice(glide(150.0), 0.5)[: samples - 1], 0.0) is None
    assert hear(np.empty(0, np.float32), 0.0) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_refused(value: float) -> None:
    sound = syllables(3)
    sound[5000] = value
    with pytest.raises(MediaError, match="not finite numbers"):
        hear(sound, 0.0)


def test_an_offset_changes_neither_pitch_nor_speech() -> None:
    plain = heard(syllables(4))
    shifted = heard(syllables(4) + np.float32(0.2))
    np.testing.assert_array_equal(shifted.speech, plain.speech)
    np.testing.assert_allclose(shifted.f0_hz, plain.f0_hz, rtol=1e-2)


def test_an_offset_far_over_quiet_speech_changes_no_speech() -> None:
    quiet = with_noise(syllables(4), 40.0) * np.float32(0.05)
    np.testing.assert_array_equal(heard(quiet + np.float32(0.3)).speech, heard(quiet).speech)


def test_a_siren_with_an_offset_is_no_voice() -> None:
    assert hear(noises()["siren"] + np.float32(0.1), 0.0) is None


@pytest.mark.parametrize(("before_s", "after_s"), [(0.3, 0.0), (1.0, 0.0), (0.0, 1.0)])
def test_digital_silence_is_not_the_noise_of_the_room(before_s: float, after_s: float) -> None:
    noisy = with_noise(np.concatenate([silence(0.5), syllables(6), silence(0.5)]), 15.0)
    alone = heard(noisy)
    padded = heard(np.concatenate([silence(before_s), noisy, silence(after_s)]))
    first = round(before_s * 100)
    inside = padded.speech[first : first + len(alone.speech)]
    assert np.count_nonzero(inside != alone.speech) <= 2


def test_clipped_speech_is_still_heard() -> None:
    track = heard(np.clip(with_noise(syllables(5), 40.0) * 25, -1, 1).astype(np.float32))
    assert track.speech.mean() > 0.5
    assert np.nanmedian(track.f0_hz) == pytest.approx(130, rel=0.1)


def test_telephone_sound_keeps_pitch_and_syllables() -> None:
    whole_hz = np.nanmedian(heard(syllables(5)).f0_hz)
    track = heard(band_limited(syllables(5), 300.0, 3400.0))
    assert np.nanmedian(track.f0_hz) == pytest.approx(whole_hz, rel=0.02)
    assert len(track.syllables_s) == 5
    assert track.telephone


def test_a_high_voice_in_noise_is_no_telephone() -> None:
    assert not heard(with_noise(syllables(5, base_hz=350.0), 40.0)).telephone


def test_a_telephone_that_clips_a_little_is_still_one() -> None:
    call = band_limited(syllables(10), 300.0, 3400.0)
    call[20_000:20_800] = np.sign(call[20_000:20_800]) * 0.2
    assert heard(call).telephone


def test_hum_under_speech_is_not_its_pitch() -> None:
    sound = np.concatenate([silence(1.5), syllables(5), silence(1.5)])
    t = np.arange(len(sound)) / SAMPLE_RATE_HZ
    hum = 0.004 * (np.sin(2 * np.pi * 100 * t) + 0.5 * np.sin(2 * np.pi * 200 * t))
    track = heard((sound + hum).astype(np.float32))
    assert not track.speech[:140].any()
    assert np.nanmedian(track.f0_hz) == pytest.approx(130, rel=0.1)


@pytest.mark.parametrize("corpus", ["emodb", "ravdess", "urdu"])
def test_real_voices_are_heard(data_root: Path, corpus: str) -> None:
    pandas = pytest.importorskip("pandas", reason="real data is read with the training extra")
    soundfile = pytest.importorskip("soundfile", reason="real data is read with the training extra")
    rows = pandas.read_parquet(data_root / f"voices_{corpus}.parquet").iloc[::80]
    medians: dict[str, list[float]] = {"male": [], "female": []}
    for row in rows.itertuples():
        sound, _ = soundfile.read(io.BytesIO(row.audio), dtype="float32")
        track = heard(sound)
        assert 0.2 < track.speech.mean() <= 1.0
        assert not track.telephone
        assert heard(band_limited(sound, 300.0, 3400.0)).telephone
        assert 1.0 < len(track.syllables_s) / (track.speech.sum() / 100) < 9.0
        medians[row.sex].append(float(np.nanmedian(track.f0_hz)))
    if min(map(len, medians.values())) > 0:
        assert np.median(medians["male"]) < np.median(medians["female"])
