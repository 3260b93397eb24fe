"""Devices, feeder and worker together; the worker and the devices are stand-ins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from desktop.capture.rings import TimedFrame
from desktop.capture.state import DeviceState
from desktop.live import session as module
from desktop.live.messages import (
    BaselineIs,
    Choose,
    Closed,
    Event,
    Forget,
    Gone,
    Look,
    Order,
    Pause,
    Ready,
    SavePower,
    Seen,
)
from desktop.live.session import LiveSession
from model.analysis import AnalysisOptions
from model.baseline import Baseline
from tests.desktop.capture.waiting import wait_until

from .set_clock import SetClock


class FakeLink:
    """A worker that keeps every order; `stuck`, it takes none until it is stopped."""

    def __init__(self, on_event: Callable[[Event], None], threads: int) -> None:
        self.tell, self.threads = on_event, threads
        self.orders: list[Order] = []
        self.stuck = self.blocked = False
        self.stopped = threading.Event()

    def start(self) -> None:
        self.stopped.clear()

    def send(self, order: Order) -> bool:
        if self.stuck:
            self.blocked = True
            self.stopped.wait()
        self.orders.append(order)
        return not self.stopped.is_set()

    def stop(self) -> None:
        self.stopped.set()


class FakeDevice:
    """A device that does nothing but say how it is."""

    def __init__(
        self, source: object, clock: object, ring: object, on_state: Callable[[DeviceState], None],
        *, loop: bool,
    ) -> None:  # fmt: skip
        self.source, self.loop, self._on_state = source, loop, on_state

    def start(self) -> None:
        self._on_state(DeviceState("live", f"{self.source} {self.loop}"))

    def stop(self) -> None:
        self._on_state(DeviceState("closed"))


class Running:
    """A session with what it tells."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.camera: list[DeviceState] = []
        self.microphone: list[DeviceState] = []
        self.session = LiveSession(
            self.events.append, self.camera.append, self.microphone.append, threads=3
        )

    @property
    def link(self) -> FakeLink:
        return self.session._link

    def show(self, time_s: float) -> None:
        self.session.frames.push(TimedFrame(time_s, np.zeros((4, 4, 3), np.uint8)))

    @property
    def looks(self) -> list[float]:
        return [order.time_s for order in self.link.orders if isinstance(order, Look)]


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(module, "Clock", SetClock)  # what is shown does not grow old
    monkeypatch.setattr(module, "WorkerLink", FakeLink)
    monkeypatch.setattr(module, "Camera", FakeDevice)
    monkeypatch.setattr(module, "Microphone", FakeDevice)
    threads = set(threading.enumerate())
    running = Running()
    running.session.start()
    yield running
    running.session.stop()
    assert set(threading.enumerate()) <= threads


def test_pictures_go_on_once_the_model_is_loaded_and_they_are_wanted(running: Running) -> None:
    session = running.session
    assert running.link.threads == 3
    session.judge(True)
    running.show(1.0)
    wait_until(lambda: session._feeder._looked_s == 1.0)
    assert running.looks == []
    running.link.tell(Ready({}))
    for number in range(2, 6):
        running.show(number)
        wait_until(lambda number=number: number in running.looks)
        running.link.tell(Seen(float(number), np.zeros((0, 2), np.float32), 0))
    assert session.fed_s == 5.0
    session.judge(False)
    assert running.link.orders[-1] == Pause()
    running.show(6.0)
    wait_until(lambda: session._feeder._looked_s == 6.0)
    assert running.looks == [2, 3, 4, 5]


def test_nothing_is_fed_to_a_worker_that_is_gone(running: Running) -> None:
    running.session.judge(True)
    running.link.tell(Ready({}))
    running.link.tell(Gone(-9))
    running.show(1.0)
    wait_until(lambda: running.session._feeder._looked_s == 1.0)
    assert running.looks == []
    assert running.events == [Ready({}), Gone(-9)]


def test_the_next_worker_goes_on_with_what_the_one_before_knew(running: Running) -> None:
    session, before = running.session, running.link
    options, person = AnalysisOptions(baseline="running"), Baseline("neutral")
    session.send(Choose(options))
    session.send(SavePower("never"))
    session.judge(True)
    before.tell(Ready({}))
    before.tell(BaselineIs("neutral", 1, known=person))
    for number in (1, 2):  # nobody will say any more that these were looked at
        running.show(number)
        wait_until(lambda number=number: number in running.looks)
    before.tell(Gone(-9))
    session.restart()
    assert before.stopped.is_set()
    assert running.link is not before
    assert running.link.orders == [Choose(options, person), SavePower("never")]
    running.link.tell(Ready({}))
    running.show(3.0)
    wait_until(lambda: running.looks == [3.0])


@pytest.mark.parametrize("order", [Forget(), Choose(AnalysisOptions())])
def test_the_next_worker_does_not_know_who_was_to_be_forgotten(
    running: Running, order: Order
) -> None:
    session = running.session
    session.send(Choose(AnalysisOptions()))
    running.link.tell(BaselineIs("neutral", 1, known=Baseline("neutral")))
    session.send(order)  # the worker dies over it
    running.link.tell(Gone(-9))
    session.restart()
    assert running.link.orders == [Choose(AnalysisOptions())]


def test_another_device_takes_the_place_of_the_one_before(running: Running) -> None:
    session = running.session
    session.open_camera(0)
    running.show(1.0)
    session.open_camera("clip.mp4", loop=True)
    assert [state.status for state in running.camera] == ["live", "closed", "live"]
    assert running.camera[-1].message == "clip.mp4 True"
    assert session.frames.latest() is None
    session.open_microphone(None)
    session.close_microphone()
    session.close_microphone()
    assert [state.status for state in running.microphone] == ["live", "closed"]


def test_in_another_cameras_picture_nobody_is_known(running: Running) -> None:
    session, orders = running.session, running.link.orders
    session.open_camera(0)
    session.close_camera()
    session.open_camera(0)
    assert Forget() not in orders  # the same one, looked for anew
    session.open_camera(1)
    assert orders[-1] == Forget()


def test_of_another_microphone_no_voice_is_known(running: Running) -> None:
    session, orders = running.session, running.link.orders
    session.open_microphone(None)
    session.close_microphone()
    session.open_microphone(None)
    assert Forget() not in orders  # the same one, looked for anew
    session.open_microphone("headset")
    assert orders[-1] == Forget()
    session.open_microphone(None)
    assert orders[-1] == Forget()


def test_what_a_closed_device_saw_or_heard_is_to_be_forgotten(running: Running) -> None:
    session, orders = running.session, running.link.orders
    session.close_camera()
    session.close_microphone()
    assert orders == []  # none was open
    session.open_camera(0)
    session.open_microphone(None)
    session.close_camera()
    session.close_microphone()
    assert orders == [Closed("camera"), Closed("microphone")]


def test_a_person_who_is_forgotten_is_not_kept_to_be_looked_at_again(running: Running) -> None:
    history = running.session.history
    history.add_frame(TimedFrame(0.5, np.zeros((4, 4, 3), np.uint8)))
    history.sound.push(0.5, np.ones(1600, np.float32))
    running.session.forget_person()
    assert running.link.orders == [Forget()]
    assert history.frame_at(9.0) is None
    assert history.sound.read(0.0, 9.0) is None


def test_a_worker_that_reads_no_more_does_not_hold_up_the_end(running: Running) -> None:
    running.session.judge(True)
    running.link.tell(Ready({}))
    running.link.stuck = True
    running.show(1.0)
    wait_until(lambda: running.link.blocked)
    running.session.stop()
    assert running.link.stopped.is_set()
