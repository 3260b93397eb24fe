"""A script's session: what is printed, and when it ends."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from desktop.capture.state import DeviceState
from desktop.cli import app
from desktop.live import headless
from desktop.live.headless import run_headless
from desktop.live.messages import (
    Choose,
    Explained,
    ExplainNow,
    Glimpsed,
    Gone,
    Nobody,
    NotLoaded,
    Order,
    Ready,
    Seen,
    SettingUp,
    Writing,
)
from model.analysis import AnalysisOptions
from model.errors import EXIT_CODE, ConfigError, R1OmniError
from tests.desktop.scene import analysis, glimpse

from .set_clock import SetClock

OPTIONS = AnalysisOptions(baseline="running")
Script = Callable[["StubSession", Order | str], None]


class StubSession:
    """Does what the test's script says whenever it is asked for something."""

    script: Script
    made: list[StubSession]

    def __init__(
        self, on_event: Callable, on_camera: Callable, on_microphone: Callable, threads: int
    ) -> None:
        self.tell, self.camera, self.microphone = on_event, on_camera, on_microphone
        self.asked: list[object] = []
        self.fed_s = 0.0
        self.made.append(self)

    def _ask(self, what: object) -> None:
        self.asked.append(what)
        type(self).script(self, what)

    def start(self) -> None:
        self._ask("start")

    def stop(self) -> None:
        self._ask("stop")

    def send(self, order: Order) -> None:
        self._ask(order)

    def judge(self, on: bool) -> None:
        self._ask("judge" if on else "rest")

    def open_camera(self, source: object, loop: bool) -> None:
        self._ask(f"camera {source} {loop}")

    def open_microphone(self, source: object, loop: bool) -> None:
        self._ask(f"microphone {source} {loop}")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Run a script to its end: what was printed, and the session."""
    monkeypatch.setattr(headless, "LiveSession", StubSession)

    def run(script: Script, camera: object = 0, microphone: object = None, **more: object) -> tuple:
        printed: list[dict] = []
        monkeypatch.setattr(StubSession, "made", [], raising=False)
        monkeypatch.setattr(StubSession, "script", staticmethod(script), raising=False)
        run_headless(camera, microphone, OPTIONS, printed.append, **more)
        json.dumps(printed, allow_nan=False)
        (session,) = StubSession.made
        assert session.asked[-1] == "stop"
        return printed, session

    return run


def test_events_become_objects_and_the_end_waits_for_the_last_seconds(run: Callable) -> None:
    def script(session: StubSession, what: object) -> None:
        if what == "start":
            session.tell(SettingUp("encoders"))
            session.tell(Ready({}))
        elif what == "camera clip.mp4 False":
            session.camera(DeviceState("live"))
            session.tell(Seen(0.1, np.zeros((0, 2), np.float32), 0))
            session.tell(Glimpsed(glimpse(2.0)))
            session.tell(Nobody(3.0))
            session.tell(Writing(5.0, "The "))
            session.fed_s = 7.0
            session.camera(DeviceState("ended"))
        elif what == "microphone 1 False":
            session.microphone(DeviceState("ended"))
        elif what == ExplainNow():
            session.tell(Explained(analysis(0.0, 5.0)))  # was being written already
            session.tell(Explained(analysis(2.0, 7.0)))
            session.tell(Explained(analysis(3.0, 8.0)))

    printed, session = run(script, "clip.mp4", 1)
    assert [(one["type"], one.get("end_s", one.get("status"))) for one in printed] == [
        ("camera", "live"), ("glimpse", 2.0), ("nobody", 3.0), ("camera", "ended"),
        ("microphone", "ended"), ("analysis", 5.0), ("analysis", 7.0),
    ]  # fmt: skip
    assert printed[1]["emotion"] == "happy"
    assert printed[-1]["claims"][0]["verdict"] == "supported"
    assert session.asked == [
        "start", Choose(OPTIONS), "judge", "camera clip.mp4 False", "microphone 1 False",
        ExplainNow(), "stop",
    ]  # fmt: skip


def test_devices_are_opened_only_once_the_model_is_loaded(run: Callable) -> None:
    def script(session: StubSession, what: object) -> None:
        if what == "start":
            assert session.asked == ["start"]
            session.tell(Ready({}))
        elif str(what).startswith("camera"):
            session.camera(DeviceState("live"))
            session.camera(DeviceState("ended"))
        elif what == ExplainNow():
            session.tell(Nobody(0.0))

    printed, session = run(script, loop=True)
    assert printed[0] == {"type": "camera", "status": "live", "message": ""}
    assert "camera 0 True" in session.asked
    assert not [what for what in session.asked if str(what).startswith("microphone")]


def failing(
    camera: tuple[DeviceState, ...] = (), microphone: tuple[DeviceState, ...] = ()
) -> Script:
    """Devices that fare like this, and nobody to be seen or heard."""

    def script(session: StubSession, what: object) -> None:
        if what == "start":
            session.tell(Ready({}))
        elif str(what).startswith("camera"):
            for state in camera:
                session.camera(state)
        elif str(what).startswith("microphone"):
            for state in microphone:
                session.microphone(state)
        elif what == ExplainNow():
            session.tell(Nobody(0.0))

    return script


MISSING = DeviceState("absent", "missing.mp4 does not exist; check the name.")
DENIED = DeviceState("denied", "You may not use the microphone; ask for it.")


def test_a_command_whose_only_source_is_missing_fails_after_its_events(
    run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = staticmethod(failing((DeviceState("opening"), MISSING)))
    monkeypatch.setattr(StubSession, "made", [], raising=False)
    monkeypatch.setattr(StubSession, "script", script, raising=False)
    result = CliRunner().invoke(app, ["live", "--headless", "--json", "--camera", "missing.mp4"])
    assert result.exit_code == EXIT_CODE == 2
    assert result.stderr == f"{MISSING.message}\n"
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"type": "camera", "status": "opening", "message": ""},
        {"type": "camera", "status": "absent", "message": MISSING.message},
        {"type": "nobody", "end_s": 0.0},
    ]


def test_of_two_sources_that_never_delivered_both_are_told(run: Callable) -> None:
    with pytest.raises(R1OmniError) as caught:
        run(failing((MISSING,), (DENIED,)), "missing.mp4", 0)
    assert str(caught.value) == f"{MISSING.message} {DENIED.message}"
    assert StubSession.made[0].asked[-1] == "stop"


def test_a_source_that_is_busy_until_the_time_is_up_is_told(
    run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SetClock()

    class Unhurried(queue.SimpleQueue):
        """Time goes by once everything has been read."""

        def get(self, block: bool = True, timeout: float | None = None) -> tuple:
            if self.empty():
                clock.time_s = 1.0
            return super().get(block, 0.0)

    monkeypatch.setattr(queue, "SimpleQueue", Unhurried)
    monkeypatch.setattr(headless, "time", SimpleNamespace(monotonic=clock.now_s))
    with pytest.raises(R1OmniError, match="in use"):
        run(failing((DeviceState("busy", "It is in use."),)), seconds=0.01)


def test_one_source_that_delivers_is_enough(run: Callable) -> None:
    live = DeviceState("live"), DeviceState("ended")
    printed, _ = run(failing((MISSING,), live), "missing.mp4", 0)
    assert [one.get("status") for one in printed] == ["absent", "live", "ended", None]
    run(failing((DeviceState("live"), DeviceState("ended", "clip.mp4 is damaged."))))


def test_a_camera_that_is_plugged_in_late_is_not_left_when_a_file_ends(run: Callable) -> None:
    def script(session: StubSession, what: object) -> None:
        if what == "start":
            session.tell(Ready({}))
        elif str(what).startswith("microphone"):
            for state in (MISSING, DeviceState("live")):
                session.camera(state)
            session.microphone(DeviceState("ended"))
            session.tell(Nobody(1.0))
            session.camera(DeviceState("ended"))
        elif what == ExplainNow():
            session.tell(Nobody(2.0))

    printed, session = run(script, 0, "call.wav")
    assert [one["end_s"] for one in printed if one["type"] == "nobody"] == [1.0, 2.0]
    assert session.asked.count(ExplainNow()) == 1


def test_what_is_not_printed_is_not_kept_for_a_reader_that_pauses(
    run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[tuple] = []

    class Counted(queue.SimpleQueue):
        def put(self, item: tuple) -> None:
            put.append(item)
            super().put(item)

    def script(session: StubSession, what: object) -> None:
        if what == "start":
            session.tell(Seen(0.1, np.zeros((0, 2), np.float32), 0))
            session.tell(Writing(5.0, "The "))
            session.tell(Ready({}))

    monkeypatch.setattr(queue, "SimpleQueue", Counted)
    run(script, seconds=0.01)
    assert [event for _, event in put] == [Ready({})]


def test_it_ends_when_its_time_is_up(run: Callable) -> None:
    def script(session: StubSession, what: object) -> None:
        if what == "start":
            session.tell(Ready({}))

    printed, _ = run(script, seconds=0.01)
    assert printed == []


@pytest.mark.parametrize(
    ("event", "sentence"),
    [(NotLoaded("The model is damaged."), "damaged"), (Gone(-9), r"stopped \(exit code -9\)")],
)
def test_a_model_that_fails_is_told_in_a_sentence(
    run: Callable, event: object, sentence: str
) -> None:
    def script(session: StubSession, what: object) -> None:
        if what == "start":
            session.tell(event)

    with pytest.raises(R1OmniError, match=sentence):
        run(script)
    assert StubSession.made[0].asked == ["start", "stop"]


def test_an_interrupt_ends_it_quietly(run: Callable) -> None:
    def script(session: StubSession, what: object) -> None:
        if what == "start":
            session.tell(Ready({}))
        elif what == "judge":
            raise KeyboardInterrupt

    printed, _ = run(script)
    assert printed == []


def test_without_a_source_there_is_nothing_to_judge(run: Callable) -> None:
    with pytest.raises(ConfigError, match="--camera, --microphone or both"):
        run(lambda *_: None, None, None)
    assert StubSession.made == []
