"""The settings dialog, and what the window does with its answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialogButtonBox, QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from desktop.live.messages import Choose
from desktop.setting_kinds import shown_fields
from desktop.settings import Settings
from desktop.window.scroller import Column
from desktop.window.settings_dialog import SettingsDialog
from model.labels import LABEL_SETS
from tests.desktop.scene import analysis
from tests.desktop.window.closed_devices import kept, open_window

Opened = Callable[[Settings], tuple[SettingsDialog, list[Settings]]]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    def open_dialog(settings: Settings) -> tuple[SettingsDialog, list[Settings]]:
        dialog = SettingsDialog(settings)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        changes: list[Settings] = []
        dialog.changed.connect(changes.append)
        return dialog, changes

    return open_dialog


def press(qtbot: QtBot, dialog: SettingsDialog, kind: QDialogButtonBox.StandardButton) -> None:
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    qtbot.mouseClick(box.button(kind), Qt.MouseButton.LeftButton)


def choose(dialog: SettingsDialog, name: str, value: str) -> None:
    picker = dialog.editor(name)
    assert isinstance(picker, QComboBox)
    picker.setCurrentIndex(picker.findData(value))


def test_ok_tells_what_was_chosen_and_keeps_the_rest(qtbot: QtBot, opened: Opened) -> None:
    before = Settings(camera="One", consented=1, geometry="abc", threads=3)
    dialog, changes = opened(before)
    choose(dialog, "label_set", "mafw")
    choose(dialog, "language", "de")
    box, threads = dialog.editor("box"), dialog.editor("threads")
    assert isinstance(box, QCheckBox)
    assert isinstance(threads, QSpinBox)
    assert threads.value() == 3
    box.setChecked(False)
    threads.setValue(2)
    press(qtbot, dialog, QDialogButtonBox.StandardButton.Ok)
    expected = dataclasses.replace(before, label_set="mafw", language="de", box=False, threads=2)
    assert changes == [expected]


def test_without_a_change_or_without_ok_nothing_is_told(qtbot: QtBot, opened: Opened) -> None:
    dialog, changes = opened(Settings(baseline="none"))
    press(qtbot, dialog, QDialogButtonBox.StandardButton.Ok)
    dialog, more = opened(Settings())
    choose(dialog, "baseline", "none")
    press(qtbot, dialog, QDialogButtonBox.StandardButton.Cancel)
    assert changes == more == []


def test_defaults_are_restored_once_they_are_agreed_to(qtbot: QtBot, opened: Opened) -> None:
    before = Settings(label_set="emodb", mirrored=False, threads=4, camera="One")
    dialog, changes = opened(before)
    press(qtbot, dialog, QDialogButtonBox.StandardButton.RestoreDefaults)
    assert changes == []
    press(qtbot, dialog, QDialogButtonBox.StandardButton.Ok)
    assert changes == [Settings(camera="One")]


def test_a_value_that_is_not_offered_becomes_the_first(qtbot: QtBot, opened: Opened) -> None:
    dialog, changes = opened(Settings(label_set="gone", language="xx"))
    press(qtbot, dialog, QDialogButtonBox.StandardButton.Ok)
    assert changes == [Settings()]


def test_everything_has_a_name_and_nothing_is_clipped(qtbot: QtBot, opened: Opened) -> None:
    dialog, _ = opened(Settings())
    with qtbot.waitExposed(dialog):
        dialog.show()
    for name in shown_fields(Settings):
        assert dialog.editor(name).accessibleName()
        assert dialog.editor(name).accessibleDescription()
    for label in dialog.findChildren(QLabel):
        assert label.width() >= label.sizeHint().width(), label.text()


def test_on_a_low_screen_the_buttons_stay_and_the_form_is_scrolled(
    qtbot: QtBot, opened: Opened
) -> None:
    dialog, _ = opened(Settings(consented=1))
    with qtbot.waitExposed(dialog):
        dialog.show()
    dialog.resize(dialog.width(), 300)
    qtbot.waitUntil(lambda: dialog.height() == 300)
    buttons, withdraw = dialog.findChild(QDialogButtonBox), dialog._withdraw
    assert dialog.rect().contains(buttons.geometry())
    assert withdraw.visibleRegion().isEmpty()
    emotions = dialog.editor("label_set")
    place = QPointF(emotions.mapTo(dialog, emotions.rect().center()))
    QTest.wheelEvent(dialog.windowHandle(), place, QPoint(0, -240))
    assert emotions.currentData() == Settings().label_set
    assert dialog.findChild(Column).verticalScrollBar().value() > 0
    dialog.findChild(Column).verticalScrollBar().setValue(0)
    dialog.editor("language").setFocus()
    QTest.keyClick(dialog.editor("language"), Qt.Key.Key_Tab)
    assert not withdraw.visibleRegion().isEmpty()


def test_the_window_applies_what_it_can_at_once(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_window(qtbot, tmp_path, Settings()) as window:
        sent: list[object] = []
        monkeypatch.setattr(window.bridge.session, "send", sent.append)
        window.live.results.add_analysis(analysis())
        window.recorder.record(True)
        window.apply(Settings(landmarks=False, mirrored=False))
        preview = window.live.pane.preview
        assert (preview.layers.box, preview.layers.landmarks, preview.mirrored) == (
            True, False, False,
        )  # fmt: skip
        landmarks = next(a for a in window.findChildren(QAction) if a.text() == "Landmarks")
        assert not landmarks.isChecked()
        assert window.live.results.model.analyses
        assert window.recorder.recording
        window.apply(Settings(label_set="mafw", baseline="none"))
        assert not window.live.results.model.analyses
        assert not window.recorder.recording
        assert window.files.queue.options.labels == LABEL_SETS["mafw"]
        assert sent == []  # before the devices are opened, nobody is asked
        assert kept(tmp_path) == Settings(label_set="mafw", baseline="none")


def test_the_worker_hears_of_other_labels_while_the_devices_are_open(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.window.device_choice.list_cameras", list)
    monkeypatch.setattr("desktop.window.device_choice.list_microphones", list)
    with open_window(qtbot, tmp_path, Settings()) as window:
        sent: list[object] = []
        monkeypatch.setattr(window.bridge.session, "send", sent.append)
        window.live.begin()
        window.apply(Settings(label_set="crema-d"))
        order = sent[-1]
        assert isinstance(order, Choose)
        assert order.options.labels == LABEL_SETS["crema-d"]
        assert order.options.baseline == "running"


def test_the_menu_opens_the_dialog(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_window(qtbot, tmp_path, Settings()) as window:
        action = next(a for a in window.findChildren(QAction) if a.text() == "Settings…")
        assert action.shortcut().toString() == "Ctrl+,"
        action.trigger()
        dialog = window.findChild(SettingsDialog)
        assert dialog is not None
        choose(dialog, "baseline", "none")
        press(qtbot, dialog, QDialogButtonBox.StandardButton.Ok)
        assert kept(tmp_path).baseline == "none"
