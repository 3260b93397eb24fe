"""Virtual speakers: every training speaker once more, with another vocal tract, room and line.

A handful of actors is too few to learn what does not matter in a voice. Playing a recording faster
or slower moves pitch, formants and tempo together, as another body would (speed perturbation; Ko et
al., 2015); a room, a tilted spectrum and noise stand for another place. One virtual speaker keeps
all of these for every clip, so that a baseline over the clips means what it means for a person.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve, resample_poly

from model.clip import SAMPLE_RATE_HZ

FloatArray = npt.NDArray[np.float32]

_SPEED_STEPS = 100
"""Speeds are fractions over this: a fine enough grid that polyphase resampling stays cheap."""


def virtual_name(person: str, copy: int) -> str:
    """Name of a person's virtual speaker number `copy`."""
    return f"{person}.{copy}"


def real_speaker(name: str) -> str:
    """Whose voice a virtual speaker's is; a person's own name stays as it is."""
    return re.sub(r"\.\d+$", "", name)


@dataclass(frozen=True)
class VirtualSpeaker:
    """What one virtual speaker does to every clip.

    Attributes:
        speed_percent: playing speed; 100 changes nothing.
        tilt_db: gain of the highest over the lowest frequency, linear in between.
        reverberation_s: time in which the room's sound falls by 60 dB; 0 is no room.
        noise_db: noise floor under the clip's own root mean square.
    """

    speed_percent: int
    tilt_db: float
    reverberation_s: float
    noise_db: float

    @classmethod
    def draw(cls, name: str) -> VirtualSpeaker:
        """The virtual speaker of that name: the same name is always the same speaker."""
        rng = random.Random(name)
        speed = rng.choice((rng.randint(82, 94), rng.randint(106, 120)))
        room_s = rng.uniform(0.1, 0.5) if rng.random() < 0.5 else 0.0
        return cls(speed, rng.uniform(-9.0, 9.0), room_s, rng.uniform(18.0, 45.0))

    def speak(self, waveform: FloatArray, clip: str) -> FloatArray:
        """A clip (samples,) at 16 kHz in this speaker's voice, peak at most 1; `clip` seeds."""
        rng = np.random.default_rng(list(clip.encode()))
        voice = resample_poly(waveform, _SPEED_STEPS, self.speed_percent).astype(np.float32)
        if self.reverberation_s:
            voice = _in_room(voice, self.reverberation_s, rng)
        voice = _tilted(voice, self.tilt_db)
        level = float(np.sqrt(np.mean(voice**2))) * 10 ** (-self.noise_db / 20)
        voice = voice + level * rng.standard_normal(len(voice)).astype(np.float32)
        return np.asarray(voice / max(1.0, float(np.abs(voice).max())), np.float32)


def _in_room(voice: FloatArray, reverberation_s: float, rng: np.random.Generator) -> FloatArray:
    """Direct sound and an exponentially decaying noise tail at -12 dB (Polack's model)."""
    times_s = np.arange(int(reverberation_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = rng.standard_normal(len(times_s)) * 10 ** (-3 * times_s / reverberation_s)
    tail *= 0.25 / np.sqrt(np.sum(tail**2))
    tail[0] += 1.0
    return np.asarray(fftconvolve(voice, tail)[: len(voice)], np.float32)


def _tilted(voice: FloatArray, tilt_db: float) -> FloatArray:
    spectrum = np.fft.rfft(voice)
    gains_db = tilt_db * np.linspace(-0.5, 0.5, len(spectrum))
    return np.asarray(np.fft.irfft(spectrum * 10 ** (gains_db / 20), len(voice)), np.float32)
