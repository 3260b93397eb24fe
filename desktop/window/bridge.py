"""`Bridge`: what threads tell, brought into Qt's own thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.live.session import LiveSession


class Bridge(QObject):
    """A `LiveSession` whose events are signals.

    Signals:
        told: an event of `desktop.live.messages`.
        camera, microphone: a `DeviceState`.
    """

    told = Signal(object)
    camera = Signal(object)
    microphone = Signal(object)

    def __init__(self, threads: int = 0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Emitting from other threads is what signals are safe for: slots run in Qt's.
        self.session = LiveSession(self.told.emit, self.camera.emit, self.microphone.emit, threads)
