"""Recordings are dropped, wait their turn, and are looked through."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QColor, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.capture.portaudio import Samples
from desktop.live.messages import (
    AnalyzeFile,
    CancelFile,
    Explained,
    Failed,
    FileDone,
    Ready,
    Writing,
)
from desktop.sessions.export import EXPORTS
from desktop.settings import Settings
from desktop.view.clock import clock
from desktop.view.film import length_of, picture_at
from desktop.view.timeline import LIVE_KEPT_S
from desktop.window.banner import Banners
from desktop.window.bridge import Bridge
from desktop.window.file_dialogs import FileDialogs
from desktop.window.files_page import FilesPage
from desktop.window.playback import Playback
from desktop.window.probability_bars import ProbabilityBars
from model.analysis import Analysis
from model.clip import SAMPLE_RATE_HZ
from model.labels import LABEL_SETS
from model.media import SUFFIXES
from tests.desktop.scene import LABELS, analysis
from tests.desktop.window.conftest import OpenWindow
from tests.desktop.window.live_window import button, go_live
from tests.desktop.window.pixels import colour_at

SAMPLE = Path(__file__).parents[2] / "samples" / "happy.mp4"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(
    qtbot: QtBot, bridge: Bridge, played: list[Samples], tmp_path: Path
) -> Iterator[FilesPage]:
    banners = Banners()
    qtbot.addWidget(banners)
    page = FilesPage(bridge, Settings(), Playback(banners), FileDialogs("", tmp_path))
    bridge.told.emit(Ready({}))
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    yield page
    page.stop()


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    """Three films, of which the second has a name that looks like markup."""
    paths = [tmp_path / name for name in ("a.mp4", "<b>b.mp4", "c.mp4")]
    for path in paths:
        shutil.copyfile(SAMPLE, path)
    return paths


def of(path: Path, start_s: float = 0.0) -> Analysis:
    return dataclasses.replace(analysis(start_s, start_s + 2.0), file=str(path))


def table(page: FilesPage) -> QTableWidget:
    found = page.findChild(QTableWidget)
    assert found is not None
    return found


def rows(page: FilesPage) -> list[tuple[str, str, int]]:
    grid, found = table(page), []
    for row in range(grid.rowCount()):
        bar = grid.cellWidget(row, 2)
        assert isinstance(bar, QProgressBar)
        found.append((grid.item(row, 0).text(), grid.item(row, 1).text(), bar.value()))
    return found


def click(page: FilesPage, text: str) -> None:
    next(one for one in page.findChildren(QPushButton) if one.text() == text).click()


def words(page: FilesPage) -> str:
    return " | ".join(label.text() for label in page.results.findChildren(QLabel) if label.text())


def shown_labels(page: FilesPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def wait_for_picture(qtbot: QtBot, page: FilesPage) -> None:
    """Until what is sought is found; pictures are sought in another thread."""
    qtbot.waitUntil(lambda: page.picture._sought is None)


def drop(page: QWidget, *urls: QUrl) -> bool:
    """Drop these; whether they were taken at the door."""
    data = QMimeData()
    data.setUrls(list(urls))
    action, modifiers = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), action, data, LEFT, modifiers)
    enter.ignore()
    page.dragEnterEvent(enter)
    if enter.isAccepted():
        page.dropEvent(QDropEvent(QPointF(5, 5), action, data, LEFT, modifiers))
    return enter.isAccepted()


def test_dropped_files_are_analysed_one_after_the_other(
    page: FilesPage, bridge: Bridge, clips: list[Path]
) -> None:
    assert not drop(page, QUrl("https://example.org/clip.mp4"))
    assert drop(page, *(QUrl.fromLocalFile(str(path)) for path in clips[:2]))
    assert bridge.session.orders == [AnalyzeFile(clips[0], page.queue.options)]
    assert [row[1] for row in rows(page)] == ["at 0:00 of 0:05", "waits"]
    bridge.told.emit(Explained(of(clips[0])))
    assert [row[2] for row in rows(page)] == [41, 0]
    bridge.told.emit(FileDone(clips[0]))
    assert rows(page)[0] == ("a.mp4", "done, windows: 1", 100)
    assert bridge.session.orders[-1] == AnalyzeFile(clips[1], page.queue.options)
    bridge.told.emit(Failed("It holds neither picture nor sound.", clips[1]))
    assert rows(page)[1][:2] == ("<b>b.mp4", "✗ failed")
    assert "It holds neither picture nor sound." in shown_labels(page)
    assert "&lt;b&gt;b.mp4" in table(page).item(1, 0).toolTip()
    table(page).selectRow(1)
    assert page.picture._hint == "It holds neither picture nor sound."


def test_files_are_compared_with_whom_the_settings_say(
    page: FilesPage, bridge: Bridge, clips: list[Path]
) -> None:
    page.add(clips[:1])
    page.apply(Settings(baseline="none", label_set="mafw"))
    bridge.told.emit(FileDone(clips[0]))
    page.add(clips[1:2])
    first, other = (order.options for order in bridge.session.orders)
    assert (first.baseline, other.baseline) == ("running", "none")
    assert (first.labels, other.labels) == (LABEL_SETS["dfew"], LABEL_SETS["mafw"])


def test_the_live_analysis_is_held_while_files_are_analysed(
    qtbot: QtBot, page: FilesPage, bridge: Bridge, clips: list[Path]
) -> None:
    busy: list[bool] = []
    page.busy_changed.connect(busy.append)
    page.add(clips[:2])
    bridge.told.emit(FileDone(clips[0]))
    assert busy == [True]
    bridge.told.emit(Failed("Broken.", clips[1]))
    assert busy == [True, False]


def test_what_is_selected_is_what_is_shown(
    page: FilesPage, bridge: Bridge, clips: list[Path]
) -> None:
    page.add(clips)
    assert table(page).currentRow() == 0
    bridge.told.emit(Writing(0.0, "The lip corners", str(clips[0])))
    bridge.told.emit(Writing(0.0, "Another file", str(clips[1])))
    shown, other = of(clips[0]), of(clips[1])
    bridge.told.emit(Explained(shown))
    bridge.told.emit(FileDone(clips[0]))
    bridge.told.emit(Explained(other))
    assert page.results.model.analyses == (shown,)
    table(page).selectRow(1)
    assert page.results.model.analyses == (other,)
    table(page).selectRow(2)
    assert page.results.model.analyses == ()
    assert "Nothing was analysed yet" in words(page)


def test_a_rationale_that_is_being_written_says_of_what(
    page: FilesPage, bridge: Bridge, clips: list[Path]
) -> None:
    page.add(clips[:1])
    bridge.told.emit(Writing(4.0, "First. ", str(clips[0])))
    assert "writing, up to 0:04.0…" in words(page)


def test_a_file_is_shown_by_the_labels_that_it_was_judged_by(
    page: FilesPage, bridge: Bridge, clips: list[Path]
) -> None:
    bars = page.findChild(ProbabilityBars)
    assert bars is not None
    page.add(clips[:2])
    page.apply(Settings(label_set="mafw"))
    assert bars._labels == LABEL_SETS["mafw"]
    bridge.told.emit(Explained(of(clips[0])))  # it had been begun before
    assert bars._labels == LABELS
    assert len(page.results.model.analyses) == 1
    page.apply(Settings(label_set="crema-d"))
    assert bars._labels == LABELS
    table(page).selectRow(1)
    assert bars._labels == LABEL_SETS["crema-d"]


def looks(
    page: FilesPage, bridge: Bridge, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> list[float]:
    """Two windows of a file have been told; the seconds that are looked at from then on."""
    page.add([clip])
    for start_s in (0.0, 2.0):
        bridge.told.emit(Explained(of(clip, start_s)))
    looked: list[float] = []
    monkeypatch.setattr(page.picture, "look_at", looked.append)
    return looked


def test_a_window_that_was_chosen_stays_while_the_file_goes_on(
    page: FilesPage, bridge: Bridge, clips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline, looked = page.results.timeline, looks(page, bridge, clips[0], monkeypatch)
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    assert "0:00.0 – 0:02.0" in words(page)
    looked.clear()
    bridge.told.emit(Explained(of(clips[0], 4.0)))
    assert "0:00.0 – 0:02.0" in words(page)
    assert not looked
    QTest.keyClick(timeline, Qt.Key.Key_End)
    assert "0:04.0 – 0:06.0" in words(page)
    assert looked == [5.0]


def test_a_moment_that_was_chosen_stays_while_the_file_goes_on(
    page: FilesPage, bridge: Bridge, clips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline, looked = page.results.timeline, looks(page, bridge, clips[0], monkeypatch)
    back = next(one for one in timeline.findChildren(QPushButton))
    assert back.isHidden()
    timeline.time_chosen.emit(0.5)
    assert not back.isHidden()
    bridge.told.emit(Explained(of(clips[0], 4.0)))
    assert looked == [0.5]
    back.click()
    assert looked == [0.5, 5.0]
    assert back.isHidden()


def test_a_file_longer_than_what_is_kept_live_is_shown_whole(
    page: FilesPage, bridge: Bridge, clips: list[Path]
) -> None:
    page.add(clips[:2])
    found = tuple(of(clips[0], start_s) for start_s in (0.0, LIVE_KEPT_S, 2 * LIVE_KEPT_S))
    for one in found:
        bridge.told.emit(Explained(one))
    assert page.results.model.analyses == found
    table(page).selectRow(1)
    table(page).selectRow(0)
    assert page.results.model.analyses == found


def test_a_file_can_be_cancelled(page: FilesPage, bridge: Bridge, clips: list[Path]) -> None:
    click(page, "Cancel")
    click(page, "Remove")
    page.add(clips[:2])
    table(page).selectRow(1)
    click(page, "Cancel")
    assert rows(page)[1][1] == "cancelled at 0:00"
    table(page).selectRow(0)
    click(page, "Cancel")
    assert bridge.session.orders[-1] == CancelFile()
    bridge.told.emit(Explained(of(clips[0])))
    bridge.told.emit(FileDone(clips[0], cancelled=True))
    assert rows(page)[0][1] == "cancelled at 0:02"
    assert not page.queue.busy


def test_files_of_every_kind_that_can_be_read_are_offered(
    page: FilesPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def to_read(parent: QWidget, title: str, kinds: str) -> list[Path]:
        asked.append(kinds)
        return []

    monkeypatch.setattr(page._dialogs, "to_read", to_read)
    page.ask()
    assert {f"*.{suffix}" for suffix in SUFFIXES} == set(re.findall(r"\*\.\w+", asked[0]))


def test_hours_are_shown_as_hours(
    page: FilesPage, bridge: Bridge, clips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page.queue, "_length_of", lambda _: 10_800.0)
    monkeypatch.setattr(page.queue, "left_s", lambda: 5_400.4)
    page.add(clips[:1])
    bridge.told.emit(Explained(of(clips[0], 3_670.0)))
    assert rows(page)[0][1] == "at 1:01:12 of 3:00:00"
    assert "1:30:00 left" in shown_labels(page)


def test_a_file_that_is_removed_takes_its_results_along(
    page: FilesPage, bridge: Bridge, clips: list[Path]
) -> None:
    page.add(clips)
    for path in clips:
        bridge.told.emit(Explained(of(path)))
        bridge.told.emit(FileDone(path))
    click(page, "Remove")
    assert [row[0] for row in rows(page)] == ["<b>b.mp4", "c.mp4"]
    assert page.results.model.analyses == (of(clips[1]),)
    click(page, "Remove")
    assert page.results.model.analyses == (of(clips[2]),)
    click(page, "Remove")
    assert rows(page) == []
    assert page.results.model.analyses == ()
    assert page.picture._hint.startswith("Drop recordings here")
    page.add(clips[:1])
    assert table(page).currentRow() == 0


def test_a_file_that_is_added_again_begins_anew(
    page: FilesPage, bridge: Bridge, clips: list[Path]
) -> None:
    page.add(clips[:1])
    bridge.told.emit(Writing(0.0, "First. ", str(clips[0])))
    bridge.told.emit(Explained(of(clips[0])))
    bridge.told.emit(FileDone(clips[0]))
    page.add(clips[:1])
    assert page.results.model.analyses == ()
    bridge.told.emit(Writing(0.0, "Second.", str(clips[0])))
    assert page.results._rationale.text.toPlainText() == "Second."
    again = of(clips[0])
    bridge.told.emit(Explained(again))
    bridge.told.emit(FileDone(clips[0]))
    assert page.results.model.analyses == (again,)
    assert rows(page)[0][1] == "done, windows: 1"


def test_recordings_can_be_dropped_on_any_page(open_window: OpenWindow, clips: list[Path]) -> None:
    window = open_window()
    assert not drop(window, QUrl("https://example.org/clip.mp4"))
    assert window.pages.currentWidget() is window.live
    assert drop(window, QUrl.fromLocalFile(str(clips[0])))
    assert window.pages.currentWidget() is window.files
    assert [row[0] for row in rows(window.files)] == ["a.mp4"]


@pytest.fixture
def one_chosen(clips: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is asked for files chooses the first clip."""
    monkeypatch.setattr(QFileDialog, "exec", lambda _: True)
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _: [str(clips[0])])


