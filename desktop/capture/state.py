"""What a device is doing, and the sentence that tells a person what to do about it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

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
    "darwin": "macOS does not let r1-omni use the {kind}; allow it in System Settings > "
    "Privacy & Security > {page}, then start r1-omni again.",
    "win32": "Windows does not let r1-omni use the {kind}; in Settings > Privacy & security > "
    "{page} allow access, also for desktop apps.",
    "linux": "You may not use the {kind}; join its group with 'sudo usermod -aG {group} $USER' "
    "and log in again, or allow it in Settings > Privacy > {page}.",
}


def denied(kind: Kind, platform: str = sys.platform) -> DeviceState:
    """The state of a device that the system does not permit; it names the page of its settings."""
    group = "video" if kind == "camera" else "audio"
    text = _SETTINGS[platform].format(kind=kind, page=kind.capitalize(), group=group)
    return DeviceState("denied", text)


def lost(kind: Kind) -> DeviceState:
    """The state of a device that delivered and does so no more."""
    return DeviceState(
        "lost",
        f"The {kind} has stopped delivering; check its plug and its switch, it comes back by "
        "itself.",
    )


def unusable(kind: Kind, error: Exception) -> DeviceState:
    """The state of a device whose driver fails in a way that nobody has foreseen."""
    return DeviceState(
        "absent",
        f"The {kind} cannot be used ({type(error).__name__}: {error}); plug it in again or choose "
        "another.",
    )
