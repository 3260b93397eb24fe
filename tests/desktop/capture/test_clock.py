"""Time goes on while the machine sleeps."""

from __future__ import annotations

import sys
import time

import pytest

from desktop.capture.clock import Clock

NAMES = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}


@pytest.mark.skipif(sys.platform not in NAMES, reason="Python's own clock goes on here")
def test_the_clock_counts_the_time_that_the_machine_has_slept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = 100.0
    counts_sleep = getattr(time, NAMES[sys.platform])
    monkeypatch.setattr(time, "clock_gettime", lambda which: {counts_sleep: now_s}[which])
    clock = Clock()
    now_s = 3700.0
    assert clock.now_s() == 3600.0
