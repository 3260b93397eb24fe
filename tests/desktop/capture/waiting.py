"""Waiting for another thread without guessing how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop.capture.camera import Camera
from desktop.capture.microphone import Microphone
from desktop.capture.rings import FrameRing, SoundRing
from desktop.capture.state import DeviceState, DeviceStatus

OpenCamera = Callable[..., tuple[Camera, FrameRing]]
OpenMicrophone = Callable[..., tuple[Microphone, SoundRing]]

DEADLINE_S = 30.0


def wait_until(condition: Callable[[], object]) -> None:
    """Poll until the condition holds; fail where it does not within half a minute."""
    deadline_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.005)


class States(list[DeviceState]):
    """Every state that a device has told."""

    def __call__(self, state: DeviceState) -> None:
        self.append(state)

    def wait_for(self, status: DeviceStatus, times: int = 1) -> DeviceState:
        """The newest state, once it has this status, and has had it so often."""
        wait_until(
            lambda: self and self[-1].status == status and self.statuses.count(status) >= times
        )
        return self[-1]

    @property
    def statuses(self) -> list[DeviceStatus]:
        return [state.status for state in self]
