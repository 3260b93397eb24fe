"""A `LiveSession` without a worker and without devices: it keeps what it was asked for."""

from __future__ import annotations

from collections.abc import Callable

from desktop.capture.clock import Clock
from desktop.capture.rings import FrameRing, History, SoundRing
from desktop.capture.state import DeviceState
from desktop.live.messages import Event, Forget, Order


class FakeSession:
    """Its `tell`, `tell_camera` and `tell_microphone` say what a test wants said."""

    def __init__(
        self,
        on_event: Callable[[Event], None],
        on_camera: Callable[[DeviceState], None],
        on_microphone: Callable[[DeviceState], None],
        threads: int = 0,
    ) -> None:
        self.tell, self.tell_camera, self.tell_microphone = on_event, on_camera, on_microphone
        self.threads = threads
        self.clock = Clock()
        self.frames, self.sound, self.history = FrameRing(), SoundRing(), History()
        self.orders: list[Order] = []
        self.opened: list[tuple[str, object]] = []
        self.restarts = 0
        self.running = self.judging = self._hearing = False

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def restart(self) -> None:
        self.restarts += 1

    def send(self, order: Order) -> None:
        self.orders.append(order)

    def forget_person(self) -> None:
        self.send(Forget())
        self.history.clear()

    def judge(self, on: bool) -> None:
        self.judging = on

    def open_camera(self, source: int | str, loop: bool = False) -> None:
        self.opened.append(("camera", source))
        self.tell_camera(DeviceState("opening"))

    def close_camera(self) -> None:
        self.opened.append(("camera", None))
        self.frames.clear()
        self.tell_camera(DeviceState("closed"))

    def open_microphone(self, source: int | str | None, loop: bool = False) -> None:
        self._hearing = True
        self.opened.append(("microphone", source))
        self.tell_microphone(DeviceState("opening"))

    def close_microphone(self) -> None:
        if self._hearing:  # else there is nothing to tell
            self._hearing = False
            self.opened.append(("microphone", None))
            self.tell_microphone(DeviceState("closed"))
