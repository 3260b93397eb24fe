"""Recording from the live page: results, and media by a box of their own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from desktop.capture.clock import Clock
from desktop.live.messages import BaselineIs, Explained
from desktop.sessions import SessionStore
from desktop.window.consent import NOTICE_VERSION
from model import __version__
from model.errors import StoreError
from tests.desktop.scene import analysis
from tests.desktop.window.conftest import OpenWindow
from tests.desktop.window.live_window import badges, button, go_live, show, words


def test_results_are_kept_while_recording_and_only_then(
    open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now_s", lambda _: 4.0)
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
    assert session.analyses == (analysis(5.0, 10.0).moved(-4.0),)
    assert [marker.at_s for marker in session.markers] == [2.0]
    assert [(span.start_s, span.end_s) for span in session.exclusions] == [(1.0, 3.0)]
    assert session.facts["model"] == "nano-0.3"
    assert "/home/ann/bundle" in words(window.privacy)
    assert "/home/ann/bundle" not in session.facts.values()  # nor, then, in a report
    assert session.facts["consent"] == f"notice {NOTICE_VERSION}"
    assert session.facts["version"] == __version__  # a later one may write the report
    assert session.facts["window"] == "5 s"
    assert [marker.at_s for marker in window.live.results.model.markers] == [6.0]


def test_a_session_says_what_its_windows_were_compared_with(open_window: OpenWindow) -> None:
    window = open_window(baseline="none")
    tell = window.bridge.session.tell
    tell(BaselineIs("running", 0))  # of a worker that has not heard of the settings yet
    assert window.facts()["baseline"] == "none"
    tell(BaselineIs("neutral", 1))
    assert window.facts()["baseline"] == "neutral"
    tell(BaselineIs("none", 0))
    assert window.facts()["baseline"] == "none"


def test_nobody_is_calibrated_or_forgotten_while_results_are_recorded(
    open_window: OpenWindow,
) -> None:
    window = open_window()
    go_live(window)
    devices, tell = window.live.devices, window.bridge.session.tell
    record, calibrate = button(devices, "Record results"), button(devices, "Calibrate (3 s)")
    forget = button(devices, "Forget person")
    tell(BaselineIs("running", 0, calibrating_s=2.0))
    assert not record.isEnabled()
    tell(BaselineIs("neutral", 1))
    record.click()
    assert window.recorder.recording
    assert (calibrate.isEnabled(), forget.isEnabled(), record.isEnabled()) == (False, False, True)
    assert calibrate.toolTip() == forget.toolTip()
    assert calibrate.toolTip().startswith("Not while results are recorded")
    tell(BaselineIs("neutral", 1))
    assert not calibrate.isEnabled()
    record.click()
    assert (calibrate.isEnabled(), forget.isEnabled()) == (True, True)
    assert (calibrate.toolTip()[:4], forget.toolTip()) == ("Look", "")


def test_a_baseline_that_changes_after_all_ends_the_recording(open_window: OpenWindow) -> None:
    window = open_window()
    devices, tell = window.live.devices, window.bridge.session.tell
    button(devices, "Calibrate (3 s)").click()
    button(devices, "Record results").click()  # before the worker has heard of it
    tell(BaselineIs("running", 2, calibrating_s=3.0))
    tell(BaselineIs("running", 3, calibrating_s=1.0))
    assert window.recorder.recording
    tell(BaselineIs("neutral", 1))
    assert not window.recorder.recording
    assert any("The recording has ended" in said for said in window.banners.sentences)


def test_other_emotions_end_the_recording_and_that_is_told(open_window: OpenWindow) -> None:
    window = open_window()
    button(window.live.devices, "Record results").click()
    window.apply(dataclasses.replace(window._kept, mirrored=False))
    assert window.recorder.recording
    window.apply(dataclasses.replace(window._kept, label_set="mafw"))
    assert not window.recorder.recording
    assert any("The recording has ended" in said for said in window.banners.sentences)


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
