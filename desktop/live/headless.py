"""`r1-omni live --headless`: what the window does, for scripts and servers."""

from __future__ import annotations

import dataclasses
import queue
import sys
import time
from collections.abc import Callable
from typing import Any

from desktop.capture.state import DeviceState
from desktop.live.messages import (
    Choose,
    Event,
    Explained,
    ExplainNow,
    Failed,
    Glimpsed,
    Gone,
    Nobody,
    NotLoaded,
    Ready,
    SettingUp,
)
from desktop.live.session import LiveSession
from model.analysis import AnalysisOptions
from model.errors import ConfigError, R1OmniError

Say = Callable[[dict[str, Any]], None]
Source = int | str | None
_OVER = ("ended", "absent", "denied")
_TOLD = Ready | SettingUp | Glimpsed | Explained | Nobody | Failed | NotLoaded | Gone
"""Nothing else is queued: where nobody reads what is printed, it would grow without end."""


def run_headless(
    camera: Source,
    microphone: Source,
    options: AnalysisOptions,
    say: Say,
    seconds: float = 0.0,
    threads: int = 0,
    loop: bool = False,
) -> None:
    """Judge camera and microphone until both have ended, the time is up, or Ctrl-C.

    Args:
        camera, microphone: sources as `Camera` and `Microphone` take them; `None` for none.
        say: told one JSON-ready object an event, each with its `type`.
        loop: play files over and over.
        seconds: to run for once the model is loaded; 0 for as long as there is something.

    Raises:
        ConfigError: neither a camera nor a microphone is given.
        R1OmniError: the model cannot be loaded, or stopped; or no source ever delivered.
    """
    if camera is None and microphone is None:
        raise ConfigError("Nothing to judge: give --camera, --microphone or both.")
    events: queue.SimpleQueue[tuple[str, Event | DeviceState]] = queue.SimpleQueue()

    def on_event(event: Event) -> None:
        if isinstance(event, _TOLD):
            events.put(("worker", event))

    session = LiveSession(
        on_event,
        lambda state: events.put(("camera", state)),
        lambda state: events.put(("microphone", state)),
        threads,
    )
    session.start()
    try:
        _Listener(session, (camera, microphone), options, say, seconds, loop).run(events)
    except KeyboardInterrupt:
        pass
    finally:
        session.stop()


class _Listener:
    def __init__(
        self, session: LiveSession, sources: tuple[Source, Source], options: AnalysisOptions,
        say: Say, seconds: float, loop: bool,
    ) -> None:  # fmt: skip
        self._session, self._options, self._say = session, options, say
        self._sources = dict(zip(("camera", "microphone"), sources, strict=True))
        self._loop = loop
        self._working = {name for name, source in self._sources.items() if source is not None}
        self._seconds, self._until_s = seconds, float("inf")
        self._conclude_at_s = float("inf")
        self._concluded = self._was_live = False
        self._wrong: dict[str, str] = {}

    def run(self, events: queue.SimpleQueue[tuple[str, Event | DeviceState]]) -> None:
        while not self._concluded and time.monotonic() < self._until_s:
            try:
                who, event = events.get(timeout=0.2)
            except queue.Empty:
                continue
            if isinstance(event, DeviceState):
                self._on_state(who, event)
            else:
                self._on_event(event)
        if self._wrong and not self._was_live:
            # Only now: what is printed of a source that fails is the same as beside one that works.
            raise R1OmniError(" ".join(self._wrong.values()))

    def _on_state(self, who: str, state: DeviceState) -> None:
        self._say({"type": who, "status": state.status, "message": state.message})
        if state.status == "live":
            self._was_live = True
            self._working.add(who)  # it may have been absent when the other one ended
        if state.message:
            self._wrong[who] = state.message
        if state.status in _OVER:
            self._working.discard(who)
            if not self._working:
                self._conclude_at_s = self._session.fed_s
                self._session.send(ExplainNow())

    def _on_event(self, event: Event) -> None:
        match event:
            case Ready():
                self._begin()
            case SettingUp(stage):
                sys.stderr.write(f"setting up: {stage}\n" if not event.total_bytes else "")
            case Glimpsed(glimpse):
                self._say({"type": "glimpse", **dataclasses.asdict(glimpse)})
            case Explained(analysis):
                self._say({"type": "analysis", **analysis.to_json()})
                self._concluded = analysis.end_s >= self._conclude_at_s
            case Nobody(end_s):
                self._say({"type": "nobody", "end_s": end_s})
                self._concluded = end_s >= self._conclude_at_s
            case Failed(sentence) | NotLoaded(sentence):
                raise R1OmniError(sentence)
            case Gone(code):
                raise R1OmniError(f"The model stopped (exit code {code}); start it again.")

    def _begin(self) -> None:
        """Open the devices now that something will be made of what they give."""
        self._session.send(Choose(self._options))
        self._session.judge(True)
        if self._sources["camera"] is not None:
            self._session.open_camera(self._sources["camera"], self._loop)
        if self._sources["microphone"] is not None:
            self._session.open_microphone(self._sources["microphone"], self._loop)
        if self._seconds:
            self._until_s = time.monotonic() + self._seconds
