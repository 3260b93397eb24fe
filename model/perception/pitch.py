"""Fundamental frequency: YIN's difference function, then the best path through its candidates.

Each frame's candidates are the dips of the cumulative mean normalised difference function of YIN
(de Cheveigné & Kawahara 2002). Which dip, or none, is decided for the whole sound at once, as in
pYIN (Mauch & Dixon 2014), but by the path costs of Boersma (1993): leaps cost by their size in
octaves, switching between voiced and unvoiced costs, and longer periods cost a little, since every
multiple of a period is a period too. Nothing depends on the sound's level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.clip import SAMPLE_RATE_HZ
from model.perception.log_mel import HOP_SAMPLES

FLOOR_HZ = 60.0
CEILING_HZ = 600.0

_SHORTEST_LAG = int(SAMPLE_RATE_HZ / CEILING_HZ)
_LONGEST_LAG = int(np.ceil(SAMPLE_RATE_HZ / FLOOR_HZ))
_LAGS = _LONGEST_LAG + 2  # one more than the longest, for the parabola through its neighbours
_WINDOW_SAMPLES = 400
_FFT_SAMPLES = 720  # at least window + lags, and quick to transform
# A comparison at lag τ is centred (window + τ) / 2 after the frame's first sample; frames are
# placed so that this is exact for a voice of 200 Hz and 6 ms off at worst, for one of 60 Hz.
_FRAME_LEAD_SAMPLES = (_WINDOW_SAMPLES + SAMPLE_RATE_HZ // 200) // 2

_PASS_BAND_HZ = (50.0, 1500.0)
_CANDIDATES = 6
_FRAMES_AT_ONCE = 1000

_UNVOICED_COST = 0.45
_OCTAVE_COST = 0.03
_LEAP_COST = 0.35
_SWITCH_COST = 0.14

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Pitch:
    """Fundamental frequency in frames of `HOP_SAMPLES`, frame `k` centred on sample `k` hops.

    Attributes:
        f0_hz: float32 (m,), within `FLOOR_HZ`..`CEILING_HZ`, nan where unvoiced.
        periodicity: float32 (m,), 1 for a perfectly periodic frame, about 0 for noise; 0 where
            unvoiced.
    """

    f0_hz: Floats
    periodicity: Floats


def track_pitch(waveform: Floats) -> Pitch:
    """Follow the fundamental frequency of one voice.

    Args:
        waveform: mono sound, (samples,) at `SAMPLE_RATE_HZ`, at least one hop long.

    Returns:
        One value for each whole hop of the sound.
    """
    band = _pass_band(waveform)
    frames = len(waveform) // HOP_SAMPLES
    padded = np.pad(band, (_FRAME_LEAD_SAMPLES, _WINDOW_SAMPLES + _LAGS))
    chunks = [
        _candidates(padded[first * HOP_SAMPLES :], min(_FRAMES_AT_ONCE, frames - first))
        for first in range(0, frames, _FRAMES_AT_ONCE)
    ]
    lags = np.concatenate([lag for lag, _ in chunks])
    aperiodicity = np.concatenate([value for _, value in chunks])
    return _best_path(lags, aperiodicity)


def _pass_band(waveform: Floats) -> Floats:
    """Keep the fundamental and its first harmonics; removes offset, rumble and hiss."""
    samples = -(-len(waveform) // 4096) * 4096  # a length that transforms quickly
    spectrum = np.fft.rfft(waveform, samples)
    frequency_hz = np.fft.rfftfreq(samples, 1.0 / SAMPLE_RATE_HZ)
    low_hz, high_hz = _PASS_BAND_HZ
    # Slopes of a fourth-order Butterworth, without its phase.
    gain = 1.0 / np.sqrt(1.0 + (low_hz / np.maximum(frequency_hz, 1e-3)) ** 8)
    gain /= np.sqrt(1.0 + (frequency_hz / high_hz) ** 8)
    return np.fft.irfft(spectrum * gain, samples)[: len(waveform)].astype(np.float32)


def _candidates(padded: Floats, frames: int) -> tuple[Floats, Floats]:
    """Lags in samples (frames, candidates), and the normalised difference there (inf: none)."""
    difference = _difference(padded, frames)
    normalised = _normalise(difference)
    inner = normalised[:, 1:-1]
    dip = (inner < normalised[:, :-2]) & (inner <= normalised[:, 2:])
    dip[:, : _SHORTEST_LAG - 1] = False
    lag_octaves = np.log2(np.arange(1, _LAGS - 1) / _SHORTEST_LAG)
    ranked = np.where(dip, inner + _OCTAVE_COST * lag_octaves, np.inf)
    best = np.argpartition(ranked, _CANDIDATES, axis=1)[:, :_CANDIDATES]
    rows = np.arange(frames)[:, None]
    value = np.where(dip[rows, best], inner[rows, best], np.inf)
    return _refine(difference, best + 1), value.astype(np.float32)


def _difference(padded: Floats, frames: int) -> Floats:
    """YIN's equation 6 by Fourier transforms: (frames, lags)."""
    width = _WINDOW_SAMPLES + _LAGS
    framed = np.lib.stride_tricks.sliding_window_view(padded, width)[::HOP_SAMPLES][:frames]
    head = np.fft.rfft(framed[:, :_WINDOW_SAMPLES], _FFT_SAMPLES, axis=1)
    whole = np.fft.rfft(framed, _FFT_SAMPLES, axis=1)
    correlation = np.fft.irfft(head.conj() * whole, _FFT_SAMPLES, axis=1)[:, :_LAGS]
    running = np.cumsum(np.square(framed, dtype=np.float64), axis=1)
    running = np.pad(running, ((0, 0), (1, 0)))
    energy = running[:, _WINDOW_SAMPLES:width] - running[:, :_LAGS]
    difference = energy[:, :1] + energy - 2.0 * correlation
    positive: Floats = np.maximum(difference, 0.0).astype(np.float32)
    return positive


