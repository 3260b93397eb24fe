"""Recorded sessions: listed, looked at, renamed, exported, erased."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QInputDialog,
    QMenu,
    QMessageBox,
    QPushButton,
    QScrollArea,
)
from pytestqt.qtbot import QtBot

from desktop.capture.portaudio import Samples
from desktop.sessions import SessionStore
from desktop.sessions.export import EXPORTS
from desktop.settings import Settings
from desktop.view.timeline import LIVE_KEPT_S
from desktop.window.banner import Banners
from desktop.window.file_dialogs import FileDialogs
from desktop.window.playback import Playback
from desktop.window.probability_bars import ProbabilityBars
from desktop.window.sessions_page import SessionsPage
from model.errors import StoreError
from model.labels import LABEL_SETS
from tests.desktop.sessions.examples import window as result
from tests.desktop.window.live_window import words

SAMPLE = Path(__file__).parents[2] / "samples" / "happy.mp4"
STARTED = datetime(2026, 3, 4, 15, 16, tzinfo=UTC)
YES, NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No


def record(store: SessionStore, title: str, *starts_s: float, **options: object) -> int:
    with store.begin(title, {"model": "<i>nano</i>"}, STARTED) as recording:
        for start_s in starts_s:
            recording.add(result(start_s, **options))
        recording.mark(1.0, "laughs")
        recording.exclude(0.0, 2.0, "cough")
    return recording.id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SessionStore]:
    with SessionStore(tmp_path / "sessions.sqlite3") as opened:
        yield opened


class Shown:
    """A page over a store."""

    def __init__(self, store: SessionStore, own_folder: Path) -> None:
        self.banners = Banners()
        dialogs, playback = FileDialogs("", own_folder), Playback(self.banners)
        self.page = SessionsPage(store, Settings(), self.banners, playback, dialogs)
        self.page.resize(1300, 800)

    @property
    def titles(self) -> list[str]:
        table = self.page.table
        return [table.item(row, 0).text() for row in range(table.rowCount())]

    @property
    def facts(self) -> str:
        return self.page._facts.text().replace("\u200b", "")

    def click(self, text: str) -> None:
        next(one for one in self.page.findChildren(QPushButton) if one.text() == text).click()


@pytest.fixture
def shown(qtbot: QtBot, store: SessionStore, tmp_path: Path) -> Shown:
    shown = Shown(store, tmp_path)
    qtbot.addWidget(shown.page)
    qtbot.addWidget(shown.banners)
    return shown


def test_sessions_are_listed_newest_first(shown: Shown, store: SessionStore) -> None:
    record(store, "First", 0.0, 5.0)
    cut = store.begin("Second", {}, STARTED)
    shown.page.show()
    assert shown.titles == ["Second", "First"]
    assert shown.page.table.item(1, 2).text() == "0:10, windows: 2"
    assert shown.page.table.item(1, 1).text() == STARTED.astimezone().strftime("%Y-%m-%d %H:%M")
    cut._presence.give_up()
    cut._presence = None
    shown.page.refresh()
    assert shown.titles == ["Second (cut short)", "First"]


def test_the_selected_session_is_shown(shown: Shown, store: SessionStore) -> None:
    record(store, "First", 0.0, 5.0)
    shown.page.show()
    assert shown.facts == "Choose a session."
    shown.page.table.selectRow(0)
    model = shown.page.results.model
    assert [one.start_s for one in model.analyses] == [0.0, 5.0]
    assert [(one.at_s, one.text) for one in model.markers] == [(1.0, "laughs")]
    assert model.exclusions == ((0.0, 2.0),)


def test_a_session_longer_than_what_is_kept_live_is_shown_whole(
    shown: Shown, store: SessionStore
) -> None:
    starts = [5.0, LIVE_KEPT_S, 2 * LIVE_KEPT_S]
    record(store, "Long", *starts)
    shown.page.show()
    shown.page.table.selectRow(0)
    model = shown.page.results.model
    assert [one.start_s for one in model.analyses] == starts
    assert (len(model.markers), len(model.exclusions)) == (1, 1)
    assert "1:00:00.0 – 1:00:05.0" in words(shown.page.results)


def test_titles_and_facts_are_no_markup(shown: Shown, store: SessionStore) -> None:
    record(store, "<img src=x> & co", 0.0)
    shown.page.show()
    shown.page.table.selectRow(0)
    assert shown.titles == ["<img src=x> & co"]
    assert "&lt;img src=x&gt; &amp; co" in shown.facts
    assert "&lt;i&gt;nano&lt;/i&gt;" in shown.facts


def test_a_session_of_other_labels_has_its_own_bars(
    qtbot: QtBot, shown: Shown, store: SessionStore
) -> None:
    record(store, "Plain", 0.0)
    record(store, "Eleven", 0.0, labels=LABEL_SETS["mafw"], emotion="contempt")
    shown.page.show()
    bars = shown.page.findChild(ProbabilityBars)
    assert bars is not None
    for row, label_set in ((0, "mafw"), (1, "dfew")):
        shown.page.table.selectRow(row)
        assert set(bars._labels) == set(LABEL_SETS[label_set])
        shown.page.grab()


def test_what_is_shown_stays_selected_when_the_list_changes(
    shown: Shown, store: SessionStore
) -> None:
    first = record(store, "First", 0.0)
    shown.page.show()
    shown.page.table.selectRow(0)
    record(store, "Second", 5.0)
    shown.page.refresh()
    assert shown.titles == ["Second", "First"]
    assert shown.page.selected() == first
    assert "First" in shown.facts


def test_a_session_is_renamed(
    shown: Shown, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, "First", 0.0)
    shown.page.show()
    offered: list[object] = []

    def answer(*_: object, text: str) -> tuple[str, bool]:
        offered.append(text)
        return "  Anew ", True

    monkeypatch.setattr(QInputDialog, "getText", answer)
    shown.click("Rename…")
    assert shown.titles == ["First"]
    shown.page.table.selectRow(0)
    shown.click("Rename…")
    assert shown.titles == ["Anew"]
    assert "Anew" in shown.facts
    assert offered == ["First"]
    for answered in (("   ", True), ("Other", False)):
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, answer=answered, **__: answer)
        shown.click("Rename…")
        assert shown.titles == ["Anew"]


@pytest.mark.parametrize("name", EXPORTS)
def test_every_format_is_written(
    shown: Shown, store: SessionStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    record(store, "First", 0.0, 5.0)
    shown.page.show()
    export, target = EXPORTS[name], tmp_path / f"out{EXPORTS[name].suffix}"
    asked: list[QFileDialog] = []
    monkeypatch.setattr(QFileDialog, "exec", lambda dialog: not asked.append(dialog))
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _: [str(target)])
    menu = shown.page.findChild(QMenu)
    (action,) = [one for one in menu.actions() if one.text() == export.label]
    action.trigger()
    assert not target.exists()
    shown.page.table.selectRow(0)
    action.trigger()
    assert target.read_bytes() == export.render(store.load(1)).encode()
    assert f".{asked[-1].defaultSuffix()}" == export.suffix
    assert shown.banners.sentences == (f"Written: {target}",)


@pytest.fixture
def filmed(shown: Shown, store: SessionStore, tmp_path: Path) -> Shown:
    """Two sessions, of which the one at the top was recorded with picture and sound."""
    record(store, "Without", 0.0)
    shutil.copyfile(SAMPLE, tmp_path / "film.mp4")
    with store.begin("With", {}, STARTED) as recording:
        recording.add(result(0.0, 2.0))
        recording.add(result(2.0, 4.0))
        recording.keep_media(tmp_path / "film.mp4")
    shown.page.show()
    shown.page.table.selectRow(0)
    return shown


def picture(qtbot: QtBot, page: SessionsPage) -> QImage:
    """What the film shows once it is found; pictures are sought in another thread."""
    qtbot.waitUntil(lambda: page.film._sought is None)
    assert page.film.accessibleDescription() == ""
    return page.film.grab().toImage()


def test_the_film_of_a_session_is_shown_at_the_chosen_moment(
    qtbot: QtBot, filmed: Shown, played: list[Samples]
) -> None:
    page = filmed.page
    last = picture(qtbot, page)
    page.results.timeline.time_chosen.emit(0.5)
    assert picture(qtbot, page) != last
    page.results.timeline.followed.emit()
    assert picture(qtbot, page) == last
    voice = next(one for one in result(0.0, 2.0).claims if one.modality == "voice")
    page.results.claim_chosen.emit(voice)
    (samples,) = played
    assert np.abs(samples).max() > 0.01


def test_without_a_film_the_moment_of_a_claim_is_marked(
    filmed: Shown, played: list[Samples]
) -> None:
    page = filmed.page
    assert page.film.isVisible()
    page.table.selectRow(1)
    assert not page.film.isVisible()
    face, voice = (
        next(one for one in result(0.0).claims if one.modality == modality)
        for modality in ("face", "voice")
    )
    for claim in (face, voice):
        page.results.claim_chosen.emit(claim)
        assert page.results.timeline.play_head_s == (claim.start_s + claim.end_s) / 2
    assert not played
    assert filmed.banners.sentences == ("The sound of that moment is not kept any more.",)


def test_a_session_is_erased_with_the_film_that_is_looked_at(
    qtbot: QtBot, filmed: Shown, tmp_path: Path
) -> None:
    picture(qtbot, filmed.page)
    filmed.page.results.timeline.time_chosen.emit(1.5)  # it is being read
    filmed.page.erase(filmed.page.selected())
    assert not (tmp_path / "film.mp4").exists()
    assert not filmed.page.film.isVisible()


def test_a_film_that_was_moved_is_told(shown: Shown, store: SessionStore, tmp_path: Path) -> None:
    film = tmp_path / "<b>.mkv"
    with store.begin("First", {"media": "kept"}, STARTED) as recording:
        recording.keep_media(film)
    shown.page.show()
    shown.page.table.selectRow(0)
    assert "not there any more" in shown.facts
    film.touch()
    shown.page.refresh()
    assert "not there any more" not in shown.facts
    assert "&lt;b&gt;.mkv" in shown.facts


def test_facts_are_read_without_scrolling_sideways(shown: Shown, store: SessionStore) -> None:
    facts = {"providers": "CPUExecutionProvider", "sha256 decoder_long.onnx.data": "0f" * 32}
    with store.begin("First", facts, STARTED):
        pass
    shown.page.resize(1000, 640)
    shown.page.show()
    shown.page.table.selectRow(0)
    (area,) = (
        one for one in shown.page.findChildren(QScrollArea) if one.widget() is shown.page._facts
    )
    QApplication.processEvents()
    assert area.horizontalScrollBar().maximum() == 0


def test_hashes_come_after_what_is_looked_for(shown: Shown, store: SessionStore) -> None:
    with store.begin("First", {"sha256 norms.json": "00", "baseline": "none"}, STARTED):
        pass
    shown.page.show()
    shown.page.table.selectRow(0)
    assert shown.facts.index("baseline") < shown.facts.index("sha256")


def test_a_long_title_can_be_read(shown: Shown, store: SessionStore) -> None:
    title = "An interview & its <b>interviewer</b>, who asked a great deal"
    record(store, title, 0.0)
    shown.page.show()
    assert shown.page.table.item(0, 0).toolTip() == f"<qt>{escape(title)}</qt>"
    assert shown.page.table.columnWidth(0) > shown.page.table.columnWidth(1)


def test_a_name_as_long_as_a_folder_takes_can_be_written(
    shown: Shown, store: SessionStore, tmp_path: Path
) -> None:
    target = tmp_path / ("n" * 251 + ".csv")
    shown.page.export(record(store, "First", 0.0), EXPORTS["csv"], target)
    assert target.exists()


def test_what_cannot_be_exported_is_told(shown: Shown, store: SessionStore, tmp_path: Path) -> None:
    number = record(store, "First", 0.0)
    shown.page.export(number, EXPORTS["csv"], tmp_path / "missing" / "out.csv")
    (sentence,) = shown.banners.sentences
    assert "out.csv cannot be written" in sentence


def test_one_session_is_erased(
    shown: Shown, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, "First", 0.0)
    record(store, "Second", 0.0, 5.0)
    shown.page.show()
    answers = [NO, YES]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    shown.click("Erase…")
    assert len(answers) == 2  # nothing was selected
    shown.page.table.selectRow(0)
    shown.click("Erase…")
    assert shown.titles == ["Second", "First"]
    shown.click("Erase…")
    assert shown.titles == ["First"]
    assert shown.banners.sentences[0].startswith("1 session with 2 windows and no media files was")
    assert shown.page.selected() is None
    assert shown.facts == "Choose a session."
    assert shown.page.results.model.analyses == ()


def test_enter_alone_erases_nothing(
    shown: Shown, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, "First", 0.0)
    shown.page.show()
    monkeypatch.setattr(QMessageBox, "question", lambda *given: given[-1])
    shown.click("Erase all…")
    assert shown.titles == ["First"]


def test_all_sessions_are_erased(
    shown: Shown, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, "First", 0.0)
    record(store, "Second", 0.0)
    shown.page.show()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: YES)
    shown.click("Erase all…")
    assert shown.titles == []
    assert shown.banners.sentences[0].startswith("2 sessions with 2 windows")
    shown.click("Erase all…")
    assert shown.banners.sentences == ("Nothing was erased: no session was kept.",)


def test_a_session_that_is_being_recorded_is_not_erased(shown: Shown, store: SessionStore) -> None:
    with store.begin("Now", {}, STARTED) as recording:
        shown.page.show()
        shown.page.erase(recording.id)
        assert "still being recorded" in shown.banners.sentences[0]
        assert shown.titles == ["Now"]


def test_a_session_that_another_program_erased_is_told(shown: Shown, store: SessionStore) -> None:
    number = record(store, "First", 0.0)
    shown.page.show()
    store.erase(number)
    shown.page.table.selectRow(0)
    assert "no session" in shown.banners.sentences[0]
    assert shown.facts == "Choose a session."


def test_a_store_that_cannot_be_read_is_told(
    shown: Shown, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, "First", 0.0)

    def broken(*_: object) -> None:
        raise StoreError("The store is damaged.")

    monkeypatch.setattr(SessionStore, "sessions", broken)
    shown.page.show()
    assert shown.banners.sentences == ("The store is damaged.",)


def press(shown: Shown, key: Qt.Key) -> None:
    QTest.keyClick(shown.page.results.timeline, key)


def test_markers_and_exclusions_are_set_and_cleared_after_the_end(
    shown: Shown, store: SessionStore
) -> None:
    number = record(store, "Old", 0.0, 5.0)
    shown.page.show()
    shown.page.table.selectRow(0)
    timeline = shown.page.results.timeline
    timeline.time_chosen.emit(4.0)
    press(shown, Qt.Key.Key_M)
    assert [(m.at_s, m.text) for m in store.load(number).markers] == [(1.0, "laughs"), (4.0, "")]
    timeline.time_chosen.emit(1.2)
    press(shown, Qt.Key.Key_M)
    assert [m.at_s for m in store.load(number).markers] == [4.0]
    timeline.choose(timeline.model.analyses[-1])
    end = timeline.model.analyses[-1]
    press(shown, Qt.Key.Key_X)
    spans = [(e.start_s, e.end_s, e.reason) for e in store.load(number).exclusions]
    assert spans == [(0.0, 2.0, "cough"), (end.start_s, end.end_s, "")]
    press(shown, Qt.Key.Key_X)
    assert [e.reason for e in store.load(number).exclusions] == ["cough"]
    shown.page.refresh()
    assert [m.at_s for m in timeline.model.markers] == [4.0]


def test_markers_where_nobody_was_judged_are_in_view_and_can_be_cleared(
    shown: Shown, store: SessionStore
) -> None:
    with store.begin("Left early", {}, STARTED) as recording:
        recording.mark(2.0, "comes in")
        recording.add(result(20.0))
        recording.mark(50.0, "leaves")
    with store.begin("Nobody came", {}, STARTED) as empty:
        empty.mark(3.0, "waited in vain")
    shown.page.show()
    timeline = shown.page.results.timeline
    for row, moments in ((1, [2.0, 50.0]), (0, [3.0])):
        shown.page.table.selectRow(row)
        start_s, end_s = timeline.model.view
        assert all(start_s <= at_s <= end_s for at_s in moments)
        assert (timeline.model.first_s, timeline.model.now_s) == (moments[0], moments[-1])
    timeline.time_chosen.emit(3.0)
    press(shown, Qt.Key.Key_M)
    assert store.load(empty.id).markers == ()


def test_a_marker_is_given_words_and_other_ones(
    shown: Shown, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = record(store, "Old", 0.0, 5.0)
    shown.page.show()
    shown.page.table.selectRow(0)
    timeline = shown.page.results.timeline
    asked: list[str] = []

    def type_in(at_s: float, answer: tuple[str, bool]) -> list[tuple[float, str]]:
        def given(*_: object, text: str) -> tuple[str, bool]:
            asked.append(text)
            return answer

        monkeypatch.setattr(QInputDialog, "getText", given)
        timeline.time_chosen.emit(at_s)
        press(shown, Qt.Key.Key_N)
        kept = [(m.at_s, m.text) for m in store.load(number).markers]
        assert [(m.at_s, m.text) for m in timeline.model.markers] == kept
        return kept

    assert type_in(4.0, (" looks away ", True)) == [(1.0, "laughs"), (4.0, "looks away")]
    assert type_in(1.1, ("laughs aloud", True)) == [(1.0, "laughs aloud"), (4.0, "looks away")]
    assert type_in(4.0, ("nods", False)) == [(1.0, "laughs aloud"), (4.0, "looks away")]
    assert asked == ["", "laughs", "looks away"]


def test_what_is_done_with_a_session_needs_one_that_is_chosen(
    shown: Shown, store: SessionStore
) -> None:
    record(store, "Only", 0.0)
    shown.page.show()
    buttons = {one.text(): one for one in shown.page.findChildren(QPushButton)}
    words = ("Rename…", "Erase…", "Export")
    assert not any(buttons[word].isEnabled() for word in words)
    assert buttons["Erase all…"].isEnabled()
    shown.page.table.selectRow(0)
    assert all(buttons[word].isEnabled() for word in words)
    shown.page.erase(None)
    assert not any(buttons[word].isEnabled() for word in words)


def test_the_moment_of_one_session_is_not_that_of_another(
    shown: Shown, store: SessionStore
) -> None:
    for title in ("Old", "New"):
        record(store, title, 0.0, 5.0)
    shown.page.show()
    shown.page.table.selectRow(0)
    shown.page.results.timeline.time_chosen.emit(4.0)
    assert shown.page.results.timeline.play_head_s == 4.0
    shown.page.table.selectRow(1)
    assert shown.page.results.timeline.play_head_s is None


def test_notes_that_cannot_be_kept_are_told(shown: Shown, store: SessionStore) -> None:
    number = record(store, "Gone", 0.0)
    shown.page.show()
    shown.page.table.selectRow(0)
    store.erase(number)
    press(shown, Qt.Key.Key_M)
    assert "no session" in shown.banners.sentences[0]
