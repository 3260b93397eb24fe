"""What every cue is called on the screen, and its value in words that need no manual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from model.cues import PITCH_REFERENCE_HZ, Modality
from model.evidence import Cue
from model.sentence import QT_TRANSLATE_NOOP

CUE_NAMES: Mapping[str, str] = {
    "inner_brow_raiser": QT_TRANSLATE_NOOP("cue", "Inner brows raised"),
    "outer_brow_raiser": QT_TRANSLATE_NOOP("cue", "Outer brows raised"),
    "brow_lowerer": QT_TRANSLATE_NOOP("cue", "Brows drawn down"),
    "upper_lid_raiser": QT_TRANSLATE_NOOP("cue", "Upper lids raised"),
    "lid_tightener": QT_TRANSLATE_NOOP("cue", "Lids tightened"),
    "upper_lip_raiser": QT_TRANSLATE_NOOP("cue", "Upper lip raised"),
    "lip_corner_puller": QT_TRANSLATE_NOOP("cue", "Lip corners up"),
    "lip_corner_depressor": QT_TRANSLATE_NOOP("cue", "Lip corners down"),
    "chin_raiser": QT_TRANSLATE_NOOP("cue", "Chin pushed up"),
    "lip_stretcher": QT_TRANSLATE_NOOP("cue", "Lips stretched"),
    "lip_pressor": QT_TRANSLATE_NOOP("cue", "Lips pressed"),
    "jaw_drop": QT_TRANSLATE_NOOP("cue", "Mouth open"),
    "head_pitch": QT_TRANSLATE_NOOP("cue", "Head tilted up"),
    "pitch": QT_TRANSLATE_NOOP("cue", "Pitch"),
    "pitch_range": QT_TRANSLATE_NOOP("cue", "Pitch range"),
    "pitch_slope": QT_TRANSLATE_NOOP("cue", "Final pitch rise"),
    "loudness": QT_TRANSLATE_NOOP("cue", "Loudness"),
    "loudness_range": QT_TRANSLATE_NOOP("cue", "Loudness range"),
    "speaking_rate": QT_TRANSLATE_NOOP("cue", "Speaking rate"),
    "pauses": QT_TRANSLATE_NOOP("cue", "Pauses"),
    "brightness": QT_TRANSLATE_NOOP("cue", "Voice brightness"),
}
"""Names that stay true at any value: a negative deviation of "raised" is less raised than usual."""

_FORMATS = {
    "intensity": "{:.2f}",
    "deg": "{:+.0f}°",
    "semitones": "{:.1f} st",
    "semitones/s": "{:+.1f} st/s",
    "dBFS": "{:.0f} dBFS",
    "dB": "{:.1f} dB",
    "syllables/s": "{:.1f} syll/s",
}


def value_text(value: float, unit: str) -> str:
    """A value of a cue, short enough for a column.

    >>> value_text(24.0, "semitones re 55 Hz"), value_text(0.31, "share")
    ('220 Hz', '31 %')
    """
    if unit.startswith("semitones re"):
        return f"{PITCH_REFERENCE_HZ * 2 ** (value / 12):.0f} Hz"
    if unit == "share":
        return f"{value * 100:.0f} %"
    return _minus(_FORMATS.get(unit, "{:.2f} " + unit).format(value))


def deviation_text(deviation: float) -> str:
    """A deviation with its sign.

    >>> deviation_text(-1.26)
    '−1.3 σ'
    """
    return _minus(f"{deviation:+.1f} σ")


def strongest(cues: Iterable[Cue], modality: Modality, count: int = 6) -> list[Cue]:
    """A modality's cues, the one that deviates most from its reference first."""
    own = [cue for cue in cues if cue.modality == modality]
    return sorted(own, key=lambda cue: -abs(cue.deviation))[:count]


def _minus(text: str) -> str:
    return text.replace("-", "−")