def _normalise(difference: Floats) -> Floats:
    """YIN's equation 8: each lag's difference over the mean of those up to it; 1 in silence."""
    total = np.cumsum(difference, axis=1)
    scaled = difference * np.arange(_LAGS, dtype=np.float32)
    return np.divide(scaled, total, out=np.ones_like(total), where=total > 0.0)


def _refine(difference: Floats, lag: npt.NDArray[np.intp]) -> Floats:
    """Lowest point of the parabola through each dip and its two neighbours, in samples."""
    rows = np.arange(len(difference))[:, None]
    left, middle, right = (difference[rows, lag + step] for step in (-1, 0, 1))
    curvature = left - 2.0 * middle + right
    offset = np.divide(
        0.5 * (left - right), curvature, out=np.zeros_like(middle), where=curvature > 0.0
    )
    refined: Floats = (lag + np.clip(offset, -0.5, 0.5)).astype(np.float32)
    return refined


def _best_path(lags: Floats, aperiodicity: Floats) -> Pitch:
    """Viterbi search; the last state of every frame is 'unvoiced'."""
    frames = len(lags)
    octaves = np.log2(lags / _SHORTEST_LAG)
    own = np.full((frames, _CANDIDATES + 1), _UNVOICED_COST)
    own[:, :-1] = aperiodicity + _OCTAVE_COST * octaves
    step = np.zeros((frames, _CANDIDATES + 1, _CANDIDATES + 1))
    step[1:, :-1, :-1] = _LEAP_COST * np.abs(octaves[:-1, :, None] - octaves[1:, None, :])
    step[:, -1, :-1] = step[:, :-1, -1] = _SWITCH_COST
    came_from = np.zeros((frames, _CANDIDATES + 1), dtype=np.intp)
    total = own[0]
    for frame in range(1, frames):
        through = total[:, None] + step[frame]
        came_from[frame] = through.argmin(axis=0)
        total = through.min(axis=0) + own[frame]
    state = np.empty(frames, dtype=np.intp)
    state[-1] = total.argmin()
    for frame in range(frames - 1, 0, -1):
        state[frame - 1] = came_from[frame, state[frame]]
    return _read_off(lags, aperiodicity, state)


def _read_off(lags: Floats, aperiodicity: Floats, state: npt.NDArray[np.intp]) -> Pitch:
    voiced = state < _CANDIDATES
    rows = np.arange(len(state))
    chosen = np.where(voiced, state, 0)
    f0_hz = np.where(voiced, SAMPLE_RATE_HZ / lags[rows, chosen], np.nan)
    periodicity = np.where(voiced, 1.0 - aperiodicity[rows, chosen], 0.0)
    return Pitch(f0_hz.astype(np.float32), periodicity.astype(np.float32))
