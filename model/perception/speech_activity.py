"""Which 10 ms frames hold speech.

Speech is where somebody's voice rises over the room's noise, with the unvoiced sounds around it.
The noise is measured in the sound itself, so that neither level nor microphone matters, but what
lies under -70 dBFS is silence. What is periodic
but too steady for a larynx (mains hum, an engine, a dial tone) or has a single partial (a whistle,
a beep, a siren) is not a voice. Singing and instruments with a moving pitch are taken for speech:
telling them apart needs more than these few measurements.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from model.clip import SAMPLE_RATE_HZ
from model.perception.log_mel import FFT_SAMPLES, HOP_S
from model.perception.pitch import Pitch
from model.perception.prosody import QUIETEST_DB, band_level_db, smooth_level

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

PAUSE_S = 0.15
"""Shorter silences belong to the speech around them (stop consonants are silent too)."""

# Where a voice's fundamental and strongest harmonics are, and least of a room's hiss.
_VOICE_BAND_HZ = (80.0, 1500.0)
# 3 dB over the noise, a voice is as strong as it; an unvoiced sound needs more to be told from it.
_VOICE_OVER_NOISE_DB = 3.0
_OVER_NOISE_DB = 6.0
_SILENCE_DB = -70.0
_NOISE_SPAN_S = 5.0
_NOISE_PERCENTILE = 10.0
_LEAST_OVER_NOISE_DB = 6.0
_DYNAMIC_RANGE_DB = 40.0

_HANG_OVER_S = 0.2
_SHORTEST_SPEECH_S = 0.1
_SHORTEST_VOICED_S = 0.06

# 0.6 % of the voiced frames of 80 acted and spontaneous voices are as steady as this; mains hum
# and engines are throughout.
_STEADY_SPAN_S = 0.15
_STEADY_SEMITONES = 0.05
_STEADY_DB = 0.7
_SINGLE_PARTIAL_SHARE = 0.985
_PARTIAL_BINS = 2  # on either side, the width of the Hann window's main lobe
# Under 60 Hz, where the A-weighting ends too: no voice has a partial there, and the Hann window
# spreads an offset over the first two bins.
_OFFSET_BINS = -(-60 * FFT_SAMPLES // SAMPLE_RATE_HZ)


def find_speech(power: Floats, loudness: Floats, pitch: Pitch) -> Flags:
    """Decide for each frame whether somebody speaks.

    Args:
        power: (201, m) from `log_mel.power_spectra`.
        loudness: (m,) dB from `prosody.loudness_db`.
        pitch: of the same m frames.

    Returns:
        bool (m,): stretches of at least 100 ms, at least `PAUSE_S` apart.
    """
    voice_db = band_level_db(power, *_VOICE_BAND_HZ)
    voiced = np.isfinite(pitch.f0_hz)
    human = voiced & ~_steady(pitch.f0_hz, smooth_level(voice_db)) & ~_single_partial(power)
    core = human & _rises(voice_db, human, _VOICE_OVER_NOISE_DB)
    audible = _rises(loudness, human, _OVER_NOISE_DB)
    speech = _grow(_drop_short(core, _SHORTEST_VOICED_S), audible, _HANG_OVER_S)
    joined = ~_drop_short(~speech, PAUSE_S, keep_ends=True)
    return _drop_short(joined, _SHORTEST_SPEECH_S)


def _rises(level_db: Floats, human: Flags, margin_db: float) -> Flags:
    return level_db > np.maximum(_noise_db(level_db, human), _SILENCE_DB) + margin_db


def _noise_db(loudness: Floats, human: Flags) -> Floats:
    """Level of the noise around each frame: a low percentile of what is not voice nearby."""
    loudness = _without_digital_silence(loudness, human)
    frames = len(loudness)
    reach = round(_NOISE_SPAN_S / 2 / HOP_S)
    centres = np.arange(0, frames + reach, reach)
    levels = []
    for centre in centres:
        nearby = slice(max(0, centre - reach), centre + reach)
        levels.append(_quiet_level_db(loudness[nearby], human[nearby]))
    return np.interp(np.arange(frames), centres, levels).astype(np.float32)


def _without_digital_silence(loudness: Floats, human: Flags) -> Floats:
    """The levels, with the noise of the rest of the sound where there is digital silence.

    Zeros (late sound filled up, a muted microphone, a padded clip) say nothing of the room. They
    take the level of its noise and are not merely left out: in a sound whose pauses are gated the
    few frames that a stretch keeps are consonants, which are no noise.
    """
    digital = loudness <= QUIETEST_DB
    room = loudness[~digital & ~human]
    if len(room) == 0:
        return loudness
    return np.where(digital, np.float32(np.percentile(room, _NOISE_PERCENTILE)), loudness)


def _quiet_level_db(loudness: Floats, human: Flags) -> float:
    if human.all():
        return _SILENCE_DB
    quiet = float(np.percentile(loudness[~human], _NOISE_PERCENTILE))
    if not human.any():
        return quiet
    # Speech without a pause has no quiet frames but its own consonants.
    loud = float(np.percentile(loudness[human], 90))
    return float(np.clip(quiet, loud - _DYNAMIC_RANGE_DB, loud - _LEAST_OVER_NOISE_DB))


def _steady(f0_hz: Floats, loudness: Floats) -> Flags:
    """Frames within a stretch whose pitch and level do not move."""
    span = round(_STEADY_SPAN_S / HOP_S)
    steady = np.zeros(len(f0_hz), dtype=np.bool_)
    if len(f0_hz) < span:
        return steady
    pitch_spread = _windows((12.0 * np.log2(f0_hz)).astype(np.float32), span).std(axis=1)
    level_spread = _windows(loudness, span).std(axis=1)
    starts = (pitch_spread < _STEADY_SEMITONES) & (level_spread < _STEADY_DB)
    for offset in range(span):
        steady[offset : offset + len(starts)] |= starts
    return steady


def _single_partial(power: Floats) -> Flags:
    """Frames within a stretch that has all its energy at one frequency, whatever its offset."""
    partials = power[_OFFSET_BINS:]
    strongest = partials.argmax(axis=0)
    bins = np.arange(len(partials))[:, None]
    near = np.abs(bins - strongest) <= _PARTIAL_BINS
    total = np.maximum(partials.sum(axis=0), np.finfo(np.float32).tiny)
    share = (partials * near).sum(axis=0) / total
    return _drop_short(share > _SINGLE_PARTIAL_SHARE, _SHORTEST_SPEECH_S)


def _grow(core: Flags, audible: Flags, reach_s: float) -> Flags:
    """Extend each stretch over the audible frames that adjoin it, at most `reach_s` either way."""
    grown = core.copy()
    for _ in range(round(reach_s / HOP_S)):
        spread = grown.copy()
        spread[1:] |= grown[:-1]
        spread[:-1] |= grown[1:]
        grown = grown | (spread & audible)
    return grown


def _drop_short(flags: Flags, shortest_s: float, *, keep_ends: bool = False) -> Flags:
    """Clear the stretches shorter than `shortest_s`, optionally not those at either end."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    kept = flags.copy()
    for first, end in edges.reshape(-1, 2):
        at_end = first == 0 or end == len(flags)
        if (end - first) * HOP_S < shortest_s - HOP_S / 2 and not (keep_ends and at_end):
            kept[first:end] = False
    return kept


def _windows(values: Floats, span: int) -> Floats:
    return np.lib.stride_tricks.sliding_window_view(values, span)
