"""The live page, on a session without a worker and without devices."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from desktop.capture.devices import CameraDevice
from desktop.capture.portaudio import Samples
from desktop.capture.state import DeviceState, DeviceStatus
from desktop.live.messages import (
    AnalyzeFile,
    BaselineIs,
    Calibrate,
    Explained,
    FileDone,
    Forget,
    Glimpsed,
    Gone,
    Heard,
    Nobody,
    Ready,
    Seen,
    Writing,
)
from desktop.settings import NO_DEVICE
from desktop.view.timeline import LIVE_KEPT_S
from desktop.window.cue_panel import CuePanel
from desktop.window.level_meter import LevelMeter
from desktop.window.main_window import MainWindow
from desktop.window.pitch_trace import PitchTrace
from desktop.window.preview import Layers
from model.clip import SAMPLE_RATE_HZ
from tests.desktop.scene import LABELS, analysis, cue, glimpse
from tests.desktop.window.conftest import OpenWindow
from tests.desktop.window.live_window import FACTS, badges, button, go_live, saved, show, words
from tests.desktop.window.pixels import colour_at


def seems(window: MainWindow, shade: int) -> bool:
    preview = window.live.pane.preview
    colour = colour_at(preview, QPointF(preview.width() / 2, preview.height() / 2))
    return abs(colour.green() - shade) < 8


@pytest.fixture
def seeing(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    """A live window that shows the picture of second 1, of shade 250."""
    window = open_window()
    go_live(window)
    show(window, 1.0, 250)
    qtbot.waitUntil(lambda: seems(window, 250))
    return window


@pytest.fixture
def looking_back(open_window: OpenWindow) -> MainWindow:
    """A live window in which what was explained first has been chosen."""
    window = open_window()
    go_live(window)
    window.bridge.session.tell(Explained(analysis(rationale="The first.")))
    results = window.live.results
    results.timeline._pick(results.model.analyses[0])
    return window


def test_pictures_are_shown_as_they_come_and_the_past_on_request(
    qtbot: QtBot, seeing: MainWindow
) -> None:
    window, pane, timeline = seeing, seeing.live.pane, seeing.live.results.timeline
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
    qtbot: QtBot, seeing: MainWindow
) -> None:
    window = seeing
    polls = window.live.pane._polls
    window.bridge.session.tell_camera(DeviceState("lost", "Check its plug."))
    qtbot.waitUntil(lambda: window.live.pane._polls > polls + 5)
    assert not seems(window, 250)
    window.bridge.session.tell_camera(DeviceState("live"))
    show(window, 2.0, 120)
    qtbot.waitUntil(lambda: seems(window, 120))


@pytest.mark.parametrize("status", ["closed", "lost"])
def test_without_a_microphone_neither_level_nor_pitch_is_shown(
    status: DeviceStatus, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    session, pane = window.bridge.session, window.live.pane
    meter, trace = pane.findChild(LevelMeter), pane.findChild(PitchTrace)
    voice = Heard(np.arange(3, dtype=np.float32), np.full(3, 220.0, np.float32))
    go_live(window)
    session.sound.push(0.0, np.ones(1600, np.float32))
    session.tell(voice)
    qtbot.waitUntil(lambda: meter.clipped)
    assert trace.accessibleDescription() == "median 220 Hz"
    session.sound.push(0.1, np.ones(1600, np.float32))  # the last of it, which nobody has shown
    session.tell_microphone(DeviceState(status))
    session.tell(voice)  # of the seconds before
    polls = pane._polls
    qtbot.waitUntil(lambda: pane._polls > polls + 15)
    assert (meter.clipped, meter.accessibleDescription()) == (False, "")
    assert trace.accessibleDescription() == ""
    session.tell_microphone(DeviceState("live"))
    session.sound.push(0.2, np.full(1600, 0.1, np.float32))
    session.tell(voice)
    qtbot.waitUntil(lambda: meter.accessibleDescription() == "-20 dBFS")
    assert trace.accessibleDescription() == "median 220 Hz"


def test_without_a_camera_no_room_is_kept_for_cues_of_the_face(open_window: OpenWindow) -> None:
    window = open_window(camera=NO_DEVICE)
    (cues,) = window.live.findChildren(CuePanel)
    assert not cues.face.isVisible()
    window.bridge.session.tell_camera(DeviceState("live"))
    assert cues.face.isVisible()


def test_what_is_said_to_be_judged_without_a_camera_is_true_at_each_moment(
    open_window: OpenWindow,
) -> None:
    window = open_window(camera=NO_DEVICE)
    session, preview = window.bridge.session, window.live.pane.preview
    voice_alone = "No camera is in use. Your voice alone is judged."
    session.tell_microphone(DeviceState("live"))
    assert preview._hint == "No camera is in use."  # the model is being loaded
    session.tell(Ready(FACTS))
    assert preview._hint == voice_alone
    session.tell_microphone(DeviceState("lost", "It was unplugged."))
    assert preview._hint == "No camera is in use."
    session.tell_microphone(DeviceState("live"))
    assert preview._hint == voice_alone
    button(window.live.devices, "Pause").click()
    assert preview._hint == "No camera is in use."
    button(window.live.devices, "Pause").click()
    session.tell(Gone(-9))  # it is started again
    assert preview._hint == "No camera is in use."
    window.live.devices.camera_chosen.emit(CameraDevice("Back", 2))
    assert preview._hint == "The camera is being opened…"


def test_the_past_does_not_pass_for_the_picture_of_a_lost_camera(seeing: MainWindow) -> None:
    window = seeing
    window.bridge.session.tell_camera(DeviceState("lost", "Check its plug."))
    window.live.pane.look_at(1.0)
    assert seems(window, 250)
    button(window.live.pane, "Back to the live picture").click()
    assert window.live.pane.preview._hint == "Check its plug."


def test_nobody_is_calibrated_by_a_model_that_is_not_loaded(open_window: OpenWindow) -> None:
    window = open_window()
    window.bridge.session.tell_camera(DeviceState("live"))
    calibrate = button(window.live.devices, "Calibrate (3 s)")
    assert not calibrate.isEnabled()
    window.bridge.session.tell(Ready(FACTS))
    assert calibrate.isEnabled()


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


def test_events_reach_the_panels(open_window: OpenWindow) -> None:
    window = open_window()
    tell = window.bridge.session.tell
    go_live(window)
    tell(BaselineIs("running", 3))
    assert "your last windows (3)" in words(window.live.devices)
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


def test_a_window_that_was_chosen_stays_until_the_present_is_asked_for(
    looking_back: MainWindow,
) -> None:
    results, tell = looking_back.live.results, looking_back.bridge.session.tell
    tell(Explained(analysis(5.0, 10.0, rationale="The second.")))
    back = button(results.timeline, "Back to now")
    assert not back.isHidden()
    tell(Glimpsed(glimpse(11.0)))
    tell(Nobody(12.0))
    tell(Writing(15.0, "The "))
    assert "The first." in results._rationale.text.toPlainText()
    assert words(results).count("0:00.0 – 0:05.0") == 2
    assert "Nobody" not in words(results)
    assert results.model.now_s == 12.0
    back.click()
    tell(Writing(15.0, "third."))
    assert results._rationale.text.toPlainText() == "The third."
    assert back.isHidden()
    tell(Glimpsed(glimpse(16.0)))
    assert "0:11.0 – 0:16.0" in words(results)


def test_the_present_is_shown_again_once_a_chosen_window_is_no_longer_kept(
    looking_back: MainWindow,
) -> None:
    results, tell = looking_back.live.results, looking_back.bridge.session.tell
    tell(Writing(LIVE_KEPT_S + 2, "The "))
    tell(Glimpsed(glimpse(LIVE_KEPT_S)))
    assert "The first." in results._rationale.text.toPlainText()
    tell(Glimpsed(glimpse(LIVE_KEPT_S + 6)))
    tell(Writing(LIVE_KEPT_S + 2, "second."))
    assert results._rationale.text.toPlainText() == "The second."
    assert "30:01.0 – 30:06.0" in words(results)
    assert button(results.timeline, "Back to now").isHidden()


def test_nothing_is_live_once_the_model_has_stopped(open_window: OpenWindow) -> None:
    window = open_window()
    go_live(window)
    window.bridge.session.tell(Gone(1))
    assert badges(window) == "STOPPED"
    assert not button(window.live.devices, "Calibrate (3 s)").isEnabled()
    window.bridge.session.tell_camera(DeviceState("live"))
    assert badges(window) == "STOPPED"


def test_what_chose_from_other_emotions_came_too_late(open_window: OpenWindow) -> None:
    window = open_window()
    go_live(window)
    window.apply(dataclasses.replace(window._settings, label_set="dfew"))
    tell, results = window.bridge.session.tell, window.live.results
    tell(Glimpsed(glimpse(2.0)))
    tell(Explained(analysis()))  # it was being written
    assert results.model.analyses == ()
    assert "Nothing was analysed yet." in words(results)
    window.apply(dataclasses.replace(window._settings, label_set=",".join(LABELS)))
    tell(Explained(analysis()))
    assert results.model.analyses == (analysis(),)


def test_nothing_is_observed_of_nobody(open_window: OpenWindow) -> None:
    window = open_window()
    go_live(window)
    results, tell = window.live.results, window.bridge.session.tell
    tell(Glimpsed(glimpse(5.0, cues=(cue("jaw_drop", 3.0),))))
    assert results._cues.face.cues
    tell(Nobody(9.0))
    assert not results._cues.face.cues
    assert results._pad.accessibleDescription() == ""
    assert results.model.now_s == 9.0
    tell(Nobody(60.0, "film.mp4"))
    assert results.model.now_s == 9.0


def test_nobody_is_calibrated_while_nothing_is_judged(open_window: OpenWindow) -> None:
    window = open_window()
    go_live(window)
    calibrate = button(window.live.devices, "Calibrate (3 s)")
    assert calibrate.isEnabled()
    button(window.live.devices, "Pause").click()
    assert not calibrate.isEnabled()
    assert calibrate.toolTip().startswith("Not now")
    button(window.live.devices, "Pause").click()
    window.live.hold(True)
    assert not calibrate.isEnabled()
    window.live.hold(False)
    assert calibrate.isEnabled()
    window.bridge.session.tell_camera(DeviceState("closed"))
    window.bridge.session.tell_microphone(DeviceState("lost"))
    assert not calibrate.isEnabled()


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
    go_live(window)
    button(window.live.devices, "Calibrate (3 s)").click()
    button(window.live.devices, "Forget person").click()
    assert window.bridge.session.orders[-2:] == [Calibrate(), Forget()]


def test_a_person_who_is_forgotten_is_looked_back_at_no_more(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    go_live(window)
    show(window, 1.0, 250)
    show(window, 3.0, 120)
    window.live.pane.look_at(1.0)
    assert seems(window, 250)
    button(window.live.devices, "Forget person").click()
    qtbot.waitUntil(lambda: seems(window, 120))
    window.live.pane.look_at(1.0)
    assert seems(window, 120)
