"""Power is saved on the battery, always or never; a machine that does not tell has none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from desktop.live import power
from desktop.live.power import ASKED_EVERY_S, Thrift, on_battery


@pytest.mark.parametrize(
    ("battery", "expected"),
    [
        (None, False),
        (SimpleNamespace(percent=80, power_plugged=True), False),
        (SimpleNamespace(percent=80, power_plugged=None), False),
        (SimpleNamespace(percent=80, power_plugged=False), True),
    ],
)
def test_what_the_machine_runs_on(
    monkeypatch: pytest.MonkeyPatch, battery: object, expected: bool
) -> None:
    monkeypatch.setattr(power.psutil, "sensors_battery", lambda: battery, raising=False)
    assert on_battery() is expected
    assert Thrift().now is expected
    assert Thrift("always").now is True
    assert Thrift("never").now is False


def test_a_machine_that_tells_half_of_it_has_no_battery(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise FileNotFoundError("energy_full")

    monkeypatch.setattr(power.psutil, "sensors_battery", broken, raising=False)
    assert not on_battery()
    monkeypatch.delattr(power.psutil, "sensors_battery")
    assert not on_battery()


def test_the_system_is_asked_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s, answers = [1000.0], iter([False, True])
    monkeypatch.setattr(power.time, "monotonic", lambda: now_s[0])
    monkeypatch.setattr(power, "on_battery", lambda: next(answers))
    thrift = Thrift()
    assert not thrift.now
    now_s[0] += ASKED_EVERY_S / 2
    assert not thrift.now
    now_s[0] += ASKED_EVERY_S / 2
    assert thrift.now
