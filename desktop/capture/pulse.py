"""The sources of a PulseAudio or PipeWire server, which PortAudio shows as one nameless device."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.capture.state import DeviceState, SourceFailure
from model.sentence import QT_TRANSLATE_NOOP, Sentence

_LONGEST_ANSWER_S = 2.0


def sources() -> dict[str, str] | None:
    """Description by name of every microphone; `None` where no server can be asked.

    What is played back can be recorded too, but is no microphone and is left out.
    """
    try:
        answer = subprocess.run(
            ["pactl", "--format=json", "list", "sources"],
            # Other languages write decimal commas into the numbers.
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            capture_output=True, check=True, timeout=_LONGEST_ANSWER_S,
        )  # fmt: skip
        return {
            source["name"]: source["description"]
            for source in json.loads(answer.stdout)
            if not source["monitor_source"]
        }
    except (OSError, subprocess.SubprocessError):
        return None
    except (ValueError, KeyError):  # there are versions of it that garble their answer
        return None


def check_source(name: str | None) -> None:
    """Make sure that a source is there, where a server can be asked.

    Args:
        name: `None` for the server's default: any microphone, but not what is played back, which
            the server gives where it has none.

    Raises:
        SourceFailure: it is not.
    """
    known = sources()
    if known is not None and (name not in known if name is not None else not known):
        raise SourceFailure(missing(name))


def missing(name: str | None) -> DeviceState:
    """The state of a microphone that is known by name and not there, or of any (`None`)."""
    if name is None:
        text = QT_TRANSLATE_NOOP(
            "errors", "No microphone was found; plug one in or choose another."
        )
        return DeviceState("absent", Sentence(text))
    text = QT_TRANSLATE_NOOP(
        "errors", "There is no microphone '{name}'; plug it in or choose another."
    )
    return DeviceState("absent", Sentence(text, name=name))


@contextmanager
def chosen(source: int | str | None) -> Iterator[None]:
    """Let streams that are opened meanwhile record from a source, if it is given by name."""
    if not isinstance(source, str):
        yield
        return
    before = os.environ.get("PULSE_SOURCE")
    os.environ["PULSE_SOURCE"] = source
    try:
        yield
    finally:
        if before is None:
            del os.environ["PULSE_SOURCE"]
        else:
            os.environ["PULSE_SOURCE"] = before
