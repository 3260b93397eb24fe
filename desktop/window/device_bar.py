"""`DeviceBar`: which camera and microphone are used, and whom cues are compared with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from desktop.capture.devices import CameraDevice, MicrophoneDevice
from desktop.live.messages import BaselineIs

Device = CameraDevice | MicrophoneDevice


class DeviceBar(QWidget):
    """Pickers and buttons.

    Signals:
        camera_chosen, microphone_chosen: a device, or `None` for none of them.
        refresh_wanted: the lists are to be made anew.
        calibrate_wanted, forget_wanted: of the person's baseline.
        pause_toggled: true to pause.
        record_toggled: true to record results.
        film_toggled: true to keep pictures and sound with the results of the next recording.
    """

    camera_chosen = Signal(object)
    microphone_chosen = Signal(object)
    refresh_wanted = Signal()
    calibrate_wanted = Signal()
    forget_wanted = Signal()
    pause_toggled = Signal(bool)
    record_toggled = Signal(bool)
    film_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cameras, self._microphones = self._picker(), self._picker()
        self._cameras.setAccessibleName(self.tr("Camera"))
        self._microphones.setAccessibleName(self.tr("Microphone"))
        self._baseline = QLabel()
        self._baseline.setWordWrap(True)
        self._calibrate = self._button(self.tr("Calibrate (3 s)"), self.calibrate_wanted)
        self._forget = self._button(self.tr("Forget person"), self.forget_wanted)
        self._refresh = self._button(self.tr("Look for devices"), self.refresh_wanted)
        self._pause = self._toggle(self.tr("Pause"), self.pause_toggled)
        self._record = self._toggle(self.tr("Record results"), self.record_toggled)
        self._film = QCheckBox(self.tr("with picture and sound"))
        self._film.setToolTip(
            self.tr("Also keep what camera and microphone take, in a file beside the results.")
        )
        self._film.toggled.connect(self.film_toggled)
        self._calibrating, self._judging = False, True
        self._lay_out()
        self._allow()
        self._cameras.activated.connect(
            lambda index: self.camera_chosen.emit(self._cameras.itemData(index))
        )
        self._microphones.activated.connect(
            lambda index: self.microphone_chosen.emit(self._microphones.itemData(index))
        )

    def list_cameras(self, devices: Sequence[CameraDevice], chosen: CameraDevice | None) -> None:
        """Offer these cameras."""
        self._offer(self._cameras, devices, chosen, self.tr("No camera"))

    def list_microphones(
        self, devices: Sequence[MicrophoneDevice], chosen: MicrophoneDevice | None
    ) -> None:
        """Offer these microphones."""
        self._offer(self._microphones, devices, chosen, self.tr("No microphone"))

    def offer_nothing(self) -> None:
        """Offer no device, as before any was agreed to."""
        self._cameras.clear()
        self._microphones.clear()

    def untick_film(self) -> None:
        """The next recording is of results alone unless somebody says otherwise again."""
        self._film.setChecked(False)

    def show_baseline(self, baseline: BaselineIs) -> None:
        """Say whom cues are compared with."""
        if baseline.calibrating_s > 0:
            text = self.tr("Calibrating… {0:.0f} s: stay neutral").format(baseline.calibrating_s)
        elif baseline.kind == "neutral":
            text = self.tr("Compared with your neutral state")
        elif baseline.kind == "running" and baseline.clips:
            text = self.tr("Compared with your last windows ({0})").format(baseline.clips)
        else:
            text = self.tr("Compared with people at large")
        self._baseline.setText(text)
        self._calibrating = baseline.calibrating_s > 0
        self._allow()

    def set_recording(self, recording: bool) -> None:
        """Show whether results are recorded, without asking for it."""
        self._record.blockSignals(True)
        self._record.setChecked(recording)
        self._record.blockSignals(False)
        self._allow()

    def set_judging(self, judging: bool) -> None:
        """Say whether anybody is being judged: else there is nothing to calibrate by."""
        self._judging = judging
        self._allow()

    def minimumSizeHint(self) -> QSize:
        """Wide enough for one half above the other."""
        hints = [half.minimumSizeHint() for half in self._halves]
        return QSize(max(hint.width() for hint in hints), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One half above the other where they do not fit side by side."""
        super().resizeEvent(event)
        side_by_side = sum(half.sizeHint().width() for half in self._halves)
        fit = self.width() >= side_by_side + self._across.spacing()
        kinds = QBoxLayout.Direction
        self._across.setDirection(kinds.LeftToRight if fit else kinds.TopToBottom)

    def _allow(self) -> None:
        """One recording is with a film or without, and has one baseline, from end to end."""
        recording = self._record.isChecked()
        self._film.setDisabled(recording)
        self._forget.setDisabled(recording)
        self._calibrate.setDisabled(recording or self._calibrating or not self._judging)
        self._record.setDisabled(self._calibrating and not recording)
        why = self.tr("Not while results are recorded: a recording has one baseline.")
        what = self.tr("Look and speak neutrally for three seconds.")
        if not self._judging:
            what = self.tr(
                "Not now: camera and microphone are closed, it is paused, files are analysed, or "
                "the model is not loaded."
            )
        self._calibrate.setToolTip(why if recording else what)
        self._forget.setToolTip(why if recording else "")

    def _lay_out(self) -> None:
        first, second = QWidget(), QWidget()
        for place, widgets in (
            (
                first,
                (
                    self._cameras,
                    self._microphones,
                    self._refresh,
                    self._pause,
                    self._record,
                    self._film,
                ),
            ),
            (second, (self._baseline, self._calibrate, self._forget)),
        ):
            row = QHBoxLayout(place)
            row.setContentsMargins(0, 0, 0, 0)
            for widget in widgets:
                row.addWidget(widget)
        self._halves = first, second
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.addWidget(first, 3)
        self._across.addWidget(second, 2)

    @staticmethod
    def _picker() -> QComboBox:
        picker = QComboBox()
        picker.setMinimumContentsLength(7)
        picker.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return picker

    @staticmethod
    def _button(text: str, wanted: object) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: wanted.emit())  # type: ignore[attr-defined]
        return button

    @staticmethod
    def _toggle(text: str, toggled: object) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.toggled.connect(lambda on: toggled.emit(on))  # type: ignore[attr-defined]
        return button

    @staticmethod
    def _offer(
        picker: QComboBox, devices: Sequence[Device], chosen: Device | None, none: str
    ) -> None:
        picker.clear()
        for device in devices:
            picker.addItem(QCoreApplication.translate("devices", device.name), device)
        picker.addItem(none, None)
        names = [device.name for device in devices]
        picker.setCurrentIndex(names.index(chosen.name) if chosen else len(names))