def test_what_was_found_in_a_file_becomes_a_session_when_that_is_asked_for(
    open_window: OpenWindow, clips: list[Path], tmp_path: Path
) -> None:
    window = open_window(baseline="none")
    go_live(window)
    window.pages.setCurrentWidget(window.files)
    window.files.add(clips[:1])
    tell, keep = window.bridge.session.tell, button(window.files, "Keep results")
    tell(Explained(of(clips[0])))
    assert not keep.isEnabled()  # more are to come
    tell(Explained(of(clips[0], 2.0)))
    tell(FileDone(clips[0]))
    window.apply(dataclasses.replace(window._settings, baseline="running"))  # for later ones
    store = window.sessions._store
    assert store.sessions() == []
    keep.click()
    (summary,) = store.sessions()
    kept = store.load(summary.id)
    assert (summary.title, summary.open) == ("a.mp4", False)
    assert [(a.start_s, a.end_s) for a in kept.analyses] == [(0.0, 2.0), (2.0, 4.0)]
    assert (kept.facts["labels"], kept.facts["baseline"]) == (",".join(LABELS), "none")
    assert kept.facts["model"] == "nano-0.3"
    assert kept.facts["analysed"] == "to its end"
    for export in EXPORTS.values():
        assert str(tmp_path) not in export.render(kept)  # its folder would name the user
    store.erase(summary.id)
    assert clips[0].exists()


