"""What is passed on to the worker, when, and how often."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from desktop.capture.rings import FrameRing, History, SoundRing, TimedFrame
from desktop.live.feeder import LOOK_EVERY_S, Feeder
from desktop.live.messages import Listen, Look
from model.clip import SAMPLE_RATE_HZ
from tests.desktop.capture.waiting import wait_until

from .set_clock import SetClock


class CountedFrames(FrameRing):
    """Knows how often the feeder has come by: each of its turns begins with a look here."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = 0

    def latest(self) -> TimedFrame | None:
        self.turns += 1
        return super().latest()


class Fed:
    """A feeder, what feeds it, and the orders that it sends."""

    def __init__(self) -> None:
        self.orders: list = []
        self.frames, self.sound, self.history = CountedFrames(), SoundRing(), History()
        self.clock = SetClock()
        self.feeder = Feeder(self.orders.append, self.clock, self.frames, self.sound, self.history)
        self.pushed = 0

    def picture(self, time_s: float) -> None:
        self.frames.push(TimedFrame(time_s, np.zeros((4, 4, 3), np.uint8)))

    def hear(self, start_s: float, count: int) -> None:
        """Samples that tell their own number."""
        numbers = np.arange(self.pushed, self.pushed + count, dtype=np.float32)
        self.pushed += count
        self.sound.push(start_s, numbers)

    @property
    def looks(self) -> list[float]:
        return [order.time_s for order in self.orders if isinstance(order, Look)]

    @property
    def heard(self) -> list[float]:
        blocks = [order.samples for order in self.orders if isinstance(order, Listen)]
        return np.concatenate(blocks).tolist() if blocks else []

    def polled(self) -> None:
        """Once the feeder has certainly passed on everything that is there."""
        self.hear(self.sound.reached_s, SAMPLE_RATE_HZ // 5)
        self.turned()

    def turned(self) -> None:
        """Once a whole turn has been made: the next one to begin, when the one after it begins."""
        turns = self.frames.turns
        wait_until(lambda: self.frames.turns >= turns + 2)


@pytest.fixture
def fed() -> Iterator[Fed]:
    threads = set(threading.enumerate())
    one = Fed()
    one.feeder.start()
    yield one
    one.feeder.stop()
    assert set(threading.enumerate()) <= threads


def test_no_more_than_two_pictures_are_on_their_way(fed: Fed) -> None:
    fed.feeder.feed(True)
    for number in range(1, 6):
        fed.picture(number / 2)
        fed.polled()
    assert fed.looks == [0.5, 1.0]
    fed.feeder.seen()
    wait_until(lambda: fed.looks == [0.5, 1.0, 2.5])
    fed.feeder.seen()
    fed.feeder.seen()
    fed.feeder.seen()
    fed.feeder.seen()
    for number in (6, 7, 8):
        fed.picture(number / 2)
        fed.polled()
    assert fed.looks[3:] == [3.0, 3.5]


def test_at_most_ten_pictures_a_second_are_judged(fed: Fed) -> None:
    fed.feeder.feed(True)
    for number in range(1, 31):
        fed.picture(1 + number / 30)
        fed.polled()
        fed.feeder.seen()
    assert 5 <= len(fed.looks) <= 10
    assert min(np.diff(fed.looks)) >= LOOK_EVERY_S


def test_nothing_is_passed_on_while_paused(fed: Fed) -> None:
    fed.picture(1.0)
    fed.polled()
    assert fed.orders == []
    assert fed.feeder.fed_s == 0.0
    assert fed.history.frame_at(9.0) is None
    paused = fed.pushed
    fed.feeder.feed(True)
    fed.picture(2.0)
    fed.polled()
    assert fed.looks == [2.0]
    assert min(fed.heard) >= paused
    fed.feeder.feed(False)
    count = len(fed.orders)
    fed.picture(3.0)
    fed.polled()
    assert len(fed.orders) == count


def test_every_sample_goes_on_exactly_once_however_time_stamps_stray(fed: Fed) -> None:
    fed.feeder.feed(True)
    for number in range(100):
        stray_s = 0.004 * (number % 3 - 1)
        fed.hear(1 + number * 0.02 + stray_s, SAMPLE_RATE_HZ // 50)
        if number % 7 == 0:
            wait_until(lambda: fed.feeder.fed_s >= fed.sound.reached_s - 0.11)
    fed.polled()
    wait_until(lambda: len(fed.heard) == fed.pushed)
    assert fed.heard == list(range(fed.pushed))


def test_sound_after_an_interruption_goes_on_at_its_own_second(fed: Fed) -> None:
    fed.feeder.feed(True)
    fed.hear(1.0, 800)
    fed.hear(5.0, 3200)
    wait_until(lambda: len(fed.heard) == 4000)
    blocks = [order for order in fed.orders if isinstance(order, Listen)]
    assert [(b.start_s, len(b.samples)) for b in blocks] == [
        (pytest.approx(1.0), 800), (pytest.approx(5.0), 3200),
    ]  # fmt: skip


def test_what_was_judged_can_be_looked_at_again(fed: Fed) -> None:
    fed.feeder.feed(True)
    fed.picture(1.0)
    fed.hear(1.0, 3200)
    wait_until(lambda: fed.looks and fed.heard)
    shown = fed.history.frame_at(1.05)
    assert shown is not None
    assert shown.time_s == 1.0
    sound = fed.history.sound.read(1.0, 1.2)
    assert sound is not None
    assert len(sound.samples) == 3200
    assert fed.feeder.fed_s == pytest.approx(1.2)


@pytest.mark.parametrize("paused", [False, True], ids=["devices closed", "paused"])
def test_nothing_is_remembered_for_more_than_three_minutes(fed: Fed, paused: bool) -> None:
    fed.feeder.feed(True)
    fed.picture(1.0)
    fed.hear(1.0, 3200)
    wait_until(lambda: fed.looks and fed.heard)
    fed.feeder.feed(not paused)
    fed.clock.time_s = 180.9
    fed.turned()
    assert fed.history.frame_at(9.0) is not None
    assert fed.history.sound.read(0.0, 9.0) is not None
    fed.clock.time_s = 181.3
    fed.turned()
    assert fed.history.frame_at(9.0) is None
    assert fed.history.sound.read(0.0, 9.0) is None
    assert fed.frames.at(9.0) is None
    assert fed.sound.read(0.0, 9.0) is None


def test_a_feeder_that_was_never_started_can_be_stopped() -> None:
    feeder = Fed().feeder
    feeder.stop()
    assert not feeder._thread.is_alive()
    feeder.start()
    feeder._thread.join(5.0)
    assert not feeder._thread.is_alive()
