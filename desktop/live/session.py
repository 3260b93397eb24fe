"""`LiveSession`: camera, microphone and worker, working together; what window and script share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from desktop.capture.camera import Camera
from desktop.capture.clock import Clock
from desktop.capture.microphone import Microphone
from desktop.capture.rings import FrameRing, History, SoundRing
from desktop.capture.state import DeviceState
from desktop.live.feeder import Feeder
from desktop.live.link import WorkerLink
from desktop.live.messages import (
    BaselineIs,
    Choose,
    Closed,
    Event,
    Forget,
    Gone,
    Order,
    Pause,
    Ready,
    SavePower,
    Seen,
)
from model.baseline import Baseline

OnState = Callable[[DeviceState], None]

_NONE_YET = ""
"""No source of sound: `None` is the system's microphone."""


class LiveSession:
    """Everything but the display.

    Events and states are told from threads of this object.

    Args:
        on_event: told what the worker finds.
        on_camera, on_microphone: told how the devices fare.
        threads: of the processor for the model, 0 for one for two cores.

    Attributes:
        clock: of all times in pictures, sound and events.
        frames, sound: the last seconds, as captured.
        history: the last minutes, to look at again.
    """

    def __init__(
        self,
        on_event: Callable[[Event], None],
        on_camera: OnState,
        on_microphone: OnState,
        threads: int = 0,
    ) -> None:
        self.clock = Clock()
        self.frames, self.sound, self.history = FrameRing(), SoundRing(), History()
        self._on_event, self._on_camera, self._on_microphone = on_event, on_camera, on_microphone
        self._threads = threads
        self._link = WorkerLink(self._event, threads)
        self._feeder = Feeder(self._pass_on, self.clock, self.frames, self.sound, self.history)
        self._chosen: Choose | None = None
        self._saving: SavePower | None = None
        self._known: Baseline | None = None
        self._camera: Camera | None = None
        self._camera_source: int | str | None = None
        self._microphone: Microphone | None = None
        self._microphone_source: int | str | None = _NONE_YET
        self._ready = self._wanted = False

    def start(self) -> None:
        """Load the model in the worker's process."""
        self._link.start()
        self._feeder.start()

    def stop(self) -> None:
        """Close the devices and end the worker."""
        self._stop_camera()
        self._stop_microphone()
        # The link first: a worker that reads no more would hold the feeder up for ever.
        self._link.stop()
        self._feeder.stop()

    def restart(self) -> None:
        """Load the model anew after `Gone`; it goes on with what was chosen and is known.

        Not from the thread that tells events.
        """
        self._link.stop()
        self._feeder.lose()
        self._link = WorkerLink(self._event, self._threads)
        self._link.start()
        if self._chosen is not None:
            self._link.send(dataclasses.replace(self._chosen, known=self._known))
        if self._saving is not None:
            self._link.send(self._saving)

    @property
    def fed_s(self) -> float:
        """Up to which second the worker has been given pictures and sound."""
        return self._feeder.fed_s

    def send(self, order: Order) -> None:
        """Pass an order to the worker."""
        match order:
            case Choose():
                self._chosen, self._known = order, None
            case Forget():
                self._known = None
            case SavePower():
                self._saving = order
        self._link.send(order)

    def forget_person(self) -> None:
        """Forget the person, and what of the last minutes could be looked at again."""
        self.send(Forget())
        self.history.clear()

    @property
    def worker_id(self) -> int | None:
        """Process number of the worker; `None` before it was started."""
        return self._link.process_id

    def judge(self, on: bool) -> None:
        """Let the worker judge what is captured, or leave it to the preview alone."""
        self._wanted = on
        self._feeder.feed(on and self._ready)
        if not on:
            self._link.send(Pause())

    def open_camera(self, source: int | str, loop: bool = False) -> None:
        """Use another camera; how it fares is told as states.

        A person is known by their place in the picture: who is in another camera's is nobody yet.
        """
        self.close_camera()
        if self._camera_source not in (None, source):
            self.send(Forget())
        self._camera_source = source
        self._camera = Camera(source, self.clock, self.frames, self._on_camera, loop=loop)
        self._camera.start()

    def close_camera(self) -> None:
        """Close the camera; what the worker saw through it is forgotten."""
        if self._stop_camera():
            self._link.send(Closed("camera"))

    def open_microphone(self, source: int | str | None, loop: bool = False) -> None:
        """Use another microphone; how it fares is told as states.

        How loud and how bright a person's voice is was learned through the one before.
        """
        self.close_microphone()
        if self._microphone_source not in (_NONE_YET, source):
            self.send(Forget())
        self._microphone_source = source
        self._microphone = Microphone(
            source, self.clock, self.sound, self._on_microphone, loop=loop
        )
        self._microphone.start()

    def close_microphone(self) -> None:
        """Close the microphone; what the worker heard through it is forgotten."""
        if self._stop_microphone():
            self._link.send(Closed("microphone"))

    def _stop_camera(self) -> bool:
        """Whether there was one to be stopped."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.stop()
        self.frames.clear()
        return camera is not None

    def _stop_microphone(self) -> bool:
        microphone, self._microphone = self._microphone, None
        if microphone is not None:
            microphone.stop()
        return microphone is not None

    def _pass_on(self, order: Order) -> None:
        self._link.send(order)  # whichever worker it is by now

    def _event(self, event: Event) -> None:
        match event:
            case BaselineIs(known=known):
                self._known = known
            case Seen():
                self._feeder.seen()
            case Ready():
                self._ready = True
                self._feeder.feed(self._wanted)
            case Gone():
                self._ready = False
                self._feeder.feed(False)
        self._on_event(event)
