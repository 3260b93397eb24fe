"""`DeviceChoice`: which camera and microphone are open, as picked in the device bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.capture.devices import (
    CameraDevice,
    MicrophoneDevice,
    list_cameras,
    list_microphones,
)
from desktop.live.session import LiveSession
from desktop.settings import NO_DEVICE
from desktop.window.device_bar import DeviceBar


@dataclass(frozen=True)
class Sources:
    """Sources to use instead of listed devices: a number, a file, a pipe or a local address.

    `loop` plays files over and over.
    """

    camera: int | str | None = None
    microphone: int | str | None = None
    loop: bool = False


NO_SOURCES = Sources()


class DeviceChoice(QObject):
    """Opens what is picked, and the same again when devices are looked for anew.

    Args:
        session: opens and closes them.
        bar: where they are picked.
        names: of the devices last used, by "camera" and "microphone", as in `Settings`.

    Signals:
        chosen: "camera" or "microphone", and the name that the settings keep.
        camera_closed: no camera is in use.
    """

    chosen = Signal(str, str)
    camera_closed = Signal()

    def __init__(
        self,
        session: LiveSession,
        bar: DeviceBar,
        names: Mapping[str, str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bar = session, bar
        self._names = dict(names)
        self._sources = NO_SOURCES
        self._begun = self._resting = False
        bar.camera_chosen.connect(self._choose_camera)
        bar.microphone_chosen.connect(self._choose_microphone)

    def begin(self, sources: Sources) -> None:
        """Open the devices: the given sources, else those last used, else the first found."""
        self._sources, self._begun = sources, True
        if sources.camera is not None:
            self._names["camera"] = _called(sources.camera)
        if sources.microphone is not None:
            self._names["microphone"] = _called(sources.microphone)
        self.refresh()

    def end(self) -> None:
        """Close the devices and offer none, until `begin`."""
        self._begun = False
        self._close()
        self._bar.offer_nothing()

    def rest(self) -> None:
        """Close the devices, and open none that is picked, until `wake`."""
        self._resting = True
        self._close()

    def wake(self) -> None:
        """Open the devices again that `rest` closed, or those picked since."""
        if self._resting:
            self._resting = False
            if self._begun:
                self.refresh()

    def refresh(self) -> None:
        """Look for devices anew and open those chosen."""
        # PortAudio lists what was there when it started, and cannot start anew while one is open.
        self._session.close_microphone()
        cameras, microphones, given = list_cameras(), list_microphones(), self._sources
        if given.camera is not None:
            cameras.insert(0, CameraDevice(_called(given.camera), given.camera))
        if given.microphone is not None:
            microphones.insert(0, MicrophoneDevice(_called(given.microphone), given.microphone))
        camera = _named(cameras, self._names["camera"])
        microphone = _named(microphones, self._names["microphone"])
        self._bar.list_cameras(cameras, camera)
        self._bar.list_microphones(microphones, microphone)
        self._use_camera(camera)
        self._use_microphone(microphone)

    def _choose_camera(self, device: CameraDevice | None) -> None:
        self._remember("camera", device)
        self._use_camera(device)

    def _choose_microphone(self, device: MicrophoneDevice | None) -> None:
        self._remember("microphone", device)
        self._use_microphone(device)

    def _remember(self, kind: str, device: CameraDevice | MicrophoneDevice | None) -> None:
        self._names[kind] = device.name if device else NO_DEVICE
        self.chosen.emit(kind, self._names[kind])

    def _use_camera(self, device: CameraDevice | None) -> None:
        if device is None:
            self._session.close_camera()
            self.camera_closed.emit()
        elif not self._resting:
            self._session.open_camera(device.source, self._sources.loop)

    def _use_microphone(self, device: MicrophoneDevice | None) -> None:
        if device is None:
            self._session.close_microphone()
        elif not self._resting:
            self._session.open_microphone(device.source, self._sources.loop)

    def _close(self) -> None:
        self._session.close_camera()
        self._session.close_microphone()


def _called(source: int | str) -> str:
    """A file by its name, so that the picker can show it; anything else as it was given."""
    return Path(source).name if isinstance(source, str) and "://" not in source else str(source)


_Device = TypeVar("_Device", CameraDevice, MicrophoneDevice)


def _named(devices: Sequence[_Device], name: str) -> _Device | None:
    """The device of that name, else the first; none where none is wanted."""
    if name == NO_DEVICE:
        return None
    for device in devices:
        if device.name == name:
            return device
    return devices[0] if devices else None
