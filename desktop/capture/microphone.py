"""The microphone: a thread that puts sound into a ring, whatever it comes from."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from threading import Event

import numpy as np
import numpy.typing as npt

from desktop.capture.clock import Clock
from desktop.capture.life_cycle import Device
from desktop.capture.recording import recorded_sound
from desktop.capture.rings import SoundRing
from desktop.capture.sound_card import heard_sound
from desktop.capture.state import DeviceState


class Microphone(Device):
    """Puts the sound of a source into a ring, mono at 16 kHz.

    Args:
        source: `None` for the system's default microphone; the name of a PulseAudio source or,
            where no such server answers, of a PortAudio device; a PortAudio device's number, which
            another plug may change; or the path of a recording, which plays at its own pace.
        clock: what the sound is placed on; a recording starts when `start` is called.
        ring: where it goes.
        on_state: called with every new state, see `Device`.
        loop: whether a recording starts again when it is over.
    """

    def __init__(
        self,
        source: int | str | None,
        clock: Clock,
        ring: SoundRing,
        on_state: Callable[[DeviceState], None] | None = None,
        *,
        loop: bool = False,
    ) -> None:
        super().__init__("microphone", clock, on_state)
        self._source = source
        self._ring = ring
        self._loop = loop

    def _deliver(self, stopping: Event) -> None:
        with closing(self._blocks(stopping)) as blocks:
            for start_s, samples in blocks:
                if stopping.is_set():
                    return
                self._ring.push(start_s, samples)
                self._announce(DeviceState("live"), stopping)

    def _blocks(
        self, stopping: Event
    ) -> Generator[tuple[float, npt.NDArray[np.float32]], None, None]:
        if isinstance(self._source, str) and _is_path(self._source):
            origin_s = self._started_s
            return recorded_sound(self._source, self._clock, origin_s, stopping, self._loop)
        return heard_sound(self._source, self._clock, stopping)


def _is_path(source: str) -> bool:
    """Names of microphones have no separators; a path that is missing is still a path."""
    return os.sep in source or Path(source).is_file()
