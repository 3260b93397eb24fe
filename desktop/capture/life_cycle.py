"""What camera and microphone have in common: a thread that opens, delivers and opens again."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Event, Lock, Thread

from desktop.capture.clock import Clock
from desktop.capture.state import DeviceState, Kind, SourceFailure, lost, unusable

RETRY_S = 1.0
"""From one attempt to open a device to the next."""

_LONGEST_STOP_S = 3.0

_LOG = logging.getLogger("device")


class Device(ABC):
    """A source of pictures or sound with a thread of its own.

    A device that cannot be opened, or that has stopped delivering, is opened again every
    second until it delivers; only files end.

    Args:
        kind: what it is; the thread is named after it.
        clock: what everything delivered is stamped with.
        on_state: called with every new state, mostly from the device's own thread: hand it over
            to yours, and do not stop the device from within.
    """

    def __init__(
        self, kind: Kind, clock: Clock, on_state: Callable[[DeviceState], None] | None
    ) -> None:
        self._kind = kind
        self._clock = clock
        self._on_state = on_state
        self._lock = Lock()
        self._state = DeviceState("closed")
        self._thread: Thread | None = None
        # One for every start: a thread that was left behind must not take the next for its own.
        self._stopping = Event()
        self._started_s = 0.0
        self._logged = ""

    @property
    def state(self) -> DeviceState:
        """What the device is doing."""
        with self._lock:
            return self._state

    def start(self) -> None:
        """Begin to open the device; returns at once.

        Raises:
            RuntimeError: it was started and not stopped since.
        """
        if self._thread is not None:
            raise RuntimeError(f"the {self._kind} has been started already")
        self._stopping = stopping = Event()
        self._started_s = self._clock.now_s()
        self._announce(DeviceState("opening"), stopping)
        self._thread = Thread(target=self._run, args=(stopping,), name=self._kind, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the device; nothing is delivered any more once this has returned.

        It takes at most 3 s: a driver that hangs for longer is left alone, and its thread ends
        when the driver returns.
        """
        if self._thread is None:
            return
        self._stopping.set()
        self._thread.join(_LONGEST_STOP_S)
        self._thread = None
        self._change(DeviceState("closed"))

    @abstractmethod
    def _deliver(self, stopping: Event) -> None:
        """Open the source and deliver from it until it ends or `stopping` is set.

        Raises:
            SourceFailure: it cannot be opened or has stopped delivering.
        """

    def _run(self, stopping: Event) -> None:
        while not stopping.is_set():
            try:
                self._attempt(stopping)
            except SourceFailure as failure:
                if failure.final:
                    self._announce(failure.state, stopping)
                    return
                self._announce(self._after(failure), stopping)
            else:
                self._announce(DeviceState("ended"), stopping)
                return
            stopping.wait(RETRY_S)

    def _attempt(self, stopping: Event) -> None:
        """Deliver; whatever else a driver raises is logged and fails like what is expected of it.

        Otherwise the thread would end, and the device would be said to be in use for ever.
        """
        try:
            self._deliver(stopping)
        except SourceFailure:
            raise
        except Exception as error:
            if (fault := repr(error)) != self._logged:  # not once a second
                self._logged = fault
                _LOG.exception("%s: unforeseen", self._kind)
            raise SourceFailure(unusable(self._kind, error)) from error

    def _after(self, failure: SourceFailure) -> DeviceState:
        """Once a device was live, why it cannot be opened again just now is of no help."""
        return lost(self._kind) if self.state.status in ("live", "lost") else failure.state

    def _announce(self, state: DeviceState, stopping: Event) -> None:
        if not stopping.is_set():
            self._change(state)

    def _change(self, state: DeviceState) -> None:
        with self._lock:
            if state == self._state:
                return
            self._state = state
        if self._on_state is not None:
            self._on_state(state)