@pytest.mark.parametrize("ending", ["cancelled", "failed"])
def test_what_is_kept_of_a_file_says_where_its_analysis_broke_off(
    open_window: OpenWindow, clips: list[Path], tmp_path: Path, ending: str
) -> None:
    window = open_window()
    go_live(window)
    window.files.add(clips[:1])
    broken = Failed(f"'{clips[0]}' breaks off at second 2.0.", clips[0])
    for event in (
        Explained(of(clips[0])),
        FileDone(clips[0], cancelled=True) if ending == "cancelled" else broken,
    ):
        window.bridge.session.tell(event)
    button(window.files, "Keep results").click()
    store = window.sessions._store
    kept = store.load(store.sessions()[0].id)
    length = clock(window.files.queue.item(clips[0]).length_s)
    assert kept.facts["analysed"] == f"up to 0:02 of {length}, then {ending}"
    for name in ("html", "jsonl", "webvtt", "elan"):
        assert f"then {ending}" in EXPORTS[name].render(kept)
        assert str(tmp_path) not in EXPORTS[name].render(kept)


@pytest.mark.usefixtures("one_chosen")
def test_the_menu_adds_files(open_window: OpenWindow) -> None:
    window = open_window()
    (adding,) = (one for one in window.findChildren(QAction) if one.text() == "Add files…")
    assert adding.shortcut() == QKeySequence(QKeySequence.StandardKey.Open)
    adding.trigger()
    assert window.pages.currentWidget() is window.files
    assert [row[0] for row in rows(window.files)] == ["a.mp4"]


