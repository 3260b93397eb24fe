"""What of a live session goes into the log: what worked and what failed, never what was found."""

from __future__ import annotations

import logging
from pathlib import Path

from desktop.capture.state import DeviceState
from desktop.live.messages import Event, Failed, FileDone, Gone, NotLoaded, Ready
from desktop.log import nameless

_LOG = logging.getLogger("worker")
_DEVICES = logging.getLogger("device")


def note_event(event: Event) -> None:
    """Log an event of the worker, if it tells something of the program."""
    match event:
        case Ready(facts):
            _LOG.info("ready: %s on %s", facts.get("model"), facts.get("providers"))
        case Failed(sentence, Path() as path):
            _LOG.warning("%s", sentence.replace(str(path), nameless(path.name)))
        case Failed(sentence) | NotLoaded(sentence):
            _LOG.error("%s", sentence)
        case FileDone(path, cancelled):
            _LOG.info("%s %s", nameless(path.name), "cancelled" if cancelled else "analysed")
        case Gone(exit_code):
            _LOG.error("gone with exit code %s", exit_code)


def note_device(kind: str, state: DeviceState) -> None:
    """Log how a device fares; its name may be a person's and is left out."""
    level = logging.WARNING if state.message else logging.INFO
    _DEVICES.log(level, "%s: %s", kind, state.status)
