"""A virtual speaker is somebody else, and the same somebody in every clip."""

from __future__ import annotations

import numpy as np
import pytest

from model.clip import SAMPLE_RATE_HZ
from model.perception.pitch import track_pitch
from training.data.virtual_speakers import VirtualSpeaker, real_speaker, virtual_name

TIMES_S = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ


def tone(f0_hz: float) -> np.ndarray:
    partials = [np.sin(2 * np.pi * f0_hz * n * TIMES_S) / n for n in range(1, 12)]
    return (0.2 * np.sum(partials, 0)).astype(np.float32)


def median_f0_hz(waveform: np.ndarray) -> float:
    f0_hz = track_pitch(waveform).f0_hz
    return float(np.median(f0_hz[f0_hz > 0]))


@pytest.mark.parametrize("speed_percent", [85, 115])
def test_speed_moves_pitch_and_duration_together(speed_percent: int) -> None:
    spoken = VirtualSpeaker(speed_percent, 0.0, 0.0, 60.0).speak(tone(150.0), "clip")
    assert len(spoken) == pytest.approx(len(TIMES_S) * 100 / speed_percent, rel=0.01)
    assert median_f0_hz(spoken) == pytest.approx(150.0 * speed_percent / 100, rel=0.02)


def test_noise_lies_as_far_under_the_voice_as_asked() -> None:
    clean = tone(150.0)
    noise = VirtualSpeaker(100, 0.0, 0.0, 20.0).speak(clean, "clip") - clean
    level_db = 20 * np.log10(noise.std() / np.sqrt(np.mean(clean**2)))
    assert level_db == pytest.approx(-20.0, abs=0.5)


def test_tilt_lifts_high_over_low() -> None:
    spectrum = [np.abs(np.fft.rfft(VirtualSpeaker(100, tilt, 0.0, 80.0).speak(tone(200.0), "c")))
                for tilt in (0.0, 8.0)]  # fmt: skip
    gain_db = 20 * np.log10(spectrum[1][[400, 4000]] / spectrum[0][[400, 4000]])
    assert gain_db[1] - gain_db[0] == pytest.approx(8 * (4000 - 400) / 16000, abs=0.2)


def test_a_room_rings_on() -> None:
    click = np.zeros(SAMPLE_RATE_HZ, np.float32)
    click[1000] = 0.5
    dry, wet = (VirtualSpeaker(100, 0.0, s, 90.0).speak(click, "c") for s in (0.0, 0.3))
    assert np.abs(dry[1500:3000]).max() < 1e-3 < np.abs(wet[1500:3000]).max()


def test_the_same_name_is_the_same_speaker() -> None:
    one, again, other = (VirtualSpeaker.draw(name) for name in ("a.1", "a.1", "b.1"))
    assert one == again != other
    np.testing.assert_array_equal(one.speak(tone(120.0), "x"), again.speak(tone(120.0), "x"))
    assert np.abs(one.speak(tone(120.0), "x")).max() <= 1.0


def test_names() -> None:
    assert real_speaker(virtual_name("nemo-KD0", 2)) == real_speaker("nemo-KD0") == "nemo-KD0"
