"""What a device is doing, and the sentence that tells a person what to do about it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from model.sentence import QT_TRANSLATE_NOOP, Sentence

Kind = Literal["camera", "microphone"]

DeviceStatus = Literal["closed", "opening", "live", "lost", "busy", "denied", "absent", "ended"]
"""closed, opening, live: as it was asked for; ended: a file that is over. What went wrong: lost
(was live, or delivers nothing), busy (in use elsewhere), denied (not permitted), absent."""


@dataclass(frozen=True)
class DeviceState:
    """What a device is doing.

    Attributes:
        status: in one word.
        message: one sentence with the cure; empty where nothing is wrong.
    """

    status: DeviceStatus
    message: str = ""


class SourceFailure(Exception):
    """A source cannot be opened, or has stopped delivering.

    Args:
        state: what the person is told.
        final: whether opening it again is pointless.
    """

    def __init__(self, state: DeviceState, *, final: bool = False) -> None:
        super().__init__(state.message)
        self.state = state
        self.final = final


_SETTINGS = {
    "darwin": QT_TRANSLATE_NOOP(
        "errors",
        "macOS does not let r1-omni use the {kind}; allow it in System Settings > "
        "Privacy & Security > {page}, then start r1-omni again.",
    ),
    "win32": QT_TRANSLATE_NOOP(
        "errors",
        "Windows does not let r1-omni use the {kind}; in Settings > Privacy & security > "
        "{page} allow access, also for desktop apps.",
    ),
    "linux": QT_TRANSLATE_NOOP(
        "errors",
        "You may not use the {kind}; join its group with 'sudo usermod -aG {group} $USER' "
        "and log in again, or allow it in Settings > Privacy > {page}.",
    ),
}
_LOST = {
    "camera": QT_TRANSLATE_NOOP(
        "errors",
        "The camera has stopped delivering; check its plug and its switch, it comes back by "
        "itself.",
    ),
    "microphone": QT_TRANSLATE_NOOP(
        "errors",
        "The microphone has stopped delivering; check its plug and its switch, it comes back by "
        "itself.",
    ),
}
_NAMES = {
    "camera": Sentence(QT_TRANSLATE_NOOP("errors", "camera")),
    "microphone": Sentence(QT_TRANSLATE_NOOP("errors", "microphone")),
}


def denied(kind: Kind, platform: str = sys.platform) -> DeviceState:
    """The state of a device that the system does not permit; it names the page of its settings."""
    group = "video" if kind == "camera" else "audio"
    sentence = Sentence(_SETTINGS[platform], kind=_NAMES[kind], page=kind.capitalize(), group=group)
    return DeviceState("denied", sentence)


def lost(kind: Kind) -> DeviceState:
    """The state of a device that delivered and does so no more."""
    return DeviceState("lost", Sentence(_LOST[kind]))


def unusable(kind: Kind, error: Exception) -> DeviceState:
    """The state of a device whose driver fails in a way that nobody has foreseen."""
    return DeviceState(
        "absent",
        Sentence(
            QT_TRANSLATE_NOOP(
                "errors",
                "The {kind} cannot be used ({fault}); plug it in again or choose another.",
            ),
            kind=_NAMES[kind], fault=f"{type(error).__name__}: {error}",
        ),
    )  # fmt: skip
