"""Sound: 16 kHz mono, at the second its time stamps say, never invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from av.audio.resampler import AudioResampler

from model.media import probe, read_clip, read_windows

Record = Callable[..., Path]
RATE = 16000


def hear(path: Path) -> npt.NDArray[np.float32]:
    clip = read_clip(path, modality="voice")
    assert clip.frames is None
    assert clip.waveform is not None
    assert clip.waveform.dtype == np.float32
    return clip.waveform


def pitch_hz(waveform: npt.NDArray[np.float32]) -> float:
    spectrum = np.abs(np.fft.rfft(waveform * np.hanning(len(waveform))))
    return float(spectrum.argmax() * RATE / len(waveform))


def onset_s(waveform: npt.NDArray[np.float32]) -> float:
    return float(np.flatnonzero(np.abs(waveform) > 0.1)[0] / RATE)


@pytest.mark.parametrize(
    "suffix",
    [
        "mp4", "mov", "mkv", "webm", "avi", "flv", "mts", "ts", "wav", "mp3", "m4a", "flac", "ogg",
        "opus", "mka", "wmv", "wma", "asf", "mpg", "vob", "3gp", "aiff", "caf", "aac", "m4b",
    ],
)  # fmt: skip
def test_every_container_gives_the_tone(record: Record, suffix: str) -> None:
    waveform = hear(record(f"clip.{suffix}", duration_s=2))
    assert len(waveform) == pytest.approx(2 * RATE, abs=0.05 * RATE)
    assert pitch_hz(waveform) == pytest.approx(440, abs=1)
    # The encoders' first blocks ring; the later half has settled.
    settled = waveform[RATE:-4000]
    assert np.sqrt(2 * np.mean(settled**2)) == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize(
    ("codec", "rate", "layout"),
    [
        ("pcm_mulaw", 8000, "mono"),  # telephone
        ("pcm_s24le", 96000, "stereo"),
        ("pcm_u8", 11025, "mono"),
        ("pcm_f64le", 44100, "stereo"),
        ("pcm_s32le", 48000, "5.1"),
        ("pcm_f32le", 16000, "mono"),  # nothing to do
    ],
)
def test_odd_rates_and_formats_keep_pitch_level_and_length(
    record: Record, codec: str, rate: int, layout: str
) -> None:
    path = record("sound.wav", audio=codec, sample_rate_hz=rate, layout=layout, duration_s=1)
    waveform = hear(path)
    assert probe(path).sample_rate_hz == rate
    assert len(waveform) == pytest.approx(RATE, abs=2)
    assert pitch_hz(waveform) == pytest.approx(440, abs=1)
    # Equal channels come out as loud as one alone.
    assert np.abs(waveform[2000:-2000]).max() == pytest.approx(0.5, abs=0.02)


def voice_like(duration_s: float) -> npt.NDArray[np.float64]:
    """A tone with a click a tenth of a second, at which a coder goes over to short blocks."""
    at_s = np.arange(round(duration_s * RATE)) / RATE
    clicks = np.exp(-(((at_s % 0.1) / 0.001) ** 2))
    return 0.3 * np.sin(2 * np.pi * 440 * at_s) + 0.5 * clicks


@pytest.mark.parametrize("rate", [16000, 32000, 44100])
def test_vorbis_with_its_blocks_of_two_lengths_is_whole(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "voice.ogg"
    soundfile.write(path, voice_like(3.0), rate, format="OGG", subtype="VORBIS")
    waveform = hear(path)
    assert len(waveform) == pytest.approx(3 * RATE * RATE / rate, abs=2)


def test_channels_that_ffmpeg_cannot_mix_are_averaged(tmp_path: Path) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    path = tmp_path / "array.wav"
    soundfile.write(path, tone[:, None] * np.arange(9) / 8, RATE, subtype="PCM_16")
    waveform = hear(path)
    assert len(waveform) == RATE
    assert waveform == pytest.approx(tone / 2, abs=1e-4)


@pytest.mark.parametrize("right", [-1.0, -0.9, -1.05])
def test_two_channels_that_cancel_each_other_out_are_heard(tmp_path: Path, right: float) -> None:
    left = voice_like(4.0)
    path = tmp_path / "balanced.wav"
    soundfile.write(path, np.stack([left, right * left], 1), RATE, subtype="PCM_16")
    assert hear(path) == pytest.approx(left, abs=1e-4)
    for clip in read_windows(path, 2.0, 0.5):
        assert clip.waveform is not None
        assert clip.waveform == pytest.approx(
            left[round(clip.start_s * RATE) :][: 2 * RATE], abs=1e-4
        )


@pytest.mark.parametrize("right", [1.0, 0.5, 0.0, -0.7])
def test_stereo_is_mixed_as_ffmpeg_does(tmp_path: Path, right: float) -> None:
    left = voice_like(2.0)
    path = tmp_path / "stereo.flac"
    soundfile.write(path, np.stack([left, right * left[::-1]], 1), 44100, subtype="PCM_16")
    mixer = AudioResampler("flt", "mono", RATE, options={"rematrix_maxval": "1.0"})
    with av.open(str(path)) as file:
        pieces = [out for frame in file.decode(audio=0) for out in mixer.resample(frame)]
    pieces += mixer.resample(None)
    mixed = np.concatenate([piece.to_ndarray().reshape(-1) for piece in pieces])
    assert np.array_equal(hear(path), mixed)


def test_overdriven_sound_is_clipped_to_full_scale(record: Record) -> None:
    waveform = hear(record("loud.wav", audio="pcm_f32le", amplitude=3.0, duration_s=1))
    assert np.abs(waveform).max() == 1.0


def test_silence_is_sound(record: Record) -> None:
    waveform = hear(record("silence.wav", amplitude=0.0, duration_s=1))
    assert len(waveform) == RATE
    assert not waveform.any()


@pytest.mark.parametrize("name", ["late.mkv", "late.mp4", "late.mov"])
def test_late_sound_is_placed_at_its_offset(record: Record, name: str) -> None:
    clip = read_clip(record(name, sound_from_s=1.5, duration_s=2))
    assert clip.waveform is not None
    assert clip.frame_times_s[0] == 0.0
    assert onset_s(clip.waveform) == pytest.approx(1.5, abs=0.03)
    assert not clip.waveform[: int(1.4 * RATE)].any()


def test_late_picture_keeps_its_offset(record: Record) -> None:
    times = [1 + n / 25 for n in range(25)]
    clip = read_clip(record("late.mkv", frame_times_s=times, duration_s=2))
    assert clip.waveform is not None
    assert onset_s(clip.waveform) < 0.05
    assert clip.frame_times_s[0] == pytest.approx(1.0, abs=0.001)


def test_the_clock_starts_with_the_first_track(record: Record) -> None:
    times = [3 + n / 25 for n in range(50)]
    clip = read_clip(record("cut.mkv", frame_times_s=times, sound_from_s=3.2, duration_s=2))
    assert clip.waveform is not None
    assert clip.start_s == clip.frame_times_s[0] == 0.0
    assert onset_s(clip.waveform) == pytest.approx(0.2, abs=0.03)


def test_a_gap_in_the_time_stamps_is_zeros_of_its_length(record: Record) -> None:
    path = record("gap.mkv", audio="pcm_s16le", gap_s=(1.0, 0.7), duration_s=2, video="")
    waveform = hear(path)
    quiet = np.flatnonzero(waveform == 0.0)
    longest = np.split(quiet, np.flatnonzero(np.diff(quiet) > 1) + 1)
    gap = max(longest, key=len)
    assert gap[0] / RATE == pytest.approx(1.003, abs=0.01)
    assert len(gap) / RATE == pytest.approx(0.7, abs=0.01)
    assert pitch_hz(waveform[gap[-1] + 1 :]) == pytest.approx(440, abs=2)


def test_jitter_in_the_time_stamps_is_no_gap(record: Record) -> None:
    path = record("jitter.mkv", audio="pcm_s16le", gap_s=(1.0, 0.06), duration_s=2, video="")
    assert len(hear(path)) == 2 * RATE


def test_sound_that_ends_first_is_not_padded(record: Record) -> None:
    clip = read_clip(record("short.mkv", audio="pcm_s16le", sound_s=1.0, duration_s=3))
    assert clip.waveform is not None
    assert len(clip.waveform) == RATE
    assert clip.end_s == pytest.approx(3.0)


def test_probe_states_what_is_there(record: Record) -> None:
    info = probe(str(record("clip.mp4", duration_s=2)))
    assert info.duration_s == pytest.approx(2.0, abs=0.05)
    assert info.has_picture
    assert info.has_sound
    assert info.frame_rate_hz == 25
    assert info.sample_rate_hz == 48000
    assert probe(record("still.png")).duration_s is None
