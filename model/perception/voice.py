"""The voice in a waveform: what Whisper hears of it, and its pitch, loudness, rhythm and colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.clip import SAMPLE_RATE_HZ
from model.errors import MediaError
from model.perception.log_mel import HOP_S, log_mel_of, power_spectra
from model.perception.pitch import track_pitch
from model.perception.prosody import (
    brightness_db,
    is_telephone,
    loudness_db,
    syllable_nuclei_s,
)
from model.perception.speech_activity import find_speech
from model.sentence import QT_TRANSLATE_NOOP

SHORTEST_S = 0.2
"""No syllable can be judged in less sound."""
MARGIN_S = 0.25
"""Sound on either side of each stretch of speech that Whisper hears too."""


@dataclass(frozen=True)
class VoiceTrack:
    """A voice in 10 ms frames, m of them; frame `k` is centred on `times_s[k]`.

    Attributes:
        log_mel: float32 (80, k), Whisper's log-mel of the stretches of `speech`, each with a
            margin, one behind the other: silence round them says nothing of how a voice sounds,
            and Whisper hears a long one as calm (docs/decisions/0028).
        times_s: float64 (m,), seconds on the recording's clock.
        f0_hz: float32 (m,), nan where unvoiced and outside speech.
        loudness_db: float32 (m,), A-weighted, dB relative to full scale, at least -100.
        speech: bool (m,); gaps between its stretches are pauses of at least 150 ms.
        syllables_s: float64 (k,), times of the syllables' nuclei, ascending.
        brightness_db: float32 (m,), energy of 1-5 kHz over that of 50-1000 Hz, finite.
        telephone: nothing of the speech lies above 4 kHz: neither `brightness_db` nor how far the
            pitch moves compares with other voices.
    """

    log_mel: npt.NDArray[np.float32]
    times_s: npt.NDArray[np.float64]
    f0_hz: npt.NDArray[np.float32]
    loudness_db: npt.NDArray[np.float32]
    speech: npt.NDArray[np.bool_]
    syllables_s: npt.NDArray[np.float64]
    brightness_db: npt.NDArray[np.float32]
    telephone: bool


def hear(waveform: npt.NDArray[np.float32], start_s: float) -> VoiceTrack | None:
    """Measure the voice in a sound.

    Args:
        waveform: mono sound, (samples,) at `SAMPLE_RATE_HZ`. An offset does not matter;
            clipped sound is measured as it is, and so is that of a telephone (300-3400 Hz), whose
            pitch is taken from the harmonics.
        start_s: time of the first sample on the recording's clock.

    Returns:
        The voice, or `None` if nobody speaks or the sound is shorter than `SHORTEST_S`.

    Raises:
        MediaError: the sound holds values that are not finite numbers.
    """
    if len(waveform) < SHORTEST_S * SAMPLE_RATE_HZ:
        return None
    if not np.isfinite(waveform).all():
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors",
                "the sound track holds samples that are not finite numbers: "
                "convert it to 16-bit WAV and try again",
            )
        )
    power = power_spectra(waveform)
    pitch = track_pitch(waveform)
    loudness = loudness_db(power)
    speech = find_speech(power, loudness, pitch)
    if not speech.any():
        return None
    f0_hz = np.where(speech, pitch.f0_hz, np.float32(np.nan))
    return VoiceTrack(
        log_mel=log_mel_of(power[:, _with_margin(speech)]),
        times_s=start_s + np.arange(len(speech), dtype=np.float64) * HOP_S,
        f0_hz=f0_hz,
        loudness_db=loudness,
        speech=speech,
        syllables_s=start_s + syllable_nuclei_s(power, f0_hz, speech),
        brightness_db=brightness_db(power),
        telephone=is_telephone(power[:, speech]),
    )


def _with_margin(speech: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Frames of speech and up to `MARGIN_S` next to it, bool (m,)."""
    margin = round(MARGIN_S / HOP_S)
    near = np.convolve(speech, np.ones(2 * margin + 1, np.int64))
    return near[margin : margin + len(speech)] > 0
