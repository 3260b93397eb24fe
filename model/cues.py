"""The measured cues of a face and a voice: names, units, and a window summed up in them.

Facial cues are action units of the Facial Action Coding System (Ekman and Friesen, 1978) read from
the blendshapes that correspond to them; vocal cues are those of Scherer (2003) that survive a
laptop's microphone. AU6 (cheek raiser) and AU9 (nose wrinkler) have no usable blendshape, so they
are not cues: a claim about them is unmeasurable.

The order of `FACE_CUES` and `VOICE_CUES` is part of the trained network: append, never reorder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from model.perception.face_names import BLENDSHAPE_NAMES
from model.perception.log_mel import HOP_S

if TYPE_CHECKING:
    from model.perception.face import FaceTrack
    from model.perception.voice import VoiceTrack

Modality = Literal["face", "voice"]
Span = tuple[float, float]
Spans = tuple[Span, Span]
"""Where a cue is highest and where it is lowest, each (start_s, end_s)."""
FloatArray = npt.NDArray[np.float64]

PITCH_REFERENCE_HZ = 55.0
MIN_VOICED_FRAMES = 10
"""A tenth of a second of voicing; below it F0 statistics are noise."""
_NOT_OF_A_TELEPHONE = frozenset({"pitch_range", "brightness"})
"""Too high by more than half a standard deviation where 300-3400 Hz are left of a voice."""
_DOUBTFUL = frozenset({"AU4", "AU7", "AU15", "AU17", "AU20", "AU24"})
_SMOOTHING_S = {"face": 0.3, "voice": 0.2}


@dataclass(frozen=True)
class CueKind:
    """What a cue is, apart from any measurement of it.

    Attributes:
        name: stable identifier.
        unit: unit of its values.
        one_sided: an intensity in [0, 1] that piles up at zero; deviations are then taken between
            square roots, which makes their spread about constant (variance stabilisation).
        relative: has no meaning without the person's own baseline.
        absolute: is compared with zero, whoever the person is: an ending that rises is one whose
            slope is positive.
        doubtful: hardly told of a stranger, as how a face is built outweighs it
            (docs/measurements.md).
        blendshapes: columns of `FaceTrack.blendshapes` that are averaged.
        action_unit: the facial action unit, for display.
    """

    name: str
    modality: Modality
    unit: str
    one_sided: bool = False
    relative: bool = False
    absolute: bool = False
    doubtful: bool = False
    blendshapes: tuple[int, ...] = ()
    action_unit: str = ""

    def scaled(self, value: float) -> float:
        """The value on the scale on which deviations are taken."""
        return float(np.sqrt(max(value, 0.0))) if self.one_sided else float(value)

    def unscaled(self, value: float) -> float:
        """Inverse of `scaled`."""
        return float(max(value, 0.0) ** 2) if self.one_sided else float(value)


def _action(name: str, action_unit: str, *blendshapes: str) -> CueKind:
    columns = tuple(BLENDSHAPE_NAMES.index(blendshape) for blendshape in blendshapes)
    return CueKind(
        name, "face", "intensity", one_sided=True, doubtful=action_unit in _DOUBTFUL,
        blendshapes=columns, action_unit=action_unit,
    )  # fmt: skip


_KINDS = (
    _action("inner_brow_raiser", "AU1", "browInnerUp"),
    _action("outer_brow_raiser", "AU2", "browOuterUpLeft", "browOuterUpRight"),
    _action("brow_lowerer", "AU4", "browDownLeft", "browDownRight"),
    _action("upper_lid_raiser", "AU5", "eyeWideLeft", "eyeWideRight"),
    _action("lid_tightener", "AU7", "eyeSquintLeft", "eyeSquintRight"),
    _action("upper_lip_raiser", "AU10", "mouthUpperUpLeft", "mouthUpperUpRight"),
    _action("lip_corner_puller", "AU12", "mouthSmileLeft", "mouthSmileRight"),
    _action("lip_corner_depressor", "AU15", "mouthFrownLeft", "mouthFrownRight"),
    _action("chin_raiser", "AU17", "mouthShrugLower"),
    _action("lip_stretcher", "AU20", "mouthStretchLeft", "mouthStretchRight"),
    _action("lip_pressor", "AU24", "mouthPressLeft", "mouthPressRight"),
    _action("jaw_drop", "AU26", "jawOpen"),
    CueKind("head_pitch", "face", "deg"),  # positive: chin up
    CueKind("pitch", "voice", "semitones re 55 Hz"),
    CueKind("pitch_range", "voice", "semitones"),
    CueKind("pitch_slope", "voice", "semitones/s", absolute=True),
    CueKind("loudness", "voice", "dBFS", relative=True),  # the level depends on the microphone
    CueKind("loudness_range", "voice", "dB"),
    CueKind("speaking_rate", "voice", "syllables/s"),
    CueKind("pauses", "voice", "share", one_sided=True),
    CueKind("brightness", "voice", "dB"),
)
CUES: Mapping[str, CueKind] = {kind.name: kind for kind in _KINDS}
FACE_CUES: tuple[str, ...] = tuple(kind.name for kind in _KINDS if kind.modality == "face")
VOICE_CUES: tuple[str, ...] = tuple(kind.name for kind in _KINDS if kind.modality == "voice")


def modality_cues(modality: Modality) -> tuple[str, ...]:
    """Names of a modality's cues in the network's order."""
    return FACE_CUES if modality == "face" else VOICE_CUES


def cue_values(face: FaceTrack | None, voice: VoiceTrack | None) -> dict[str, float]:
    """Sum up a window in raw cue values, in the cues' units; cues that cannot be told are left out.

    Depends on neither baseline nor norms, so training may cache it.
    """
    values: dict[str, float] = {}
    if face is not None:
        values.update({name: float(s.mean()) for name, s in face_series(face).items()})
    if voice is not None and voice.speech.any():
        values.update(_voice_values(voice))
    return {name: value for name, value in values.items() if np.isfinite(value)}


def cue_spans(face: FaceTrack | None, voice: VoiceTrack | None) -> dict[str, Spans]:
    """Where in the window each cue of `cue_values` is highest and lowest, seconds on its clock.

    Cues of the whole utterance (rate, ranges) span the whole spoken stretch.
    """
    spans: dict[str, Spans] = {}
    if face is not None:
        for name, series in face_series(face).items():
            found = _extremes(series, face.times_s, _SMOOTHING_S["face"])
            spans[name] = _until(found, face.times_s)
    if voice is not None and voice.speech.any():
        for name, found in _voice_spans(voice).items():
            spans[name] = _until(found, voice.times_s)
    return spans


def _until(spans: Spans, times_s: FloatArray) -> Spans:
    """Spans cut off at the track's last frame: behind that the window may be over."""
    high, low = ((start_s, min(end_s, float(times_s[-1]))) for start_s, end_s in spans)
    return high, low


