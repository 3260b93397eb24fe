"""Acted sets whose labels are in the file names: RAVDESS and CREMA-D."""

from __future__ import annotations

import re
from pathlib import Path

from model.errors import DataError
from training.data.layouts.common import (
    RAVDESS_NAME,
    LabelledClip,
    best_by_stem,
    coded_emotion,
    media_files,
)

RAVDESS_EMOTIONS = {
    "01": "neutral", "02": "calm", "03": "happy", "04": "sad",
    "05": "angry", "06": "fear", "07": "disgust", "08": "surprise",
}  # fmt: skip
CREMA_D_EMOTIONS = {
    "ANG": "angry", "DIS": "disgust", "FEA": "fear",
    "HAP": "happy", "NEU": "neutral", "SAD": "sad",
}  # fmt: skip
# LO, MD, HI and XX are the published levels; one file of the set has a single X.
CREMA_D_NAME = re.compile(r"(?P<actor>\d{4})_[A-Z]{3}_(?P<emotion>[A-Z]{3})_(LO|MD|HI|XX?)")

_PICTURE_AND_SOUND, _SPEECH = "01", "01"
_MODALITIES = ("01", "02", "03")


def is_ravdess(folder: Path) -> bool:
    """Whether a media file has a RAVDESS name."""
    return any(RAVDESS_NAME.fullmatch(path.stem) for path in media_files(folder))


def read_ravdess(folder: Path) -> list[LabelledClip]:
    """`Actor_NN/MM-VV-EE-II-SS-RR-AA.mp4` or `.wav`: all of it tests, odd actors are male.

    Fields: modality (01 both, 02 picture only, 03 sound only), channel (01 speech, 02 song),
    emotion, intensity, statement, repetition, actor. Songs are left out, and of a performance that
    is there with picture and sound its silent and its sound-only copy.

    Raises:
        DataError: a media file has another name or an unknown code.
    """
    fields = {}
    for stem, path in best_by_stem(media_files(folder)).items():
        if RAVDESS_NAME.fullmatch(stem) is None:
            raise DataError(
                f"{path}: not a RAVDESS name (01-01-03-01-01-01-01); move it to another folder."
            )
        fields[path] = stem.split("-")
        if fields[path][0] not in _MODALITIES:
            raise DataError(
                f"{path}: its name has the unknown modality code `{fields[path][0]}`; give it the "
                f"set's own name again (codes {', '.join(_MODALITIES)})."
            )
    whole = {tuple(parts[1:]) for parts in fields.values() if parts[0] == _PICTURE_AND_SOUND}
    clips = []
    for path, parts in fields.items():
        emotion = coded_emotion(RAVDESS_EMOTIONS, parts[2], path)
        copy = parts[0] != _PICTURE_AND_SOUND and tuple(parts[1:]) in whole
        if parts[1] == _SPEECH and not copy:
            sex = "male" if int(parts[-1]) % 2 else "female"
            clips.append(
                LabelledClip(path, emotion, f"ravdess-{parts[-1]}", "test", "ravdess", sex)  # type: ignore[arg-type]
            )
    return clips


def is_crema_d(folder: Path) -> bool:
    """Whether a media file has a CREMA-D name."""
    return any(CREMA_D_NAME.fullmatch(path.stem) for path in media_files(folder))


def read_crema_d(folder: Path) -> list[LabelledClip]:
    """`1001_DFA_ANG_XX.flv`, `.mp4` or `.wav`: actor, sentence, emotion, level.

    Of a performance that is there as video and as sound, the video is taken.

    Raises:
        DataError: a media file has another name or an unknown code.
    """
    clips = []
    for stem, path in best_by_stem(media_files(folder)).items():
        name = CREMA_D_NAME.fullmatch(stem)
        if name is None:
            raise DataError(
                f"{path}: not a CREMA-D name (1001_DFA_ANG_XX); move it to another folder."
            )
        emotion = coded_emotion(CREMA_D_EMOTIONS, name["emotion"], path)
        clips.append(LabelledClip(path, emotion, f"cremad-{name['actor']}", None, "cremad"))
    return clips
