"""`Bridge`: what threads tell, brought into Qt's own thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.capture.state import DeviceState, Kind
from desktop.live.session import LiveSession


class Bridge(QObject):
    """A `LiveSession` whose events are signals.

    Signals:
        told: an event of `desktop.live.messages`.
        camera, microphone: a `DeviceState`; one that has been overtaken by another is left out.
    """

    told = Signal(object)
    camera = Signal(object)
    microphone = Signal(object)
    _changed = Signal(str, object)

    def __init__(self, threads: int = 0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: dict[str, DeviceState] = {}
        self._changed.connect(self._pass_on)
        # Emitting from other threads is what signals are safe for: slots run in Qt's.
        on_camera, on_microphone = partial(self._post, "camera"), partial(self._post, "microphone")
        self.session = LiveSession(self.told.emit, on_camera, on_microphone, threads)

    def _post(self, kind: Kind, state: DeviceState) -> None:
        self._newest[kind] = state
        self._changed.emit(kind, state)

    def _pass_on(self, kind: Kind, state: DeviceState) -> None:
        """Qt's thread closes devices itself: what theirs told before that may come only then."""
        if state is self._newest[kind]:
            (self.camera if kind == "camera" else self.microphone).emit(state)