def face_series(face: FaceTrack) -> dict[str, FloatArray]:
    """Each facial cue frame by frame, (n,) in its unit."""
    series: dict[str, FloatArray] = {}
    for name in FACE_CUES:
        columns = list(CUES[name].blendshapes)
        if columns:
            series[name] = face.blendshapes[:, columns].astype(np.float64).mean(axis=1)
        else:
            series[name] = face.pose_deg[:, 1].astype(np.float64)
    return series


def _semitones(voice: VoiceTrack) -> FloatArray:
    """F0 in semitones above 55 Hz, (m,), nan outside voiced speech."""
    f0_hz = np.where(voice.speech & (voice.f0_hz > 0), voice.f0_hz, np.nan).astype(np.float64)
    return np.asarray(12.0 * np.log2(f0_hz / PITCH_REFERENCE_HZ))


def _voice_values(voice: VoiceTrack) -> dict[str, float]:
    left_out = _NOT_OF_A_TELEPHONE if voice.telephone else frozenset()
    values = _pitch_values(voice) | _speech_values(voice)
    return {name: value for name, value in values.items() if name not in left_out}


def _pitch_values(voice: VoiceTrack) -> dict[str, float]:
    semitones = _semitones(voice)
    voiced = np.flatnonzero(np.isfinite(semitones))
    if len(voiced) < MIN_VOICED_FRAMES:
        return {}
    low, middle, high = np.percentile(semitones[voiced], [10, 50, 90])
    values = {"pitch": float(middle), "pitch_range": float(high - low)}
    times = voice.times_s[voiced]
    late = times >= (times[0] + times[-1]) / 2
    if late.sum() >= MIN_VOICED_FRAMES:
        values["pitch_slope"] = float(np.polyfit(times[late], semitones[voiced][late], 1)[0])
    return values


def _speech_values(voice: VoiceTrack) -> dict[str, float]:
    speech = voice.speech
    first, last = np.flatnonzero(speech)[[0, -1]]
    start_s, end_s = voice.times_s[first], voice.times_s[last] + HOP_S
    low, high = np.percentile(voice.loudness_db[speech], [10, 90])
    syllables = np.count_nonzero((voice.syllables_s >= start_s) & (voice.syllables_s <= end_s))
    return {
        "loudness": float(voice.loudness_db[speech].mean()),
        "loudness_range": float(high - low),
        # Articulation rate: silence does not count, or it would say again what `pauses` says.
        "speaking_rate": float(syllables / (speech.sum() * HOP_S)),
        "pauses": float(1.0 - speech[first : last + 1].mean()),
        "brightness": float(voice.brightness_db[speech].mean()),
    }


def _voice_spans(voice: VoiceTrack) -> dict[str, Spans]:
    times, speech = voice.times_s, voice.speech
    spoken = (float(times[speech][0]), float(times[speech][-1] + HOP_S))
    spans: dict[str, Spans] = {name: (spoken, spoken) for name in VOICE_CUES}
    window_s = _SMOOTHING_S["voice"]
    for name, series in (("loudness", voice.loudness_db), ("brightness", voice.brightness_db)):
        spans[name] = _extremes(series[speech].astype(np.float64), times[speech], window_s)
    semitones = _semitones(voice)
    voiced = np.isfinite(semitones)
    if voiced.sum() >= MIN_VOICED_FRAMES:
        spans["pitch"] = _extremes(semitones[voiced], times[voiced], window_s)
        late = ((times[voiced][0] + times[voiced][-1]) / 2, times[voiced][-1] + HOP_S)
        spans["pitch_slope"] = ((float(late[0]), float(late[1])),) * 2
    return spans


def _extremes(series: FloatArray, times_s: FloatArray, window_s: float) -> Spans:
    """The stretches around the highest and the lowest point of a smoothed series."""
    step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    width = max(1, round(window_s / step_s)) if step_s > 0 else 1
    width = min(width, len(series))
    weights = np.convolve(np.ones(len(series)), np.ones(width), mode="same")
    smooth = np.convolve(series, np.ones(width), mode="same") / weights
    return _stretch(smooth, times_s, step_s), _stretch(-smooth, times_s, step_s)


def _stretch(series: FloatArray, times_s: FloatArray, step_s: float) -> Span:
    """The unbroken stretch round the peak that stays above half of the series' range."""
    peak = int(series.argmax())
    below = np.flatnonzero(series < (series.max() + series.min()) / 2)
    before, after = below[below < peak], below[below > peak]
    first = int(before[-1]) + 1 if len(before) else 0
    last = int(after[0]) - 1 if len(after) else len(series) - 1
    return float(times_s[first]), float(times_s[last] + step_s)
