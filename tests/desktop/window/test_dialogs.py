"""The notice, the help menu, the privacy page and the device bar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QTextBrowser,
)
from pytestqt.qtbot import QtBot

from desktop.capture.devices import CameraDevice, MicrophoneDevice
from desktop.live.messages import BaselineIs
from desktop.window.about import AboutDialog, ShortcutsDialog
from desktop.window.consent import ConsentDialog
from desktop.window.device_bar import DeviceBar
from desktop.window.privacy_page import VERIFY, PrivacyPage
from model import __version__

ROOT = Path(__file__).parents[3]
CAMERAS = [CameraDevice("Front", 0), CameraDevice("Back", 2)]


def button(parent: DeviceBar, text: str) -> QPushButton:
    (found,) = [one for one in parent.findChildren(QPushButton) if one.text() == text]
    return found


def test_cameras_open_only_after_the_tick(qtbot: QtBot) -> None:
    dialog = ConsentDialog()
    qtbot.addWidget(dialog)
    tick = dialog.findChild(QCheckBox)
    start = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    assert not start.isEnabled()
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert dialog.result() != QDialog.DialogCode.Accepted
    tick.setChecked(True)
    assert start.isEnabled()
    tick.setChecked(False)
    assert not start.isEnabled()
    tick.setChecked(True)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(start, Qt.MouseButton.LeftButton)


def test_the_notice_can_be_refused(qtbot: QtBot) -> None:
    dialog = ConsentDialog()
    qtbot.addWidget(dialog)
    no = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.mouseClick(no, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("kind", "words"), [(AboutDialog, __version__), (ShortcutsDialog, "mirror the picture")]
)
def test_the_help_menu_says_what_it_promises(qtbot: QtBot, kind: type[QDialog], words: str) -> None:
    dialog = kind()
    qtbot.addWidget(dialog)
    assert words in " ".join(label.text() for label in dialog.findChildren(QLabel))
    close = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.mouseClick(close, Qt.MouseButton.LeftButton)


def test_the_dialog_about_it_lists_every_part(qtbot: QtBot) -> None:
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    shown = dialog.findChild(QTextBrowser).toPlainText()
    packaged = (ROOT / "THIRD_PARTY.md").read_text("utf-8").rpartition("| part | licence |")[2]
    rows = re.findall(r"^\| (.+) \| (.+) \|$", packaged, re.MULTILINE)
    assert [row for row in rows if not all(cell in shown for cell in row)] == []
    assert "FFmpeg" in dict(rows)


def test_facts_paths_and_the_way_to_verify_are_shown_as_they_are(qtbot: QtBot) -> None:
    page = PrivacyPage(Path("<b>settings</b>.json"), Path("a & b.sqlite3"), Path("media"))
    qtbot.addWidget(page)
    text = page.findChild(QLabel)
    assert "It is being loaded" in text.text()
    page.show_facts({"model": "nano <i>0.3</i>", "a&b": "sha256"})
    for shown in ("nano &lt;i&gt;0.3", "a&amp;b", "&lt;b&gt;settings", "a &amp; b.sqlite3"):
        assert shown in text.text()
    assert VERIFY.replace("&", "&amp;").replace(">", "&gt;") in text.text()
    assert "It is being loaded" not in text.text()


def test_devices_are_offered_with_none_of_them_last(qtbot: QtBot) -> None:
    bar = DeviceBar()
    qtbot.addWidget(bar)
    bar.list_cameras(CAMERAS, CAMERAS[1])
    bar.list_microphones([], None)
    cameras, microphones = bar.findChildren(QComboBox)
    assert [cameras.itemText(i) for i in range(cameras.count())] == ["Front", "Back", "No camera"]
    assert cameras.currentText() == "Back"
    assert microphones.currentText() == "No microphone"
    with qtbot.waitSignal(bar.camera_chosen) as chosen:
        cameras.activated.emit(0)
    assert chosen.args == [CAMERAS[0]]
    with qtbot.waitSignal(bar.microphone_chosen) as chosen:
        microphones.activated.emit(0)
    assert chosen.args == [None]
    bar.list_microphones([MicrophoneDevice("Headset", 3)], None)
    assert microphones.currentText() == "No microphone"


def test_every_button_asks_for_its_own(qtbot: QtBot) -> None:
    bar = DeviceBar()
    qtbot.addWidget(bar)
    for text, signal in (
        ("Calibrate (3 s)", bar.calibrate_wanted), ("Forget person", bar.forget_wanted),
        ("Look for devices", bar.refresh_wanted),
    ):  # fmt: skip
        with qtbot.waitSignal(signal):
            button(bar, text).click()
    for text, toggled in (("Pause", bar.pause_toggled), ("Record results", bar.record_toggled)):
        with qtbot.waitSignal(toggled) as on:
            button(bar, text).click()
        assert on.args == [True]
    with qtbot.assertNotEmitted(bar.record_toggled):
        bar.set_recording(False)
    assert not button(bar, "Record results").isChecked()


@pytest.mark.parametrize(
    ("baseline", "words", "may_calibrate"),
    [
        (BaselineIs("none", 0), "people at large", True),
        (BaselineIs("running", 0), "people at large", True),
        (BaselineIs("running", 4), "your last windows (4)", True),
        (BaselineIs("neutral", 1), "your neutral state", True),
        (BaselineIs("running", 4, 2.0), "2 s: stay neutral", False),
    ],
)
def test_it_is_said_whom_cues_are_compared_with(
    qtbot: QtBot, baseline: BaselineIs, words: str, may_calibrate: bool
) -> None:
    bar = DeviceBar()
    qtbot.addWidget(bar)
    bar.show_baseline(baseline)
    assert words in " ".join(label.text() for label in bar.findChildren(QLabel))
    assert button(bar, "Calibrate (3 s)").isEnabled() is may_calibrate


def test_all_of_the_notice_can_be_read_in_large_letters(qtbot: QtBot, qapp: QApplication) -> None:
    before = qapp.font()
    large = qapp.font()
    large.setPixelSize(24)
    qapp.setFont(large)
    try:
        dialog = ConsentDialog()
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        text = dialog.findChild(QLabel)
        assert text.height() >= text.heightForWidth(text.width())
        assert dialog.height() <= dialog.screen().availableSize().height()
        assert dialog.rect().contains(dialog.findChild(QDialogButtonBox).geometry())
    finally:
        qapp.setFont(before)


def test_a_film_on_a_disk_that_was_taken_out_does_not_keep_the_window_from_opening(
    qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "session-1.mkv").symlink_to(tmp_path / "taken out" / "session-1.mkv")
    (tmp_path / "session-2.mkv").write_bytes(bytes(1_500_000))
    page = PrivacyPage(tmp_path / "settings.json", tmp_path / "sessions.sqlite3", tmp_path)
    qtbot.addWidget(page)
    assert "session-2.mkv</code>, 1.5 MB" in page._text.text()
    assert "session-1.mkv" not in page._text.text()
