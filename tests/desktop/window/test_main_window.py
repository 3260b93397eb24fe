"""The window: who is asked, what is opened, what is told and kept."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from desktop.capture.devices import CameraDevice, MicrophoneDevice
from desktop.capture.state import DeviceState
from desktop.live.messages import (
    BaselineIs,
    Choose,
    Explained,
    Forget,
    Gone,
    NotLoaded,
    Ready,
    SavePower,
    SettingUp,
    Sparing,
)
from desktop.settings import NO_DEVICE, Settings, load_settings
from desktop.window.banner import Banner
from desktop.window.consent import NOTICE_VERSION, ConsentDialog
from desktop.window.device_choice import Sources
from desktop.window.main_window import MainWindow
from desktop.window.settings_dialog import SettingsDialog
from tests.desktop.scene import analysis
from tests.desktop.window.conftest import OpenWindow
from tests.desktop.window.live_window import FACTS, badges, button, go_live, saved, show, words


def test_no_device_is_opened_before_everybody_was_told(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(consented=0)
    session = window.bridge.session
    window.findChild(ConsentDialog).reject()
    assert session.running
    assert badges(window) == "STOPPED"
    button(window.live.devices, "Look for devices").click()
    assert session.opened == []
    assert not session.judging
    notices = [one for one in window.findChildren(ConsentDialog) if one.isVisible()]
    (notice,) = notices
    notice.accept()
    assert session.opened == [("camera", 0), ("microphone", "headset")]
    assert session.judging
    assert saved(tmp_path).consented == NOTICE_VERSION


def test_who_agreed_to_an_older_notice_is_asked_again(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.window.main_window.NOTICE_VERSION", NOTICE_VERSION + 1)
    assert open_window(consented=NOTICE_VERSION).bridge.session.opened == []


def test_consent_is_withdrawn_in_the_settings_and_asked_for_again(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    session, devices = window.bridge.session, window.live.devices
    go_live(window)
    show(window, 1.0, 100)
    session.tell(Explained(analysis()))
    session.tell(BaselineIs("running", 3))
    devices.findChild(QCheckBox).setChecked(True)
    button(devices, "Record results").click()
    window._menus.settings_wanted.emit()
    dialog = window.findChild(SettingsDialog)
    assert "asked again" in words(dialog)
    withdraw = button(dialog, "Withdraw consent")
    withdraw.click()
    assert not withdraw.isEnabled()
    assert session.opened[-2:] == [("camera", None), ("microphone", None)]
    assert not session.judging
    assert not window.recorder.recording
    assert not window.recorder.with_film
    assert Forget() in session.orders
    assert "people at large" in words(devices)
    assert session.history.frame_at(1.0) is None
    session.tell(Explained(analysis()))  # of what was seen before
    assert window.live.results.model.analyses == ()
    assert [picker.count() for picker in devices.findChildren(QComboBox)] == [0, 0]
    dialog.editor("mirrored").setChecked(False)
    dialog.accept()
    assert (saved(tmp_path).consented, saved(tmp_path).mirrored) == (0, False)
    opened = len(session.opened)
    button(devices, "Look for devices").click()
    assert len(session.opened) == opened
    window.findChild(ConsentDialog).accept()
    assert session.opened[opened:] == [("camera", 0), ("microphone", "headset")]
    assert session.judging
    assert saved(tmp_path).consented == NOTICE_VERSION


def test_consent_that_nobody_gave_cannot_be_withdrawn(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    assert not button(dialog, "Withdraw consent").isEnabled()


def test_the_devices_last_used_are_opened(open_window: OpenWindow) -> None:
    window = open_window(camera="Back", microphone="Gone by now")
    assert window.bridge.session.opened == [("camera", 2), ("microphone", "headset")]
    assert isinstance(window.bridge.session.orders[0], Choose)
    assert window.bridge.session.orders[0].options.baseline == "running"


def test_sources_that_were_given_come_before_devices(open_window: OpenWindow) -> None:
    window = open_window(Sources("a.mp4", "a.wav", loop=True), camera=NO_DEVICE)
    assert window.bridge.session.opened == [("camera", "a.mp4"), ("microphone", "a.wav")]
    cameras = window.live.devices.findChildren(QComboBox)[0]
    cameras.activated.emit(2)
    button(window.live.devices, "Look for devices").click()
    assert ("camera", 2) in window.bridge.session.opened[-2:]


def test_no_camera_stays_no_camera(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window()
    cameras = window.live.devices.findChildren(QComboBox)[0]
    cameras.activated.emit(cameras.count() - 1)
    assert saved(tmp_path).camera == NO_DEVICE
    opened = window.bridge.session.opened
    opened.clear()
    button(window.live.devices, "Look for devices").click()
    assert opened == [("microphone", None), ("camera", None), ("microphone", "headset")]
    window.close()
    again = open_window(camera=saved(tmp_path).camera)
    assert ("camera", 0) not in again.bridge.session.opened


def test_a_microphone_plugged_in_while_one_is_open_is_found(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    opened = window.bridge.session.opened
    opened.clear()

    def found() -> list[MicrophoneDevice]:
        assert opened == [("microphone", None)], "PortAudio looks anew without streams only"
        return [MicrophoneDevice("Headset", "headset"), MicrophoneDevice("New", "new")]

    monkeypatch.setattr("desktop.window.device_choice.list_microphones", found)
    button(window.live.devices, "Look for devices").click()
    assert opened[-1] == ("microphone", "headset")
    microphones = window.live.devices.findChildren(QComboBox)[1]
    assert microphones.findText("New") >= 0


def test_a_device_that_fails_is_told_with_something_to_do_until_it_is_live(
    open_window: OpenWindow,
) -> None:
    window = open_window()
    session = window.bridge.session
    session.tell_camera(DeviceState("busy", "Another program uses <the> camera."))
    assert window.banners.sentences == ("Another program uses <the> camera.",)
    opened = len(session.opened)
    button(window.banners.findChild(Banner), "Look for devices").click()
    assert session.opened[opened:] == [
        ("microphone", None),
        ("camera", 0),
        ("microphone", "headset"),
    ]
    session.tell_microphone(DeviceState("lost", "The microphone has gone."))
    assert window.banners.sentences == ("The microphone has gone.",)
    session.tell_microphone(DeviceState("live"))
    assert window.banners.sentences == ()


def test_it_is_said_on_every_page_what_is_in_use(open_window: OpenWindow) -> None:
    window = open_window()
    assert "in use: camera, microphone" in words(window.statusBar())
    go_live(window)
    window.bridge.session.tell_camera(DeviceState("lost", "Gone."))
    assert "in use: microphone" in words(window.statusBar())
    window.bridge.session.tell_microphone(DeviceState("closed"))
    assert "in use" not in words(window.statusBar())
    assert badges(window) == "STOPPED"


def test_it_is_said_how_the_model_is(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    tell = window.bridge.session.tell
    assert "Loading the model" in words(window.statusBar())
    tell(SettingUp("whisper", 512 * 1024, 5_000_000_000))
    assert "Setting up the model: whisper" in words(window.statusBar())
    with qtbot.waitSignal(window.ready):
        tell(Ready(FACTS))
    assert "nano-0.3 on CPU;" in words(window.statusBar())
    assert "nano-0.3" in words(window.privacy)


def states(window: MainWindow) -> list[str]:
    return [item.state for item in window.files.queue.items]


def test_a_worker_that_dies_is_started_again_and_then_only_as_it_is_asked_for(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    session = window.bridge.session
    go_live(window)
    window.recorder.record(True)
    window.files.add([tmp_path / "a.mp4", tmp_path / "b.mp4"])
    session.tell(Gone(-9))
    assert session.restarts == 1
    (told,) = window.banners.sentences
    assert "exit code -9" in told
    assert "started again" in told
    assert "Loading the model" in words(window.statusBar())
    assert states(window) == ["failed", "waiting"]
    assert badges(window) == "STOPPED, REC RESULTS"
    session.tell(Ready(FACTS))
    assert states(window) == ["failed", "analysing"]
    assert window.recorder.recording
    assert "nano-0.3 on" in words(window.statusBar())
    session.tell(Gone(-11))
    assert session.restarts == 1  # it would go on like that for ever
    assert "not running" in words(window.statusBar())
    window.files.add([tmp_path / "c.mp4"])
    assert states(window) == ["failed", "failed", "waiting"]
    assert not window.files.queue.busy
    assert "exit code -11" in window.banners.sentences[0]
    button(window.statusBar(), "Start the model again").click()
    assert session.restarts == 2
    assert "exit code" not in " ".join(window.banners.sentences)
    session.tell(Ready(FACTS))
    assert states(window)[-1] == "analysing"


def test_a_model_that_was_never_loaded_waits_for_a_button(open_window: OpenWindow) -> None:
    window = open_window()
    session = window.bridge.session
    session.tell(NotLoaded("The model is damaged."))
    session.tell(Gone(0))
    assert session.restarts == 0
    assert window.banners.sentences == ("The model is damaged.",)
    button(window.banners.findChildren(Banner)[-1], "Start the model again").click()
    assert session.restarts == 1
    assert window.banners.sentences == ()
    session.tell(NotLoaded("The disk is full."))
    session.tell(Gone(0))
    assert window.banners.sentences == ("The disk is full.",)
    window.banners.dismiss("worker")  # or others have pushed it out
    again = button(window.statusBar(), "Start the model again")
    assert again.isVisible()
    again.click()
    assert not again.isVisible()
    session.tell(Ready(FACTS))
    assert session.restarts == 2


@pytest.mark.parametrize("loaded", [False, True], ids=["not loaded", "died twice"])
def test_devices_are_closed_for_as_long_as_no_model_runs(
    open_window: OpenWindow, loaded: bool
) -> None:
    window = open_window()
    session, hint = window.bridge.session, lambda: window.live.pane.preview._hint
    if loaded:
        go_live(window)
        session.tell(Gone(-9))
        assert session.opened[-1] == ("microphone", "headset")  # it is back in a moment
        session.tell(Ready(FACTS))
        session.tell(Gone(-9))
    else:
        session.tell(NotLoaded("The model is damaged."))
        session.tell(Gone(0))
    assert session.opened[-2:] == [("camera", None), ("microphone", None)]
    assert "in use" not in words(window.statusBar())
    assert hint() == "No model is running, so camera and microphone are closed."
    session.opened.clear()
    window.live.devices.camera_chosen.emit(CameraDevice("Back", 2))
    window.live.devices.refresh_wanted.emit()
    assert session.opened == []
    session.tell(Ready(FACTS))
    assert session.opened == [("camera", 2), ("microphone", "headset")]
    assert "in use: camera, microphone" in words(window.statusBar())
    assert hint() == "The camera is being opened…"


def test_without_consent_a_model_that_is_there_again_opens_nothing(
    open_window: OpenWindow,
) -> None:
    window = open_window(consented=0)
    session = window.bridge.session
    session.tell(NotLoaded("The model is damaged."))
    session.tell(Gone(0))
    session.tell(Ready(FACTS))
    assert ("camera", 0) not in session.opened


def test_a_recording_ends_where_no_model_runs_any_more(open_window: OpenWindow) -> None:
    window = open_window()
    go_live(window)
    window.recorder.record(True)
    session = window.bridge.session
    session.tell(Gone(-9))
    assert window.recorder.recording
    session.tell(Ready(FACTS))
    session.tell(Gone(-9))
    assert not window.recorder.recording
    assert "as the model is not running; it is kept" in window.banners.sentences[-1]


def test_consent_that_is_withdrawn_in_one_window_is_not_given_by_closing_another(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    first, second = open_window(), open_window()
    first.live.device_chosen.emit("camera", "Front")
    second.live.device_chosen.emit("microphone", "Headset")
    first._withdraw_consent()
    second.close()
    kept = saved(tmp_path)
    assert (kept.consented, kept.camera, kept.microphone) == (0, "Front", "Headset")


@pytest.mark.parametrize("erased", [False, True], ids=["withdrawn", "erased"])
def test_consent_that_is_gone_closes_the_devices_of_every_window(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, erased: bool
) -> None:
    first, second = open_window(), open_window()
    for window in (first, second):
        go_live(window)
        window.live.device_chosen.emit("camera", "Front")  # consent is kept in the file with it
    if erased:
        (tmp_path / "settings.json").unlink()
    else:
        first._withdraw_consent()
    session = second.bridge.session
    qtbot.waitUntil(lambda: session.opened[-2:] == [("camera", None), ("microphone", None)])
    assert Forget() in session.orders
    assert second._settings.consented == 0
    assert "again before they are opened" in second.banners.sentences[-1]


def test_consent_that_is_gone_does_not_come_back_with_settings_that_were_open_before(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    first, second = open_window(), open_window()
    second.live.device_chosen.emit("camera", "Front")  # consent is kept in the file with it
    second._menus.settings_wanted.emit()
    dialog = second.findChild(SettingsDialog)
    first._withdraw_consent()
    qtbot.waitUntil(lambda: second._settings.consented == 0)
    dialog.editor("mirrored").setChecked(False)
    dialog.accept()
    assert (saved(tmp_path).consented, saved(tmp_path).mirrored) == (0, False)
    button(second.live.devices, "Look for devices").click()
    assert second.findChild(ConsentDialog) is not None


def test_settings_that_cannot_be_kept_are_told(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop.window.main_window.keep_changes", full)
    window.live.device_chosen.emit("camera", "Front")
    assert "Settings are not kept" in window.banners.sentences[0]
    assert "No space left" in window.banners.sentences[0]


def test_the_place_of_the_window_is_kept(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(language="de")
    window.close()
    kept = saved(tmp_path)
    assert QByteArray.fromBase64(kept.geometry.encode()) == window.saveGeometry()
    assert kept.language == "de"
    assert open_window(geometry=kept.geometry).isVisible()


def test_the_page_and_the_dividers_are_where_they_were_left(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    def shares(window: MainWindow, page: QWidget) -> dict[str, float]:
        window.pages.setCurrentWidget(page)
        QApplication.processEvents()
        splitters = page.findChildren(QSplitter)
        return {one.objectName(): one.sizes()[0] / sum(one.sizes()) for one in splitters}

    window = open_window()
    made = shares(window, window.live), shares(window, window.sessions)
    for page in (window.live, window.sessions):
        window.pages.setCurrentWidget(page)
        for splitter in page.findChildren(QSplitter):
            splitter.moveSplitter(splitter.sizes()[0] - 20, 1)
    left = shares(window, window.live), shares(window, window.sessions)
    assert left != made
    window.close()
    kept = saved(tmp_path)
    again = open_window(page=kept.page, dividers=kept.dividers)
    assert again.pages.currentWidget() is again.sessions
    for page, before in zip((again.live, again.sessions), left, strict=True):
        assert shares(again, page) == pytest.approx(before, abs=0.01)


def test_what_is_damaged_of_an_arrangement_is_left_as_it_is_made(open_window: OpenWindow) -> None:
    window = open_window(page="gone", dividers={"live/top": "?", "live/gone": "AAAA"})
    assert window.pages.currentWidget() is window.live
    assert all(window.live.findChild(QSplitter, "top").sizes())


def test_every_page_is_gone_through_by_the_tab_key_and_what_it_stops_at_has_a_name(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    window.files.add([tmp_path / "a.mp4", tmp_path / "b.mp4"])
    window.recorder.record(True)
    window.recorder.record(False)
    window.activateWindow()
    for page in (window.live, window.files, window.sessions, window.privacy):
        window.pages.setCurrentWidget(page)
        window.pages.tabBar().setFocus()
        for _ in range(30):
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            stop = QApplication.focusWidget()
            if stop is window.pages.tabBar():
                break
            said = QAccessible.queryAccessibleInterface(stop).text(QAccessible.Text.Name)
            assert said or stop.accessibleName(), stop
        assert stop is window.pages.tabBar(), page


def test_what_the_command_line_asked_for_holds_for_this_run_only(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    asked = {"label_set": "happy,sad", "baseline": "none", "threads": 3}
    window = open_window(overrides=asked, label_set="mafw")
    session = window.bridge.session
    chosen = [order.options for order in session.orders if isinstance(order, Choose)]
    assert (chosen[-1].labels, chosen[-1].baseline) == (("happy", "sad"), "none")
    assert session.threads == 3
    assert (window.facts()["labels"], window.facts()["baseline"]) == ("happy,sad", "none")
    window.close()
    kept = load_settings(tmp_path / "settings.json")
    assert (kept.label_set, kept.baseline, kept.threads) == ("mafw", "running", 0)


def test_a_setting_that_is_changed_outdoes_the_command_line(open_window: OpenWindow) -> None:
    window = open_window(overrides={"label_set": "happy,sad", "baseline": "none"})
    window.apply(Settings(consented=NOTICE_VERSION, label_set="mafw"))
    assert (window.facts()["labels"], window.facts()["baseline"]) == ("mafw", "none")


def test_saving_power_is_asked_for_at_once_and_shown(open_window: OpenWindow) -> None:
    window = open_window(saving="never")
    session = window.bridge.session
    go_live(window)
    assert SavePower("never") in session.orders
    orders = len(session.orders)
    window.apply(dataclasses.replace(window._settings, saving="always"))
    assert session.orders[orders:] == [SavePower("always")]  # and nobody is forgotten
    session.tell(Sparing(True))
    assert badges(window) == "LIVE, SAVING POWER"


def test_a_window_that_is_closed_is_gone_while_the_model_ends(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    visible: list[bool] = []
    monkeypatch.setattr(window.bridge.session, "stop", lambda: visible.append(window.isVisible()))
    window.close()
    assert visible == [False]
