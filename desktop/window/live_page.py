"""`LivePage`: yourself, what is seen and heard of you, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.capture.portaudio import Samples
from desktop.capture.state import DeviceState, DeviceStatus
from desktop.live.messages import (
    LIVE,
    BaselineIs,
    Calibrate,
    Choose,
    Event,
    Explained,
    Glimpsed,
    Gone,
    Heard,
    Nobody,
    Ready,
    SavePower,
    Seen,
    Sparing,
    Writing,
)
from desktop.settings import Settings
from desktop.view.badges import badges
from desktop.window.badge import BadgeRow
from desktop.window.banner import Banners
from desktop.window.bridge import Bridge
from desktop.window.camera_pane import CameraPane
from desktop.window.device_bar import DeviceBar
from desktop.window.device_choice import NO_SOURCES, DeviceChoice, Sources
from desktop.window.playback import Playback
from desktop.window.results_view import ResultsView
from desktop.window.told import told
from model.analysis import Analysis, CheckedClaim

_FOUND = Seen | Heard | Glimpsed | Nobody | Writing | Explained


class LivePage(QWidget):
    """Joins devices, worker and panels.

    Signals:
        analyzed: an `Analysis` of the live window, for whoever records.
        device_chosen: "camera" or "microphone", and the name of the one that was chosen.
        consent_wanted: devices are wanted, and nobody has agreed to open any yet.
    """

    analyzed = Signal(object)
    device_chosen = Signal(str, str)
    consent_wanted = Signal()

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        banners: Banners,
        playback: Playback,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._settings, self._banners = bridge, settings, banners
        self._playback = playback
        self.pane = CameraPane(bridge.session)
        self.results = ResultsView(self.pane, settings.labels)
        self.devices = DeviceBar()
        self._badges = BadgeRow()
        self._paused = self._held = self._open = False
        self._loaded = self._gone = self._resting = False
        self._recording = self._filming = self._sparing = False
        names = {"camera": settings.camera, "microphone": settings.microphone}
        self._choice = DeviceChoice(bridge.session, self.devices, names, self)
        self._states = {"camera": DeviceState("closed"), "microphone": DeviceState("closed")}
        self._without_camera, self._hint = False, ""
        self._faces: int | None = None
        self._voice: bool | None = None
        layout = QVBoxLayout(self)
        layout.addWidget(self.devices)
        layout.addWidget(self._badges)
        layout.addWidget(self.results, 1)
        self._connect()
        self._show_badges()

    def begin(self, sources: Sources = NO_SOURCES) -> None:
        """Open the devices: the given sources, else those last used, else the first found."""
        self._open = True
        self._bridge.session.send(Choose(self._settings.options))
        self.save_power(self._settings.saving)
        self.pause(self._paused)
        self._choice.begin(sources)

    def end(self) -> None:
        """Close the devices and forget who was before them, until somebody agrees once more."""
        self._open = False
        self.pause(self._paused)
        self._choice.end()
        self._forget_person()
        # Said here, as there may be no worker left to say it.
        self.devices.show_baseline(BaselineIs("none", 0))
        self.results.clear()
        self.devices.untick_film()

    def refresh_devices(self) -> None:
        """Look for devices anew and open those chosen, once it has been agreed to."""
        if self._open:
            self._choice.refresh()
        else:
            self.consent_wanted.emit()

    def rest(self) -> None:
        """Close the devices until a model is loaded: nobody would judge what they give."""
        self._resting = True
        self._choice.rest()
        self._show_badges()

    def pause(self, paused: bool) -> None:
        """Stop judging, or go on; the picture stays live."""
        self._paused = paused
        self._bridge.session.judge(self._open and not paused and not self._held)
        self._show_badges()

    def hold(self, held: bool) -> None:
        """Leave the model to somebody else for a while."""
        self._held = held
        self.pause(self._paused)

    def show_recording(self, recording: bool, filming: bool) -> None:
        """Say whether results are being kept, and whether pictures and sound are."""
        self._recording, self._filming = recording, filming
        self.devices.set_recording(recording)
        self._show_badges()

    def apply(self, settings: Settings) -> None:
        """Judge by other labels or another baseline, from scratch."""
        self._settings = settings
        self.results.set_labels(settings.labels)
        if self._open:
            self._bridge.session.send(Choose(self._settings.options))

    def save_power(self, saving: str) -> None:
        """Say when to judge less often."""
        if self._open:
            self._bridge.session.send(SavePower(saving))  # type: ignore[arg-type]

    def stop(self) -> None:
        """Stop painting, before the session ends."""
        self.pane.stop()

    def _connect(self) -> None:
        self._bridge.told.connect(self._on_event)
        self._bridge.camera.connect(self._on_camera)
        self._bridge.microphone.connect(self._on_microphone)
        devices, session = self.devices, self._bridge.session
        self._choice.chosen.connect(self.device_chosen)
        self._choice.camera_closed.connect(self._say_no_camera)
        devices.refresh_wanted.connect(self.refresh_devices)
        devices.calibrate_wanted.connect(lambda: session.send(Calibrate()))
        devices.forget_wanted.connect(self._forget_person)
        devices.pause_toggled.connect(self.pause)
        self.results.time_chosen.connect(self.pane.look_at)
        self.results.timeline.followed.connect(self.pane.back_to_now)
        self.results.claim_chosen.connect(self._look_at_claim)
        self.pane.looking_at.connect(self.results.timeline.set_play_head)

    def _forget_person(self) -> None:
        self.pane.back_to_now()
        self._bridge.session.forget_person()

    # --- devices ---------------------------------------------------------------------------

    def _on_camera(self, state: DeviceState) -> None:
        if state.status != "closed":
            self._without_camera = False
            self.results.expect_face(True)
        if state.status == "live":
            self._faces = None
        self._on_state("camera", state)

    def _on_microphone(self, state: DeviceState) -> None:
        if state.status == "live":
            self._voice = None
        else:
            self.pane.clear_sound()
        self._on_state("microphone", state)

    def _on_state(self, device: str, state: DeviceState) -> None:
        self._states[device] = state
        self._say(device, state)
        self._show_badges()

    def _show_hint(self, judging: bool) -> None:
        """Say in place of a picture how the camera is, and what is judged without it."""
        hint = "" if self._is("camera", "live") else self._hint_words(judging)
        if hint and hint != self._hint:
            self.pane.show_hint(hint)
        self._hint = hint

    def _hint_words(self, judging: bool) -> str:
        state = self._states["camera"]
        if self._resting:
            return self.tr("No model is running, so camera and microphone are closed.")
        if self._without_camera:
            if judging and self._is("microphone", "live"):
                return self.tr("No camera is in use. Your voice alone is judged.")
            return self.tr("No camera is in use.")
        if state.message:
            return told(state.message)
        if state.status == "opening":
            return self.tr("The camera is being opened…")
        if state.status == "ended":
            return self.tr("The recording is over.")
        return self.tr("The camera is closed.")

    def _say_no_camera(self) -> None:
        self._without_camera = True
        self.results.expect_face(False)
        self._show_badges()

    def _is(self, device: str, *statuses: DeviceStatus) -> bool:
        return self._states[device].status in statuses

    def _say(self, device: str, state: DeviceState) -> None:
        if not state.message:
            self._banners.dismiss(device)
            return
        self._banners.say(
            device,
            "warning",
            told(state.message),
            self.tr("Look for devices"),
            self.refresh_devices,
        )

    # --- what the worker finds -------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        if isinstance(event, _FOUND) and not self._open:
            return  # it was on its way when consent was withdrawn
        if (labels := _labels_of(event)) and labels != set(self._settings.labels):
            return  # or when others were chosen
        match event:
            case Seen():
                self.pane.seen(event)
                self._count(event)
            case Heard() if self._is("microphone", "live"):  # else it tells of before
                self.pane.heard(event)
            case Glimpsed(glimpse):
                self._voice = any(cue.modality == "voice" for cue in glimpse.cues)
                self.results.add_glimpse(glimpse)
                self.pane.show_cues(glimpse.cues)
                self._show_badges()
            case Nobody(end_s, ""):
                self._faces, self._voice = 0, False
                self.results.nobody(end_s)
                self._show_badges()
            case Writing(end_s, piece, ""):
                self.results.write(end_s, piece)
            case Explained(analysis) if analysis.file == LIVE:
                self._on_analysis(analysis)
            case BaselineIs():
                self.devices.show_baseline(event)
            case Gone() | Ready():
                self._loaded = isinstance(event, Ready)
                self._gone = not self._loaded
                self._faces = self._voice = None
                if self._loaded and self._resting:
                    self._resting = False
                    self._choice.wake()
                self._show_badges()
            case Sparing(on):
                self._sparing = on
                self._show_badges()

    def _count(self, seen: Seen) -> None:
        """How many faces there are: they are counted now and then, and one is followed."""
        if not len(seen.landmarks):
            self._faces = 0
        elif seen.faces or not self._faces:
            self._faces = max(seen.faces, 1)
        self._show_badges()

    def _on_analysis(self, analysis: Analysis) -> None:
        self.results.add_analysis(analysis)
        self.analyzed.emit(analysis)

    def _look_at_claim(self, claim: CheckedClaim) -> None:
        if claim.modality == "face":
            self.pane.look_at((claim.start_s + claim.end_s) / 2)
        else:
            self._playback.play(claim, self._sound_of)

    def _sound_of(self, start_s: float, end_s: float) -> Samples | None:
        sound = self._bridge.session.history.sound.read(start_s, end_s)
        return None if sound is None else sound.samples

    def _show_badges(self) -> None:
        in_use = any(self._is(device, "opening", "live") for device in self._states)
        in_use = in_use and not self._gone  # what is seen and heard is judged by nobody
        judging = in_use and self._loaded and not self._paused and not self._held
        self.devices.set_judging(judging)
        self._show_hint(judging)
        self._badges.show_badges(
            badges(
                running=in_use, paused=self._paused or self._held, recording=self._recording,
                filming=self._filming, sparing=self._sparing,
                faces=self._faces if self._is("camera", "live") else None,
                voice=self._voice if self._is("microphone", "live") else None,
            )
        )  # fmt: skip


def _labels_of(event: Event) -> set[str]:
    """What a live result chose from; nothing of other events."""
    match event:
        case Glimpsed(found):
            return set(found.probabilities)
        case Explained(found) if found.file == LIVE:
            return set(found.probabilities)
    return set()
