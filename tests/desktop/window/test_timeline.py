from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.palette import EMOTION_COLOURS
from desktop.window import timeline_canvas
from desktop.window.cue_words import cue_name
from desktop.window.theme import window_palette
from desktop.window.timeline import Timeline
from desktop.window.timeline_layout import GAP
from model.analysis import Analysis
from tests.desktop.scene import LABELS, analysis, cue, glimpse
from tests.desktop.window.pixels import colour_at


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    """Six windows of five seconds, all in view."""
    shown = Timeline(LABELS)
    qtbot.addWidget(shown)
    shown.resize(800, 320)
    for number in range(6):
        cues = (cue("pitch", float(number)),)
        shown.add_analysis(analysis(number * 5.0, number * 5.0 + 5.0, cues=cues))
    return shown


def press(qtbot: QtBot, timeline: Timeline, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(timeline, key)


def turn(timeline: Timeline, steps: int, modifier: Qt.KeyboardModifier) -> None:
    at = timeline.place(10.0)
    event = QWheelEvent(
        at, QPointF(timeline.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(timeline, event)


def test_probabilities_are_stacked_from_below(timeline: Timeline) -> None:
    plot, x = timeline.layout_now().plot, timeline.place(12.5).x()
    for share, label in ((0.05, "angry"), (0.45, "happy"), (0.9, "sad")):
        point = QPointF(x, plot.bottom() - share * plot.height())
        assert colour_at(timeline, point) == QColor(EMOTION_COLOURS[label])


def test_where_nothing_was_found_nothing_is_painted(timeline: Timeline) -> None:
    plot = timeline.layout_now().plot
    free = QPointF(timeline.place(45.0).x(), plot.bottom() - 0.45 * plot.height())
    assert colour_at(timeline, free) != QColor(EMOTION_COLOURS["happy"])


def test_a_click_on_a_window_chooses_it(qtbot: QtBot, timeline: Timeline) -> None:
    at = timeline.place(12.5).toPoint()
    with qtbot.waitSignal(timeline.analysis_chosen) as chosen:
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == [timeline.model.analyses[2]]
    assert timeline.model.selected is timeline.model.analyses[2]
    assert "Happy 70 %" in timeline.accessibleDescription()


def test_a_click_elsewhere_chooses_a_moment(qtbot: QtBot, timeline: Timeline) -> None:
    layout = timeline.layout_now()
    at = QPoint(round(layout.x(12.5)), round(layout.plot.center().y()))
    with qtbot.waitSignal(timeline.time_chosen) as chosen:
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args is not None
    assert chosen.args[0] == pytest.approx(12.5, abs=0.1)
    assert timeline.model.selected is None


def test_arrows_go_from_window_to_window(qtbot: QtBot, timeline: Timeline) -> None:
    found: list[Analysis] = []
    timeline.analysis_chosen.connect(found.append)
    press(qtbot, timeline, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right)
    windows = timeline.model.analyses
    assert found == [windows[5], windows[4], windows[5]]


def test_arrows_begin_where_one_looks(qtbot: QtBot, timeline: Timeline) -> None:
    found: list[Analysis] = []
    timeline.analysis_chosen.connect(found.append)
    windows = timeline.model.analyses
    timeline.set_play_head(12.5)
    press(qtbot, timeline, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert found == [windows[2], windows[3]]
    press(qtbot, timeline, Qt.Key.Key_End, *[Qt.Key.Key_Plus] * 6)
    timeline.model.scroll_to(18.0)
    press(qtbot, timeline, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert found[2:] == [windows[3], windows[2]]


@pytest.mark.parametrize("font_pt", [9, 16])
def test_the_last_moment_of_hours_is_told_in_full(qtbot: QtBot, font_pt: int) -> None:
    shown = Timeline(LABELS)
    qtbot.addWidget(shown)
    shown.resize(800, 400)
    font = shown.font()
    font.setPointSize(font_pt)
    shown.setFont(font)
    shown.add_analysis(analysis(10_740.0, 10_800.0))
    axis, edge = shown.layout_now().axis, shown.layout_now().plot.right()
    picture = shown.grab().toImage()
    blank = picture.pixelColor(picture.width() - 1, picture.height() - 1)
    rows = range(round(axis.top()) + 4, min(round(axis.bottom()), picture.height()))
    beyond = range(round(edge) + 1, picture.width())
    assert all(picture.pixelColor(x, y) == blank for y in rows for x in beyond)


def test_keys_zoom(qtbot: QtBot, timeline: Timeline) -> None:
    def span_s() -> float:
        start_s, end_s = timeline.model.view
        return end_s - start_s

    before_s = span_s()
    press(qtbot, timeline, Qt.Key.Key_Plus, Qt.Key.Key_Equal)
    assert span_s() == pytest.approx(before_s / 2.25)
    press(qtbot, timeline, Qt.Key.Key_Minus)
    assert span_s() == pytest.approx(before_s / 1.5)


def test_m_wants_a_marker_at_the_play_head_or_now(qtbot: QtBot, timeline: Timeline) -> None:
    found: list[float] = []
    timeline.marker_wanted.connect(found.append)
    press(qtbot, timeline, Qt.Key.Key_M)
    timeline.set_play_head(7.5)
    press(qtbot, timeline, Qt.Key.Key_M)
    assert found == [30.0, 7.5]


def test_ctrl_and_arrows_choose_moments(qtbot: QtBot, timeline: Timeline) -> None:
    found: list[float] = []
    timeline.time_chosen.connect(found.append)
    timeline.time_chosen.connect(timeline.set_play_head)
    control = Qt.KeyboardModifier.ControlModifier
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right):
        qtbot.keyClick(timeline, key, control)
    now_s, span_s = 30.0, timeline.model.view[1] - timeline.model.view[0]
    step_s = now_s - found[0]
    assert 0 < step_s < span_s / 10
    assert found == pytest.approx([now_s - step_s, now_s - 2 * step_s, now_s - step_s])
    assert timeline.model.selected is None
    for _ in range(100):
        qtbot.keyClick(timeline, Qt.Key.Key_Left, control)
    assert found[-1] == timeline.model.first_s
    press(qtbot, timeline, Qt.Key.Key_End)
    assert timeline.play_head_s is None


def test_a_moment_that_keys_choose_comes_into_view(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.time_chosen.connect(timeline.set_play_head)
    press(qtbot, timeline, *[Qt.Key.Key_Plus] * 6)
    for _ in range(100):
        qtbot.keyClick(timeline, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
        start_s, end_s = timeline.model.view
        assert timeline.play_head_s is not None
        assert start_s <= timeline.play_head_s <= end_s


def test_the_ring_of_the_focus_covers_neither_words_nor_tracks(timeline: Timeline) -> None:
    layout = timeline.layout_now()
    names = timeline.model.varying_cues(4)
    widest = max(timeline.fontMetrics().horizontalAdvance(cue_name(name)) for name in names)
    assert layout.plot.left() - widest - GAP >= 3
    assert layout.legend[0].left() >= 3
    assert layout.plot.right() <= timeline.width() - 3


def test_where_there_is_no_time_there_is_no_moment(qtbot: QtBot) -> None:
    empty = Timeline(LABELS)
    qtbot.addWidget(empty)
    wanted: list[float] = []
    empty.marker_wanted.connect(wanted.append)
    empty.time_chosen.connect(wanted.append)
    press(qtbot, empty, Qt.Key.Key_M)
    qtbot.keyClick(empty, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert not wanted


def test_page_up_and_page_down_scroll(qtbot: QtBot, timeline: Timeline) -> None:
    press(qtbot, timeline, *[Qt.Key.Key_Plus] * 6)
    before_s = timeline.model.view[0]
    press(qtbot, timeline, Qt.Key.Key_PageUp)
    assert timeline.model.view[0] < before_s
    press(qtbot, timeline, Qt.Key.Key_PageDown)
    assert timeline.model.view[0] == pytest.approx(before_s)


def test_keys_with_ctrl_neither_mark_nor_exclude(qtbot: QtBot, timeline: Timeline) -> None:
    wanted: list[object] = []
    timeline.marker_wanted.connect(wanted.append)
    timeline.exclude_wanted.connect(lambda *span: wanted.append(span))
    timeline.choose(timeline.model.analyses[1])
    for key in (Qt.Key.Key_M, Qt.Key.Key_X):
        qtbot.keyClick(timeline, key, Qt.KeyboardModifier.ControlModifier)
    assert not wanted


def test_x_wants_the_chosen_window_excluded(qtbot: QtBot, timeline: Timeline) -> None:
    found: list[tuple[float, float]] = []
    timeline.exclude_wanted.connect(lambda start_s, end_s: found.append((start_s, end_s)))
    press(qtbot, timeline, Qt.Key.Key_X)
    timeline.choose(timeline.model.analyses[1])
    press(qtbot, timeline, Qt.Key.Key_X)
    assert found == [(5.0, 10.0)]


def test_other_keys_are_left_to_the_window(qtbot: QtBot, timeline: Timeline) -> None:
    before = timeline.model.version
    press(qtbot, timeline, Qt.Key.Key_F1)
    assert timeline.model.version == before


def test_scrolling_back_stays_there_until_back_to_now(qtbot: QtBot, timeline: Timeline) -> None:
    button = timeline.findChild(QPushButton)
    assert button is not None
    press(qtbot, timeline, *[Qt.Key.Key_Plus] * 4)
    assert button.isHidden()
    turn(timeline, 3, Qt.KeyboardModifier.NoModifier)
    assert not timeline.model.follows
    assert not button.isHidden()
    view = timeline.model.view
    timeline.add_glimpse(glimpse(31.0))
    assert timeline.model.view == view
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert timeline.model.follows
    assert button.isHidden()


def test_the_wheel_zooms_about_the_mouse_with_ctrl(qtbot: QtBot, timeline: Timeline) -> None:
    press(qtbot, timeline, *[Qt.Key.Key_Plus] * 4)
    timeline.model.scroll_to(17.0)
    x = timeline.place(10.0).x()
    turn(timeline, 1, Qt.KeyboardModifier.ControlModifier)
    assert timeline.place(10.0).x() == pytest.approx(x, abs=1.0)


def test_dragging_moves_time_and_chooses_nothing(qtbot: QtBot, timeline: Timeline) -> None:
    press(qtbot, timeline, *[Qt.Key.Key_Plus] * 4)
    left = Qt.MouseButton.LeftButton
    start_s = timeline.model.view[0]
    with qtbot.assertNotEmitted(timeline.time_chosen):
        qtbot.mousePress(timeline, left, pos=QPoint(300, 60))
        qtbot.mouseMove(timeline, QPoint(400, 60))
        qtbot.mouseRelease(timeline, left, pos=QPoint(400, 60))
    assert timeline.model.view[0] < start_s


def test_a_play_head_does_not_paint_the_tracks_anew(
    timeline: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    paint = timeline_canvas.TimelinePainter.paint

    def counted(*args: object) -> None:
        painted.append(1)
        paint(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(timeline_canvas.TimelinePainter, "paint", counted)
    timeline.grab()
    painted.clear()
    for step in range(10):
        timeline.set_play_head(10.0 + step / 30)
        timeline.grab()
    assert painted == []
    timeline.add_glimpse(glimpse(31.0))
    timeline.setPalette(window_palette(dark=True))
    timeline.grab()
    assert painted == [1]


def test_excluded_ranges_are_veiled_and_can_be_taken_back(timeline: Timeline) -> None:
    plot = timeline.layout_now().plot
    points = [QPointF(timeline.place(12.0).x() + d, plot.center().y()) for d in range(9)]
    before = [colour_at(timeline, point).name() for point in points]
    timeline.exclude(10.0, 15.0)
    assert [colour_at(timeline, point).name() for point in points] != before
    timeline.include(10.0, 15.0)
    assert [colour_at(timeline, point).name() for point in points] == before


def test_markers_fly_a_flag(timeline: Timeline) -> None:
    timeline.add_marker(12.0, "Question 2")
    flags = timeline.layout_now().flags
    at = QPointF(timeline.place(12.0).x() + 2.5, flags.top() + 6.5)
    assert colour_at(timeline, at) == timeline.palette().windowText().color()


def test_other_labels_and_clearing(timeline: Timeline) -> None:
    timeline.set_labels(("happy", "sad"))
    timeline.grab()
    timeline.advance(40.0)
    assert timeline.model.now_s == 40.0
    timeline.clear()
    timeline.grab()
    assert timeline.model.analyses == ()
