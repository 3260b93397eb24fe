from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.view.timeline import SHORTEST_VIEW_S, TimelineModel
from tests.desktop.scene import analysis, cue, glimpse

ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["glimpse", "analysis", "scroll", "zoom", "follow", "next", "mark"]),
        st.floats(-50.0, 200.0),
    ),
    max_size=40,
)


def windows(model: TimelineModel, count: int, length_s: float = 5.0) -> None:
    for number in range(count):
        model.add_analysis(analysis(number * length_s, (number + 1) * length_s))


def act(model: TimelineModel, name: str, number: float) -> None:
    moment_s = abs(number)
    match name:
        case "glimpse":
            model.add_glimpse(glimpse(moment_s))
        case "analysis":
            model.add_analysis(analysis(moment_s, moment_s + 5.0))
        case "scroll":
            model.scroll(number)
        case "zoom":
            model.zoom(2.0 ** (number / 50.0))
        case "follow":
            model.follow()
        case "next":
            model.select_next(-1 if number < 0 else 1)
        case _:
            model.add_marker(moment_s, "mark")


@given(ACTIONS)
def test_whatever_is_done_time_stays_in_order_and_in_bounds(
    actions: list[tuple[str, float]],
) -> None:
    model = TimelineModel(kept_s=60.0, span_s=20.0)
    for name, number in actions:
        before = model.version
        act(model, name, number)
        start_s, end_s = model.view
        assert SHORTEST_VIEW_S <= end_s - start_s + 1e-9 <= 60.0 + 1e-6
        assert start_s >= model.first_s - 1e-9
        ends = [point.end_s for point in model.points]
        assert ends == sorted(ends)
        assert all(end_s >= model.now_s - 60.0 for end_s in ends)
        assert model.selected is None or model.selected in model.analyses
        assert model.version > before or name == "next"
        at_s = model.first_s
        for from_s, to_s, _ in model.columns(model.first_s, model.now_s):
            assert at_s - 60.0 <= from_s <= to_s
            at_s = to_s


def test_only_the_last_minutes_are_kept() -> None:
    model = TimelineModel(kept_s=20.0)
    model.add_marker(1.0, "early")
    model.exclude(0.0, 2.0)
    windows(model, 2)
    model.select(model.analyses[0])
    model.add_glimpse(glimpse(40.0))
    assert (model.markers, model.exclusions, model.analyses) == ((), (), ())
    assert model.selected is None
    assert [point.end_s for point in model.points] == [40.0]


def test_a_recording_is_kept_and_can_be_seen_from_end_to_end() -> None:
    model = TimelineModel(kept_s=math.inf, span_s=20.0)
    model.add_marker(1.0, "early")
    windows(model, 1000)
    assert len(model.analyses) == len(model.points) == 1000
    assert [marker.at_s for marker in model.markers] == [1.0]
    for _ in range(30):
        model.zoom(1.5)
    assert model.view == (0.0, 5000.0)


def test_nothing_is_zoomed_out_beyond_what_there_is() -> None:
    model = TimelineModel(span_s=20.0)
    model.zoom(1.5)
    assert model.view == (0.0, 20.0)
    windows(model, 6)
    model.zoom(2.0)
    assert model.view == (0.0, 30.0)


def test_results_that_come_late_are_put_in_their_place() -> None:
    model = TimelineModel()
    for end_s in (4.0, 5.4, 5.8):
        model.add_glimpse(glimpse(end_s))
    model.add_analysis(analysis(0.0, 5.0))
    assert [point.end_s for point in model.points] == [4.0, 5.0, 5.4, 5.8]


def test_a_window_that_is_analysed_again_replaces_the_earlier_one() -> None:
    model = TimelineModel()
    model.add_analysis(analysis(0.0, 5.0))
    model.select(model.analyses[0])
    again = analysis(0.0, 5.0, unsure=True)
    model.add_analysis(again)
    assert model.analyses == (again,)
    assert model.selected is again
    assert len(model.points) == 1


