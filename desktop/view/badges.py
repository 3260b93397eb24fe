"""Which badges stand over the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from model.sentence import QT_TRANSLATE_NOOP

BadgeKind = Literal["on", "recording", "resting", "warning"]


@dataclass(frozen=True)
class BadgeText:
    """One badge: its word and the kind that chooses its shape and colour."""

    text: str
    kind: BadgeKind


LIVE = BadgeText(QT_TRANSLATE_NOOP("badge", "LIVE"), "on")
PAUSED = BadgeText(QT_TRANSLATE_NOOP("badge", "PAUSED"), "resting")
STOPPED = BadgeText(QT_TRANSLATE_NOOP("badge", "STOPPED"), "resting")
RECORDING = BadgeText(QT_TRANSLATE_NOOP("badge", "REC RESULTS"), "recording")
FILMING = BadgeText(QT_TRANSLATE_NOOP("badge", "REC RESULTS + MEDIA"), "recording")
NO_FACE = BadgeText(QT_TRANSLATE_NOOP("badge", "NO FACE"), "warning")
TWO_FACES = BadgeText(QT_TRANSLATE_NOOP("badge", "TWO FACES"), "warning")
MANY_FACES = BadgeText(QT_TRANSLATE_NOOP("badge", "SEVERAL FACES"), "warning")
SPARING = BadgeText(QT_TRANSLATE_NOOP("badge", "SAVING POWER"), "resting")
NO_VOICE = BadgeText(QT_TRANSLATE_NOOP("badge", "NO VOICE"), "warning")


def badges(
    *,
    running: bool,
    paused: bool = False,
    recording: bool = False,
    filming: bool = False,
    sparing: bool = False,
    faces: int | None = None,
    voice: bool | None = None,
) -> tuple[BadgeText, ...]:
    """The badges for a state of the window, in the order in which they are shown.

    Args:
        running: camera or microphone are open.
        paused: nothing is analysed for the moment.
        recording: results are being kept.
        filming: pictures and sound too.
        sparing: it is judged less often, to save power.
        faces: how many were seen; `None` if faces are not looked for or not counted yet.
        voice: whether one was heard; `None` if voices are not listened for or not known yet.
    """
    shown = [STOPPED if not running else PAUSED if paused else LIVE]
    if recording:
        shown.append(FILMING if filming else RECORDING)
    if running and not paused:
        shown += [SPARING] * sparing + _findings(faces, voice)
    return tuple(shown)


def _findings(faces: int | None, voice: bool | None) -> list[BadgeText]:
    found = []
    if faces is not None and faces != 1:
        found.append({0: NO_FACE, 2: TWO_FACES}.get(faces, MANY_FACES))
    if voice is False:
        found.append(NO_VOICE)
    return found
