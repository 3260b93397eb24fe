"""`LivePage`: yourself, what is seen and heard of you, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.capture.devices import (
    CameraDevice,
    MicrophoneDevice,
    list_cameras,
    list_microphones,
)
from desktop.capture.state import DeviceState
from desktop.live.messages import (
    BaselineIs,
    Calibrate,
    Choose,
    Event,
    Explained,
    Forget,
    Glimpsed,
    Heard,
    Nobody,
    Seen,
    Writing,
)
from desktop.live.watcher import LIVE
from desktop.settings import Settings
from desktop.view.badges import badges
from desktop.window.badge import BadgeRow
from desktop.window.banner import Banners
from desktop.window.bridge import Bridge
from desktop.window.camera_pane import CameraPane
from desktop.window.device_bar import DeviceBar
from desktop.window.results_view import ResultsView
from model.analysis import Analysis, AnalysisOptions, CheckedClaim


@dataclass(frozen=True)
class Sources:
    """Sources to use instead of listed devices: a number, a file, a pipe or a local address.

    `loop` plays files over and over.
    """

    camera: int | str | None = None
    microphone: int | str | None = None
    loop: bool = False


NO_SOURCES = Sources()


class LivePage(QWidget):
    """Joins devices, worker and panels.

    Signals:
        analyzed: an `Analysis` of the live window, for whoever records.
        device_chosen: "camera" or "microphone", and the name of the one that was chosen.
    """

    analyzed = Signal(object)
    device_chosen = Signal(str, str)

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        banners: Banners,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._settings, self._banners = bridge, settings, banners
        self.pane = CameraPane(bridge.session)
        self.results = ResultsView(self.pane, settings.labels)
        self.devices = DeviceBar()
        self._badges = BadgeRow()
        self._paused = self._held = self._open = self._recording = False
        self._names = {"camera": settings.camera, "microphone": settings.microphone}
        self._sources = NO_SOURCES
        self._faces: int | None = None
        self._voice: bool | None = None
        layout = QVBoxLayout(self)
        layout.addWidget(self.devices)
        layout.addWidget(self._badges)
        layout.addWidget(self.results, 1)
        self._connect()
        self.pane.show_hint(self.tr("The camera is closed."))
        self._show_badges()

    def begin(self, sources: Sources = NO_SOURCES) -> None:
        """Open the devices: the given sources, else those last used, else the first found."""
        self._open, self._sources = True, sources
        self._bridge.session.send(Choose(self._options()))
        self.pause(self._paused)
        self.refresh_devices()

    def refresh_devices(self) -> None:
        """Look for devices anew and open those chosen."""
        cameras, microphones = list_cameras(), list_microphones()
        camera, microphone = self._names["camera"], self._names["microphone"]
        if self._sources.camera is not None:
            camera = str(self._sources.camera)
            cameras.insert(0, CameraDevice(camera, self._sources.camera))
        if self._sources.microphone is not None:
            microphone = str(self._sources.microphone)
            microphones.insert(0, MicrophoneDevice(microphone, self._sources.microphone))
        eye, ear = _chosen(cameras, camera), _chosen(microphones, microphone)
        self.devices.list_cameras(cameras, eye)
        self.devices.list_microphones(microphones, ear)
        self._use_camera(eye)
        self._use_microphone(ear)

    def pause(self, paused: bool) -> None:
        """Stop judging, or go on; the picture stays live."""
        self._paused = paused
        self._bridge.session.judge(self._open and not paused and not self._held)
        self._show_badges()

    def hold(self, held: bool) -> None:
        """Leave the model to somebody else for a while."""
        self._held = held
        self.pause(self._paused)

    def show_recording(self, recording: bool) -> None:
        """Say whether results are being kept."""
        self._recording = recording
        self.devices.set_recording(recording)
        self._show_badges()

    def apply(self, settings: Settings) -> None:
        """Judge by other labels or another baseline, from scratch."""
        self._settings = settings
        self.results.set_labels(settings.labels)
        if self._open:
            self._bridge.session.send(Choose(self._options()))

    def stop(self) -> None:
        """Stop painting, before the session ends."""
        self.pane.stop()

    def _connect(self) -> None:
        self._bridge.told.connect(self._on_event)
        self._bridge.camera.connect(self._on_camera)
        self._bridge.microphone.connect(self._on_microphone)
        devices, session = self.devices, self._bridge.session
        devices.camera_chosen.connect(self._choose_camera)
        devices.microphone_chosen.connect(self._choose_microphone)
        devices.refresh_wanted.connect(lambda: self.refresh_devices())
        devices.calibrate_wanted.connect(lambda: session.send(Calibrate()))
        devices.forget_wanted.connect(lambda: session.send(Forget()))
        devices.pause_toggled.connect(self.pause)
        self.results.time_chosen.connect(self.pane.look_at)
        self.results.claim_chosen.connect(self._look_at_claim)

    def _options(self) -> AnalysisOptions:
        running = self._settings.baseline == "running"
        return AnalysisOptions(
            labels=self._settings.labels, baseline="running" if running else "none"
        )

    # --- devices ---------------------------------------------------------------------------

    def _choose_camera(self, device: CameraDevice | None) -> None:
        self._remember("camera", device)
        self._use_camera(device)

    def _choose_microphone(self, device: MicrophoneDevice | None) -> None:
        self._remember("microphone", device)
        self._use_microphone(device)

    def _remember(self, kind: str, device: CameraDevice | MicrophoneDevice | None) -> None:
        self._names[kind] = device.name if device else ""
        self.device_chosen.emit(kind, self._names[kind])

    def _use_camera(self, device: CameraDevice | None) -> None:
        if device is None:
            self._bridge.session.close_camera()
            self.pane.show_hint(self.tr("No camera is in use. Your voice alone is judged."))
        else:
            self._bridge.session.open_camera(device.source, self._sources.loop)

    def _use_microphone(self, device: MicrophoneDevice | None) -> None:
        if device is None:
            self._bridge.session.close_microphone()
        else:
            self._bridge.session.open_microphone(device.source, self._sources.loop)

    def _on_camera(self, state: DeviceState) -> None:
        self._say("camera", state)
        if state.status != "live":
            self.pane.show_hint(state.message or self.tr("The camera is being opened…"))

    def _on_microphone(self, state: DeviceState) -> None:
        self._say("microphone", state)

    def _say(self, device: str, state: DeviceState) -> None:
        if not state.message:
            self._banners.dismiss(device)
            return
        self._banners.say(
            device, "warning", state.message, self.tr("Look for devices"), self.refresh_devices
        )

    # --- what the worker finds -------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        match event:
            case Seen():
                self.pane.seen(event)
                self._count(event)
            case Heard():
                self.pane.heard(event)
            case Glimpsed(glimpse):
                self._voice = any(cue.modality == "voice" for cue in glimpse.cues)
                self.results.add_glimpse(glimpse)
                self.pane.show_cues(glimpse.cues)
                self._show_badges()
            case Nobody():
                self._faces, self._voice = 0, False
                self.results.nobody()
                self._show_badges()
            case Writing(end_s, piece, ""):
                self.results.write(end_s, piece)
            case Explained(analysis) if analysis.file == LIVE:
                self._on_analysis(analysis)
            case BaselineIs():
                self.devices.show_baseline(event)

    def _count(self, seen: Seen) -> None:
        """How many faces there are: they are counted now and then, and one is followed."""
        if not len(seen.landmarks):
            self._faces = 0
        elif seen.faces or not self._faces:
            self._faces = max(seen.faces, 1)

    def _on_analysis(self, analysis: Analysis) -> None:
        self.results.add_analysis(analysis)
        self.analyzed.emit(analysis)

    def _look_at_claim(self, claim: CheckedClaim) -> None:
        if claim.modality == "face":
            self.pane.look_at((claim.start_s + claim.end_s) / 2)

    def _show_badges(self) -> None:
        self._badges.show_badges(
            badges(
                running=self._open, paused=self._paused or self._held,
                recording=self._recording, faces=self._faces, voice=self._voice,
            )
        )  # fmt: skip


_Device = TypeVar("_Device", CameraDevice, MicrophoneDevice)


def _chosen(devices: Sequence[_Device], name: str) -> _Device | None:
    """The device of that name, else the first."""
    for device in devices:
        if device.name == name:
            return device
    return devices[0] if devices else None
