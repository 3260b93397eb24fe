"""The window and its live page, on a session without a worker and without devices."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPointF
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.capture.portaudio import Samples
from desktop.capture.rings import TimedFrame
from desktop.capture.state import DeviceState
from desktop.live.messages import (
    AnalyzeFile,
    BaselineIs,
    Calibrate,
    Choose,
    Explained,
    Failed,
    FileDone,
    Forget,
    Glimpsed,
    Gone,
    Heard,
    Nobody,
    Ready,
    SavePower,
    Seen,
    SettingUp,
    Sparing,
    Writing,
)
from desktop.sessions import SessionStore
from desktop.settings import NO_DEVICE, Settings, load_settings
from desktop.window.badge import BadgeRow
from desktop.window.banner import Banner
from desktop.window.consent import NOTICE_VERSION, ConsentDialog
from desktop.window.device_choice import Sources
from desktop.window.main_window import MainWindow
from desktop.window.preview import Layers
from model.clip import SAMPLE_RATE_HZ
from model.errors import StoreError
from tests.desktop.scene import analysis, cue, glimpse
from tests.desktop.window.conftest import OpenWindow
from tests.desktop.window.pixels import colour_at

FACTS = {"model": "nano-0.3", "providers": "CPUExecutionProvider"}
GREEN = QColor(0, 255, 0)


def words(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.text())


def badges(window: MainWindow) -> str:
    row = window.live.findChild(BadgeRow)
    assert row is not None
    return row.accessibleDescription()


def button(widget: QWidget, text: str) -> QPushButton:
    (found,) = [one for one in widget.findChildren(QPushButton) if one.text() == text]
    return found


def saved(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "settings.json")


def go_live(window: MainWindow) -> None:
    session = window.bridge.session
    session.tell(Ready(FACTS))
    session.tell_camera(DeviceState("live"))
    session.tell_microphone(DeviceState("live"))


# --- consent --------------------------------------------------------------------------------


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


# --- devices --------------------------------------------------------------------------------


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
    assert opened == [("camera", None), ("microphone", "headset")]
    window.close()
    again = open_window(camera=saved(tmp_path).camera)
    assert ("camera", 0) not in again.bridge.session.opened


def test_a_device_that_fails_is_told_with_something_to_do_until_it_is_live(
    open_window: OpenWindow,
) -> None:
    window = open_window()
    session = window.bridge.session
    session.tell_camera(DeviceState("busy", "Another program uses <the> camera."))
    assert window.banners.sentences == ("Another program uses <the> camera.",)
    opened = len(session.opened)
    button(window.banners.findChild(Banner), "Look for devices").click()
    assert len(session.opened) == opened + 2
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


# --- the live picture -----------------------------------------------------------------------


def show(window: MainWindow, time_s: float, shade: int) -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, :, 1] = shade
    frame = TimedFrame(time_s, picture)
    window.bridge.session.frames.push(frame)
    window.bridge.session.history.add_frame(frame)


def seems(window: MainWindow, shade: int) -> bool:
    preview = window.live.pane.preview
    colour = colour_at(preview, QPointF(preview.width() / 2, preview.height() / 2))
    return abs(colour.green() - shade) < 8


def test_pictures_are_shown_as_they_come_and_the_past_on_request(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    pane, timeline = window.live.pane, window.live.results.timeline
    go_live(window)
    show(window, 1.0, 250)
    qtbot.waitUntil(lambda: seems(window, 250))
    show(window, 3.0, 120)
    qtbot.waitUntil(lambda: seems(window, 120))
    timeline.time_chosen.emit(500.0)
    assert seems(window, 120)
    timeline.time_chosen.emit(1.2)
    assert seems(window, 250)
    assert timeline.play_head_s == 1.0
    show(window, 4.0, 60)
    back = button(pane, "Back to the live picture")
    assert back.isVisible()
    back.click()
    assert timeline.play_head_s is None
    qtbot.waitUntil(lambda: seems(window, 60))
    assert not back.isVisible()


def test_the_words_of_a_lost_camera_stay_until_it_delivers_again(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    go_live(window)
    show(window, 1.0, 250)
    qtbot.waitUntil(lambda: seems(window, 250))
    polls = window.live.pane._polls
    window.bridge.session.tell_camera(DeviceState("lost", "Check its plug."))
    qtbot.waitUntil(lambda: window.live.pane._polls > polls + 5)
    assert not seems(window, 250)
    window.bridge.session.tell_camera(DeviceState("live"))
    show(window, 2.0, 120)
    qtbot.waitUntil(lambda: seems(window, 120))


def test_a_recording_that_is_over_is_not_said_to_be_opening(open_window: OpenWindow) -> None:
    window = open_window()
    window.bridge.session.tell_camera(DeviceState("ended"))
    assert window.live.pane.preview._hint == "The recording is over."


def test_layers_reach_picture_and_settings(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(landmarks=False)
    preview = window.live.pane.preview
    assert preview.layers == Layers(True, False, True)
    actions = {one.text(): one for one in window.findChildren(QAction) if one.isCheckable()}
    assert not actions["Landmarks"].isChecked()
    for name in ("Face box", "Landmarks", "Mirror the picture"):
        actions[name].trigger()
    assert preview.layers == Layers(False, True, True)
    assert not preview.mirrored
    kept = saved(tmp_path)
    assert (kept.box, kept.landmarks, kept.cues, kept.mirrored) == (False, True, True, False)


# --- what the worker finds ------------------------------------------------------------------


def test_events_reach_the_panels(open_window: OpenWindow) -> None:
    window = open_window()
    tell = window.bridge.session.tell
    go_live(window)
    tell(BaselineIs("running", 3))
    assert "your last 3 windows" in words(window.live.devices)
    tell(Seen(1.0, np.ones((478, 2), np.float32), 2))
    assert badges(window) == "LIVE, TWO FACES"
    tell(Glimpsed(glimpse(2.0, cues=(cue("jaw_drop", 2.0),))))
    assert "Happy | 70 %" in words(window.live.results)
    assert badges(window) == "LIVE, TWO FACES, NO VOICE"
    tell(Heard(np.arange(3, dtype=np.float32), np.full(3, 220.0, np.float32)))
    tell(Writing(5.0, "The lip "))
    assert "writing, up to 0:05.0" in words(window.live.results)
    tell(Explained(dataclasses.replace(analysis(), file="clip.mp4")))
    tell(Writing(0.0, "Of a file.", "clip.mp4"))
    assert window.live.results.model.analyses == ()
    tell(Explained(analysis()))
    assert window.live.results.model.analyses == (analysis(),)
    assert "0:00.0 – 0:05.0" in words(window.live.results)
    tell(Seen(6.0, np.zeros((0, 2), np.float32), 0))
    tell(Nobody(7.0))
    assert "Nobody" in words(window.live.results)
    assert badges(window) == "LIVE, NO FACE, NO VOICE"


def test_a_claim_of_the_face_shows_its_moment(
    qtbot: QtBot, open_window: OpenWindow, played: list[Samples]
) -> None:
    window = open_window()
    go_live(window)
    show(window, 1.5, 250)
    show(window, 5.0, 120)
    qtbot.waitUntil(lambda: seems(window, 120))
    face, voice = analysis().claims
    window.live.results.claim_chosen.emit(voice)
    assert seems(window, 120)
    window.live.results.claim_chosen.emit(face)
    assert seems(window, 250)
    assert not played


def test_a_claim_of_the_voice_is_heard_from_memory(
    open_window: OpenWindow, played: list[Samples]
) -> None:
    window = open_window()
    _, voice = analysis().claims  # of seconds 1 to 2
    window.live.results.claim_chosen.emit(voice)
    assert not played
    assert "not kept any more" in window.banners.sentences[0]
    heard = np.linspace(0, 1, 3 * SAMPLE_RATE_HZ, dtype=np.float32)
    window.bridge.session.history.sound.push(0.0, heard)
    window.live.results.claim_chosen.emit(voice)
    np.testing.assert_array_equal(played[0], heard[SAMPLE_RATE_HZ : 2 * SAMPLE_RATE_HZ])
    assert not window.banners.sentences


def test_a_missing_speaker_is_told_in_a_banner(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.playback.failed.emit("No loudspeaker.")
    assert window.banners.sentences == ("No loudspeaker.",)


def test_pause_and_hold_stop_judging_each_by_itself(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    session, pause = window.bridge.session, button(window.live.devices, "Pause")
    go_live(window)
    assert session.judging
    pause.click()
    assert not session.judging
    assert badges(window) == "PAUSED"
    window.files.add([tmp_path / "clip.mp4"])
    pause.click()
    assert not session.judging
    assert badges(window) == "PAUSED"
    session.tell(FileDone(tmp_path / "clip.mp4"))
    assert session.judging
    assert badges(window) == "LIVE"
    assert [type(order) for order in session.orders].count(AnalyzeFile) == 1


def test_the_person_can_be_calibrated_and_forgotten(open_window: OpenWindow) -> None:
    window = open_window()
    button(window.live.devices, "Calibrate (3 s)").click()
    button(window.live.devices, "Forget person").click()
    assert window.bridge.session.orders[-2:] == [Calibrate(), Forget()]


# --- recording ------------------------------------------------------------------------------


def test_results_are_kept_while_recording_and_only_then(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    record = button(window.live.devices, "Record results")
    timeline, tell = window.live.results.timeline, window.bridge.session.tell
    go_live(window)
    tell(Explained(analysis(0.0, 5.0)))
    record.click()
    assert badges(window) == "LIVE, REC RESULTS"
    tell(Explained(analysis(5.0, 10.0)))
    timeline.marker_wanted.emit(6.0)
    timeline.exclude_wanted.emit(5.0, 7.0)
    record.click()
    assert badges(window) == "LIVE"
    tell(Explained(analysis(10.0, 15.0)))
    window.close()
    with SessionStore(tmp_path / "sessions.sqlite3") as store:
        (summary,) = store.sessions()
        session = store.load(summary.id)
    assert not summary.open
    assert session.analyses == (analysis(5.0, 10.0),)
    assert [marker.at_s for marker in session.markers] == [6.0]
    assert [(span.start_s, span.end_s) for span in session.exclusions] == [(5.0, 7.0)]
    assert session.facts["model"] == "nano-0.3"
    assert session.facts["consent"] == f"notice {NOTICE_VERSION}"
    assert [marker.at_s for marker in window.live.results.model.markers] == [6.0]


def test_closing_ends_the_recording(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window()
    button(window.live.devices, "Record results").click()
    window.close()
    assert not window.bridge.session.running
    with SessionStore(tmp_path / "sessions.sqlite3") as store:
        (summary,) = store.sessions()
    assert (summary.open, summary.interrupted) == (False, False)


def test_a_store_that_fails_is_told_and_the_button_comes_up(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    record = button(window.live.devices, "Record results")

    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(SessionStore, "begin", full)
    record.click()
    assert window.banners.sentences == ("The disk is full.",)
    assert not record.isChecked()
    assert "REC" not in badges(window)


# --- the model ------------------------------------------------------------------------------


def test_it_is_said_how_the_model_is(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    tell = window.bridge.session.tell
    assert "Loading the model" in words(window.statusBar())
    tell(SettingUp("whisper", 512 * 1024, 5_000_000_000))
    assert "Setting up the model: whisper" in words(window.statusBar())
    with qtbot.waitSignal(window.ready):
        tell(Ready(FACTS))
    assert "nano-0.3 on CPUExecutionProvider" in words(window.statusBar())
    assert "nano-0.3" in words(window.privacy)


def test_a_worker_that_is_gone_gets_a_banner_and_its_files_an_end(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    tell = window.bridge.session.tell
    go_live(window)
    window.files.add([tmp_path / "a.mp4", tmp_path / "b.mp4"])
    tell(Failed("The model is damaged."))
    tell(Gone(-9))
    assert window.banners.sentences[0] == "The model is damaged."
    assert "exit code -9" in window.banners.sentences[1]
    assert "not running" in words(window.statusBar())
    assert {item.state for item in window.files.queue.items} == {"failed"}
    window.files.add([tmp_path / "c.mp4"])
    assert {item.state for item in window.files.queue.items} == {"failed"}
    assert not window.files.queue.busy


def test_settings_that_cannot_be_kept_are_told(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop.window.main_window.save_settings", full)
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


def test_media_are_recorded_by_a_box_of_their_own(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    go_live(window)
    box = window.live.devices.findChild(QCheckBox)
    assert box is not None
    assert not box.isChecked()
    box.click()
    assert not list(tmp_path.rglob("*.mkv"))
    record = button(window.live.devices, "Record results")
    record.click()
    assert badges(window) == "LIVE, REC RESULTS + MEDIA"
    assert not box.isEnabled()
    show(window, 1.0, 100)
    record.click()
    assert badges(window) == "LIVE"
    qtbot.waitUntil(lambda: not window.recorder._films)
    (film,) = tmp_path.rglob("*.mkv")
    window.pages.setCurrentWidget(window.privacy)
    assert film.name in words(window.privacy)
    window.sessions.erase(None)
    assert not film.exists()


# --- settings of one run ------------------------------------------------------------------------


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
    window.apply(Settings(consented=NOTICE_VERSION, saving="always"))
    assert session.orders[orders:] == [SavePower("always")]  # and nobody is forgotten
    session.tell(Sparing(True))
    assert badges(window) == "LIVE, SAVING POWER"