@pytest.mark.usefixtures("one_chosen")
def test_files_can_be_chosen(page: FilesPage) -> None:
    click(page, "Add files…")
    assert [row[0] for row in rows(page)] == ["a.mp4"]


def test_what_is_done_with_a_file_needs_one_that_is_chosen(
    page: FilesPage, clips: list[Path]
) -> None:
    buttons = {one.text(): one for one in page.findChildren(QPushButton)}
    assert buttons["Add files…"].isEnabled()
    assert not buttons["Cancel"].isEnabled()
    assert not buttons["Remove"].isEnabled()
    page.add(clips[:2])
    assert buttons["Cancel"].isEnabled()
    page._table.selectRow(1)  # the first is being analysed
    buttons["Remove"].click()
    assert buttons["Remove"].isEnabled()
    page._table.setCurrentCell(-1, -1)
    assert not buttons["Remove"].isEnabled()


def test_the_picture_of_the_chosen_moment_is_shown(
    qtbot: QtBot, page: FilesPage, clips: list[Path]
) -> None:
    page.add(clips[:1])
    wait_for_picture(qtbot, page)
    assert page.picture.accessibleDescription() == ""
    first = page.picture.grab().toImage()
    middle = QPointF(page.picture.width() / 2, page.picture.height() / 2)
    assert colour_at(page.picture, middle) != QColor(0, 0, 0)
    page.results.time_chosen.emit(1.5)
    wait_for_picture(qtbot, page)
    assert page.picture.grab().toImage() != first
    assert page.results.timeline.play_head_s is None  # nothing was chosen in the timeline
    page.results.timeline.time_chosen.emit(1.5)
    assert page.results.timeline.play_head_s == 1.5  # from where keys go on
    page.results.timeline.analysis_chosen.emit(of(clips[0]))
    wait_for_picture(qtbot, page)
    assert page.picture.grab().toImage() == first


