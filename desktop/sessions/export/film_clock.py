"""Sessions of earlier versions on the clock of their film.

Their times count from the start of the program; the film's comment says at which of these seconds
it begins. Today both count from the moment in which the recording began, and no film says anything.
"""

from __future__ import annotations

import re
from pathlib import Path

import av
from av.error import FFmpegError

from desktop.sessions.session import Session

_SAID = re.compile(r"begins at second (\d+\.\d+) of the session's clock")


def on_film_clock(session: Session) -> Session:
    """The session with its times as in its film; as it is where there is none, or none any more."""
    begun_s = max((_begun_s(path) for path in session.media), default=0.0)
    return session.moved(-begun_s) if begun_s else session


def _begun_s(film: Path) -> float:
    try:
        with av.open(str(film)) as opened:
            said = _SAID.search(opened.metadata.get("COMMENT", ""))
    except (OSError, FFmpegError):
        return 0.0
    return float(said[1]) if said else 0.0