def test_a_result_stands_until_the_next_and_a_silence_leaves_a_gap() -> None:
    model = TimelineModel()
    for end_s in (10.0, 10.4, 20.0):
        model.add_glimpse(glimpse(end_s))
    stretches = [(start_s, end_s) for start_s, end_s, _ in model.columns(0.0, 30.0)]
    assert stretches == [(8.5, 10.0), (10.0, 10.4), (18.5, 20.0)]
    assert list(model.columns(12.0, 15.0)) == []


def test_a_moment_finds_its_window() -> None:
    model = TimelineModel()
    model.add_analysis(analysis(0.0, 5.0))
    model.add_analysis(analysis(2.5, 7.5))
    assert model.at(1.0) is model.analyses[0]
    assert model.at(4.5) is model.analyses[1]
    assert model.at(9.0) is None


def test_the_view_follows_the_present_until_it_is_scrolled_back() -> None:
    model = TimelineModel(span_s=10.0)
    windows(model, 6)
    assert model.follows
    assert model.view == (20.0, 30.0)
    model.scroll(-12.0)
    model.add_glimpse(glimpse(31.0))
    assert not model.follows
    assert model.view == (8.0, 18.0)
    model.scroll(100.0)
    assert model.follows
    assert model.view == (21.0, 31.0)


def test_nothing_can_be_scrolled_while_everything_is_in_view() -> None:
    model = TimelineModel(span_s=60.0)
    windows(model, 2)
    model.scroll(-5.0)
    assert model.follows
    assert model.view == (0.0, 60.0)


def test_zooming_keeps_the_moment_under_the_mouse() -> None:
    model = TimelineModel(span_s=10.0)
    windows(model, 20)
    model.scroll_to(50.0)
    model.zoom(0.5, about_s=42.0)
    assert model.view == (41.0, 46.0)


def test_stepping_goes_from_window_to_window_and_shows_them() -> None:
    model = TimelineModel(span_s=10.0)
    assert model.select_next(1) is None
    windows(model, 6)
    assert model.select_next(-1) is model.analyses[5]
    for _ in range(9):
        model.select_next(-1)
    assert model.selected is model.analyses[0]
    start_s, end_s = model.view
    assert start_s <= 0.0 <= 5.0 <= end_s


def test_exclusions_that_touch_are_one_and_can_be_taken_back() -> None:
    model = TimelineModel()
    model.exclude(0.0, 5.0)
    model.exclude(5.0, 10.0)
    assert model.exclusions == ((0.0, 10.0),)
    assert model.excludes(2.0, 7.0)
    model.include(4.0, 6.0)
    assert model.exclusions == ((0.0, 4.0), (6.0, 10.0))
    assert not model.excludes(2.0, 7.0)


def test_the_cues_that_vary_most_come_first() -> None:
    model = TimelineModel()
    for end_s in (1.0, 2.0, 3.0):
        cues = (cue("pitch", 0.1), cue("loudness", end_s), cue("jaw_drop", 5.0 * end_s))
        model.add_glimpse(glimpse(end_s, cues=cues))
    assert model.varying_cues(2) == ["jaw_drop", "loudness"]


@pytest.mark.parametrize("kept_s", [30.0, 1800.0])
def test_clearing_forgets_everything(kept_s: float) -> None:
    model = TimelineModel(kept_s)
    windows(model, 3)
    before = model.version
    model.clear()
    assert model.version > before
    assert (model.points, model.analyses, model.now_s) == ((), (), 0.0)


@pytest.mark.parametrize(("length_s", "in_view_s"), [(2.0, 5.0), (12.0, 12.0), (500.0, 60.0)])
def test_a_recording_fits_into_the_view(length_s: float, in_view_s: float) -> None:
    timeline = TimelineModel()
    timeline.fit(length_s)
    assert timeline.view == (0.0, in_view_s)
