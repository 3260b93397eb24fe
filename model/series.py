"""Series: what was measured of a face in every picture, and of a voice every hundredth of a second.

A window's cues (`model.cues`) sum these up: a facial cue's value is the mean of its column over the
window's pictures. `r1-omni measure` writes them as tables; docs/measurements.md says what each
column is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.cues import CUES, FACE_CUES, face_series
from model.perception.face import FaceTrack
from model.perception.face_names import BLENDSHAPE_NAMES
from model.perception.voice import VoiceTrack

Row = dict[str, float | int | None]

_ACTION_UNITS = {
    name: f"{CUES[name].action_unit}_{name}" for name in FACE_CUES if CUES[name].action_unit
}
_POSE = ("head_yaw_deg", "head_pitch_deg", "head_roll_deg")
_BOX = ("box_left_px", "box_top_px", "box_right_px", "box_bottom_px")

FACE_COLUMNS = (
    "time_s", "person", *_ACTION_UNITS.values(), *_POSE, *_BOX, *BLENDSHAPE_NAMES,
)  # fmt: skip
VOICE_COLUMNS = (
    "time_s", "speech", "f0_hz", "loudness_dbfs", "brightness_db", "syllable", "telephone",
)  # fmt: skip


def face_rows(face: FaceTrack, person: int) -> Iterator[Row]:
    """A row of `FACE_COLUMNS` for every picture in which the followed face was found.

    Args:
        person: which of the people followed one after the other it is, from 1.
    """
    series = face_series(face)
    units = np.stack([series[name] for name in _ACTION_UNITS], axis=1)
    measured = np.concatenate([units, face.pose_deg, face.boxes, face.blendshapes], axis=1)
    for time_s, values in zip(face.times_s, measured, strict=True):
        row = [_rounded(time_s), person, *map(_rounded, values)]
        yield dict(zip(FACE_COLUMNS, row, strict=True))


def voice_rows(voice: VoiceTrack) -> Iterator[Row]:
    """A row of `VOICE_COLUMNS` for every hundredth of a second of a window in which one speaks.

    `f0_hz` is empty where nothing is voiced; `syllable` is 1 where one has its nucleus.
    """
    # Frames and nuclei were both counted from the window's start, so that they meet exactly.
    nuclei = np.isin(np.round(voice.times_s, 4), np.round(voice.syllables_s, 4))
    for k, time_s in enumerate(voice.times_s):
        yield {
            "time_s": _rounded(time_s),
            "speech": int(voice.speech[k]),
            "f0_hz": _rounded(voice.f0_hz[k]),
            "loudness_dbfs": _rounded(voice.loudness_db[k]),
            "brightness_db": _rounded(voice.brightness_db[k]),
            "syllable": int(nuclei[k]),
            "telephone": int(voice.telephone),
        }


def _rounded(value: float) -> float | None:
    """To what a table needs; nothing for what is no number."""
    return round(float(value), 4) if np.isfinite(value) else None
