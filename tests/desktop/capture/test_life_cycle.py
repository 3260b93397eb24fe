"""What a device does when its driver fails as nobody has foreseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from desktop.capture import life_cycle
from desktop.capture.clock import Clock
from desktop.capture.life_cycle import Device
from desktop.capture.state import DeviceState

from .waiting import States, wait_until

OpenDevice = Callable[[], Device]


class Flaky(Device):
    """Delivers while `well`, else fails as no driver should."""

    def __init__(self, states: States) -> None:
        super().__init__("camera", Clock(), states)
        self.well = Event()
        self.failures = 0

    def _deliver(self, stopping: Event) -> None:
        while self.well.is_set() and not stopping.wait(0.001):
            self._announce(DeviceState("live"), stopping)
        if not stopping.is_set():
            self.failures += 1
            raise ZeroDivisionError("at 0x2a")


@pytest.fixture
def device(states: States, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flaky]:
    monkeypatch.setattr(life_cycle, "RETRY_S", 0.001)
    device = Flaky(states)
    yield device
    device.stop()


def test_an_unforeseen_error_is_told_and_logged_once_and_the_device_tried_again(
    device: Flaky, states: States, caplog: pytest.LogCaptureFixture
) -> None:
    device.start()
    assert "cannot be used (ZeroDivisionError: at 0x2a)" in states.wait_for("absent").message
    wait_until(lambda: device.failures > 3)
    (logged,) = caplog.records
    assert logged.getMessage() == "camera: unforeseen"
    assert logged.exc_info
    device.well.set()
    states.wait_for("live")
    caplog.clear()


def test_a_device_that_was_live_is_lost_by_an_unforeseen_error(
    device: Flaky, states: States, caplog: pytest.LogCaptureFixture
) -> None:
    device.well.set()
    device.start()
    states.wait_for("live")
    device.well.clear()
    assert "comes back" in states.wait_for("lost").message
    caplog.clear()
