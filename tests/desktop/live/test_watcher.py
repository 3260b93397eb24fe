"""When a glance and when an explanation is due, and what each is told of."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from desktop.live import watcher
from desktop.live.calibration import Calibration
from desktop.live.messages import (
    BaselineIs,
    Explained,
    Failed,
    Glimpsed,
    Nobody,
    Seen,
    Sparing,
    Writing,
)
from desktop.live.watcher import GLANCE_EVERY_S, REST, SPARING_GLANCE_EVERY_S, Watcher
from model.analysis import AnalysisOptions
from model.runtime.perceiver import Percept, Window

from .fake_judge import WORDS, FakeJudge

FACE, EMPTY = np.ones((4, 4, 3), np.uint8), np.zeros((4, 4, 3), np.uint8)
STRANGER = 2 * FACE


class Scene:
    """A watcher, what it tells, and time that goes on in tenths of a second."""

    def __init__(self, **options: object) -> None:
        self.judge, self.told = FakeJudge(), []
        self.watcher = Watcher(self.judge, self.told.append)
        self.watcher.choose(AnalysisOptions(**({"baseline": "running"} | options)))
        self.tenth = 100
        self.told.clear()

    def play(self, seconds: float, picture: np.ndarray | None = FACE, sound: float = 0.0) -> None:
        for _ in range(round(seconds * 10)):
            now_s = self.tenth / 10
            if picture is not None:
                self.watcher.look(now_s, picture)
            self.watcher.listen(now_s, np.full(1600, sound, np.float32))
            self.watcher.tend()
            if not self.judge.holding:
                self.watcher.finish()
            self.tenth += 1

    def of(self, kind: type) -> list:
        return [event for event in self.told if isinstance(event, kind)]


Make = Callable[..., Scene]


@pytest.fixture
def make_scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a scene; its watcher is closed in the end, and needs no rest.

    Rest follows the machine's clock: one that halts for a moment would change the scene.
    """
    monkeypatch.setattr(watcher, "REST", 0.0)
    scenes: list[Scene] = []

    def make(**options: object) -> Scene:
        scenes.append(Scene(**options))
        return scenes[-1]

    yield make
    for scene in scenes:
        scene.watcher.close()