def test_the_window_goes_on_while_a_picture_is_sought_and_only_the_newest_is(
    qtbot: QtBot, page: FilesPage, clips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sought: list[float] = []
    given_up: list[float] = []
    begun, may_end = Event(), Event()

    def seek(path: Path, time_s: float, wanted: Callable[[], bool]) -> np.ndarray:
        sought.append(time_s)
        begun.set()
        assert may_end.wait(10)
        if not wanted():
            given_up.append(time_s)
        return np.full((48, 64, 3), round(time_s), np.uint8)

    monkeypatch.setattr("desktop.view.picture_seeker.picture_at", seek)
    page.add(clips[:1])
    assert begun.wait(10)
    for time_s in (10.0, 20.0, 30.0):
        page.results.time_chosen.emit(time_s)
    may_end.set()
    wait_for_picture(qtbot, page)
    assert (sought, given_up) == ([0.0, 30.0], [0.0])
    middle = QPointF(page.picture.width() / 2, page.picture.height() / 2)
    assert colour_at(page.picture, middle) == QColor(30, 30, 30)


def test_the_picture_of_another_file_is_not_taken_for_that_of_the_chosen_one(
    qtbot: QtBot, page: FilesPage, clips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    page.add(clips[:2])
    wait_for_picture(qtbot, page)
    may_end = Event()
    monkeypatch.setattr(
        "desktop.view.picture_seeker.picture_at", lambda *_: may_end.wait(10) and None
    )
    table(page).selectRow(1)
    middle = QPointF(page.picture.width() / 2, page.picture.height() / 2)
    assert colour_at(page.picture, middle) == QColor(0, 0, 0)
    may_end.set()
    wait_for_picture(qtbot, page)
    assert page.picture._hint == "<b>b.mp4 has no picture here."


def test_a_file_without_a_picture_says_so(qtbot: QtBot, page: FilesPage, tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no film")
    page.add([text])
    wait_for_picture(qtbot, page)
    assert page.picture._hint == "notes.mp4 has no picture here."
    assert page.picture.accessibleDescription() == page.picture._hint
    assert page.picture.accessibleName() == "Picture of the recording"
    assert rows(page)[0][1] == "at 0:00"


def test_a_fault_with_a_very_long_name_does_not_widen_the_page(
    page: FilesPage, bridge: Bridge, tmp_path: Path
) -> None:
    path = tmp_path / f"{'n' * 240}.mp4"
    path.write_text("no film")
    page.add([path])
    bridge.told.emit(Failed(f"{path} is no recording.", path))
    assert page._fault.minimumSizeHint().width() < 400


def test_no_film_is_sought_through_while_another_page_is_looked_at(
    qtbot: QtBot,
    page: FilesPage,
    bridge: Bridge,
    clips: list[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sought: list[float] = []
    monkeypatch.setattr(
        "desktop.view.picture_seeker.picture_at", lambda _, time_s, __: sought.append(time_s)
    )
    page.add(clips[:1])
    wait_for_picture(qtbot, page)
    page.hide()
    sought.clear()
    bridge.told.emit(Explained(of(clips[0], 2.0)))
    assert page.picture._sought is None
    page.show()
    wait_for_picture(qtbot, page)
    assert sought == [3.0]


def test_length_and_picture_of_a_file(tmp_path: Path) -> None:
    assert length_of(SAMPLE) == pytest.approx(5.0, abs=0.5)
    assert length_of(tmp_path / "missing.mp4") == 0.0
    picture = picture_at(SAMPLE, 0.0)
    assert picture is not None
    assert picture.dtype == np.uint8
    assert picture_at(tmp_path / "missing.mp4", 0.0) is None


def test_a_claim_of_the_voice_is_heard(
    page: FilesPage, clips: list[Path], played: list[Samples]
) -> None:
    page.add(clips[:1])
    face, voice = analysis().claims
    page.results.claim_chosen.emit(face)
    assert not played
    page.results.claim_chosen.emit(voice)
    (samples,) = played
    assert len(samples) == SAMPLE_RATE_HZ
    assert np.abs(samples).max() > 0.01