def test_glances_come_often_and_explanations_at_every_hop(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(12)
    ends = [event.glimpse.end_s for event in scene.of(Glimpsed)]
    assert ends[0] == pytest.approx(11.0, abs=0.15)
    assert max(np.diff(ends)) <= GLANCE_EVERY_S + 0.16
    windows = [event.analysis for event in scene.of(Explained)]
    assert [round(w.end_s - w.start_s) for w in windows] == [5, 5]
    assert windows[1].end_s - windows[0].end_s == pytest.approx(5, abs=0.15)
    assert "".join(event.piece for event in scene.of(Writing)) == "".join(WORDS) * 2
    assert len(scene.of(Seen)) == 120


def test_saving_power_means_judging_less_often(make_scene: Make) -> None:
    scene = make_scene()
    scene.watcher.thrift.saving = "always"
    scene.play(12)
    ends = [percept.window.end_s for percept in scene.judge.glanced]
    assert min(np.diff(ends)) >= SPARING_GLANCE_EVERY_S
    assert len(scene.of(Explained)) == 1  # of 10 s, where there are two otherwise
    scene.watcher.thrift.saving = "never"
    scene.play(1)
    assert [event.on for event in scene.of(Sparing)] == [True, False]


def test_looking_and_glancing_go_on_while_words_are_written(make_scene: Make) -> None:
    scene = make_scene()
    with scene.judge.held():
        scene.play(12)
        assert not scene.of(Explained)
        before = len(scene.of(Glimpsed))
        scene.play(2)
        assert len(scene.of(Glimpsed)) >= before + 4
        assert len(scene.of(Seen)) == 140
    scene.watcher.finish()
    assert [event.analysis.end_s for event in scene.of(Explained)] == pytest.approx([15.0], abs=0.2)


def test_an_explanations_emotion_is_told_before_its_words_and_no_glance_taken(
    make_scene: Make,
) -> None:
    scene = make_scene()
    scene.play(6)
    (end_s,) = (event.analysis.end_s for event in scene.of(Explained))
    kinds = [
        type(event) for event in scene.told
        if (isinstance(event, Glimpsed) and event.glimpse.end_s == end_s)
        or isinstance(event, Writing | Explained)
    ]  # fmt: skip
    assert kinds == [Glimpsed, *[Writing] * len(WORDS), Explained]
    glances = [percept.window.end_s for percept in scene.judge.glanced]
    assert min(abs(glance - end_s) for glance in glances) >= 0.3
    assert max(np.diff(sorted([*glances, end_s]))) <= GLANCE_EVERY_S + 0.16


def test_an_emotion_does_not_come_behind_that_of_a_later_moment(make_scene: Make) -> None:
    """The answer to an explanation may be sought for so long that a glance overtakes it."""
    scene = make_scene()
    scene.judge.slow = True
    with scene.judge.held():
        scene.play(7)
        told = [event.glimpse.end_s for event in scene.of(Glimpsed)]
    scene.watcher.finish()
    assert len(scene.of(Explained)) == 1
    assert [event.glimpse.end_s for event in scene.of(Glimpsed)] == told
    assert told[-1] > scene.of(Explained)[0].analysis.end_s


def test_what_is_written_is_not_overtaken_by_a_calibration(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(4)
    scene.watcher.calibrate(1.1)
    with scene.judge.held():
        scene.play(1)
        threading.Timer(0.1, scene.judge.let_go).start()
        scene.play(1)
    assert scene.of(BaselineIs)[-1] == BaselineIs("neutral", 1)


def test_what_goes_wrong_while_writing_is_raised_where_it_is_waited_for(make_scene: Make) -> None:
    scene = make_scene()
    scene.judge.fault = RuntimeError("broken")
    with pytest.raises(RuntimeError, match="broken"):
        scene.play(6)


def test_a_slow_machine_glances_less(make_scene: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, glanced_s = make_scene(), 0.0

    def glance(*_: object) -> None:
        nonlocal glanced_s
        glanced_s += 1.0

    monkeypatch.setattr(watcher, "REST", REST)
    monkeypatch.setattr("desktop.live.watcher.time.perf_counter", lambda: glanced_s)
    monkeypatch.setattr(scene.watcher, "_glance_at_now", glance)
    scene.play(4.5)
    assert 2 <= glanced_s <= 3


@pytest.mark.parametrize(
    ("modality", "present"), [("both", {"face", "voice"}), ("face", {"face"}), ("voice", {"voice"})]
)
def test_only_what_may_be_used_is_judged(
    make_scene: Make, modality: str, present: set[str]
) -> None:
    scene = make_scene(modality=modality)
    scene.play(6, sound=0.5)
    assert {name for percept in scene.judge.explained for name in percept.vectors} == present


def test_an_empty_room_is_said_and_not_judged(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(6, EMPTY)
    assert scene.of(Nobody)
    assert not scene.judge.glanced + scene.judge.explained
    assert not scene.of(Seen)[0].landmarks.size


def test_a_running_baseline_learns_from_explained_windows(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(11)
    assert scene.judge.observed == ["running", "running"]
    assert [event.clips for event in scene.of(BaselineIs)] == [1, 2]
    scene.watcher.forget()
    assert scene.of(BaselineIs)[-1] == BaselineIs("running", 0)


@pytest.mark.parametrize("calibrated", [False, True], ids=["running", "neutral"])
def test_somebody_else_is_not_compared_with_the_person_before(
    make_scene: Make, calibrated: bool
) -> None:
    scene = make_scene()
    if calibrated:
        scene.watcher.calibrate(1.0)
    scene.play(6)
    assert scene.of(BaselineIs)[-1] == BaselineIs("neutral" if calibrated else "running", 1)
    scene.play(0.1, STRANGER)
    assert scene.of(BaselineIs)[-1] == BaselineIs("running", 0)
    scene.play(3, STRANGER)
    assert scene.watcher._baseline.count("face") == 0


def test_what_is_written_of_the_person_before_is_not_learned_of_somebody_else(
    make_scene: Make,
) -> None:
    scene = make_scene()
    with scene.judge.held():
        scene.play(6)
        scene.play(0.1, STRANGER)
    scene.watcher.finish()
    assert len(scene.of(Explained)) == 1
    assert scene.of(BaselineIs)[-1] == BaselineIs("running", 0)
    scene.play(5, STRANGER)
    assert scene.of(BaselineIs)[-1] == BaselineIs("running", 1)


def test_without_a_baseline_nothing_is_learned(make_scene: Make) -> None:
    scene = make_scene(baseline="none")
    scene.play(6)
    assert scene.judge.observed == []


def test_calibrating_takes_the_next_seconds_as_neutral(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(1)
    scene.watcher.calibrate(3.0)
    assert scene.of(BaselineIs)[-1].calibrating_s == 3.0
    scene.play(3.2)
    assert scene.of(BaselineIs)[-1] == BaselineIs("neutral", 1)
    assert scene.judge.observed[0] == "neutral"
    scene.play(6)
    assert set(scene.judge.observed) == {"neutral"}


def test_a_calibration_that_shows_nobody_is_told_and_changes_nothing(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(1, EMPTY)
    scene.watcher.calibrate(1.0)
    scene.play(1.5, EMPTY)
    assert "calibrate again" in scene.of(Failed)[0].sentence
    assert scene.of(BaselineIs)[-1] == BaselineIs("running", 0)


def test_who_comes_as_a_calibration_ends_is_not_compared_with_it(
    make_scene: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene()
    scene.play(1)
    scene.watcher.calibrate(1.0)
    scene.play(0.9)
    measure = scene.judge.measure

    def measure_long(window: Window, *more: object) -> Percept:
        if scene.watcher._calibration is None and not scene.judge.observed:
            scene.watcher.look(scene.tenth / 10, STRANGER)
        return measure(window, *more)

    monkeypatch.setattr(scene.judge, "measure", measure_long)
    scene.play(0.3, None)
    assert scene.judge.observed == ["neutral"]
    assert scene.of(BaselineIs)[-1] == BaselineIs("running", 0)


def test_a_calibration_may_end_while_a_picture_is_looked_at(
    make_scene: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene()
    answers = iter([Calibration(1.0)])
    ending = property(lambda _: next(answers, None), lambda *_: None)
    monkeypatch.setattr(Watcher, "_calibration", ending, raising=False)
    scene.watcher.look(10.0, FACE)
    assert scene.of(Seen)


def test_calibrating_begins_with_the_first_picture(make_scene: Make) -> None:
    scene = make_scene()
    scene.watcher.calibrate(2.0)
    scene.watcher.tend()
    scene.play(1.9)
    assert scene.of(BaselineIs)[-1].calibrating_s == pytest.approx(0.2, abs=0.15)
    scene.play(0.5)
    assert scene.of(BaselineIs)[-1] == BaselineIs("neutral", 1)
    assert not scene.of(Failed)


def test_a_picture_of_long_before_is_not_calibrated_by(make_scene: Make) -> None:
    """The devices may have been closed since."""
    scene = make_scene()
    scene.play(1)
    scene.tenth += 600
    scene.watcher.calibrate(2.0)
    scene.watcher.tend()
    scene.play(1.5)
    assert scene.of(BaselineIs)[-1].kind == "running"
    scene.play(1)
    assert scene.of(BaselineIs)[-1] == BaselineIs("neutral", 1)
    assert not scene.of(Failed)


def test_a_calibration_asked_for_while_paused_waits_for_the_next_picture(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(4)
    scene.watcher.pause()
    scene.watcher.calibrate(2.0)
    scene.watcher.tend()
    scene.tenth += 600
    scene.play(2.5)
    assert scene.of(BaselineIs)[-1] == BaselineIs("neutral", 1)
    assert not scene.of(Failed)


def test_a_pause_ends_a_calibration_and_says_so(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(1)
    scene.watcher.calibrate(3.0)
    scene.play(1)
    scene.watcher.pause()
    assert scene.of(BaselineIs)[-1] == BaselineIs("running", 0, 0.0)
    scene.tenth += 600
    scene.play(4)
    assert not scene.of(Failed)
    assert not scene.judge.observed
    told = len(scene.of(BaselineIs))
    scene.watcher.pause()
    assert len(scene.of(BaselineIs)) == told


def test_after_a_pause_only_what_follows_is_judged(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(4)
    scene.watcher.pause()
    scene.tenth += 600
    scene.judge.glanced.clear()
    scene.play(2)
    assert min(percept.window.start_s for percept in scene.judge.glanced) >= 74.0
    assert not scene.judge.explained


@pytest.mark.parametrize("device", ["camera", "microphone"])
def test_what_a_closed_device_told_is_forgotten_and_the_person_is_not(
    make_scene: Make, device: str
) -> None:
    scene = make_scene()
    scene.play(6, sound=0.5)
    scene.watcher.lose(device)
    sound = scene.watcher._sound.read(0.0, 99.0)
    assert bool(scene.watcher._follower.times) == (device == "microphone")
    assert (sound is None) == (device == "microphone")
    assert device == "camera" or not scene.watcher._sound._buffer.any()
    assert scene.watcher._baseline.count("face") == 1


def test_what_a_lost_device_told_is_forgotten_while_the_other_goes_on(make_scene: Make) -> None:
    scene = make_scene()
    scene.play(2, sound=0.5)
    for _ in range(330):
        scene.watcher.look(scene.tenth / 10, FACE)
        scene.watcher.tend()
        scene.tenth += 1
    assert not scene.watcher._sound._buffer.any()
    scene.watcher.choose(AnalysisOptions(baseline="running"))
    scene.play(2)
    for _ in range(330):
        scene.watcher.listen(scene.tenth / 10, np.full(1600, 0.5, np.float32))
        scene.watcher.tend()
        scene.tenth += 1
    assert not scene.watcher._follower.times


def test_after_a_gap_no_window_is_judged_before_it_is_long_enough(make_scene: Make) -> None:
    """Both devices were lost for a while, or the machine slept."""
    scene = make_scene()
    scene.play(6)
    scene.tenth += 600
    scene.judge.explained.clear()
    scene.judge.glanced.clear()
    scene.play(0.9)
    assert not scene.judge.glanced + scene.judge.explained
    scene.play(3)
    assert scene.judge.glanced
    assert not scene.judge.explained


def test_a_gap_begins_a_calibration_anew(make_scene: Make) -> None:
    scene = make_scene()
    scene.watcher.calibrate(2.0)
    scene.play(1)
    scene.tenth += 600
    scene.play(1.5)
    assert scene.of(BaselineIs)[-1].kind == "running"
    scene.play(1)
    assert scene.of(BaselineIs)[-1] == BaselineIs("neutral", 1)
    assert not scene.of(Failed)


def test_silence_before_anything_came_is_no_reason_to_judge(make_scene: Make) -> None:
    scene = make_scene()
    scene.watcher.tend()
    scene.watcher.glance()
    assert scene.told == []


def test_what_a_worker_before_knew_of_the_person_is_known_at_once(make_scene: Make) -> None:
    scene = make_scene()
    scene.watcher.calibrate(1.0)
    scene.play(2.0)
    known = scene.of(BaselineIs)[-1].known
    after = make_scene()
    after.watcher.choose(AnalysisOptions(baseline="running"), known)
    assert after.told == [BaselineIs("neutral", 1)]
    after.play(1.0)
    assert after.of(BaselineIs) == [BaselineIs("neutral", 1)]
