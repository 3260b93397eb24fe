"""Whether to judge less often, so that a battery lasts longer."""

from __future__ import annotations

import time
from typing import Literal

import psutil

PowerSaving = Literal["auto", "always", "never"]
"""On the battery, or whatever the machine runs on."""
ASKED_EVERY_S = 20.0


def on_battery() -> bool:
    """Whether the machine runs on its battery now; False where it has none or does not tell."""
    if not hasattr(psutil, "sensors_battery"):  # not on every platform
        return False
    try:
        battery = psutil.sensors_battery()
    except (OSError, RuntimeError):  # there are drivers that tell half of it
        return False
    return battery is not None and battery.power_plugged is False


class Thrift:
    """Says when power is to be saved; asks the system only now and then."""

    def __init__(self, saving: PowerSaving = "auto") -> None:
        self.saving = saving
        self._asked_s, self._battery = -ASKED_EVERY_S, False

    @property
    def now(self) -> bool:
        """Whether power is to be saved at the moment."""
        if self.saving != "auto":
            return self.saving == "always"
        if time.monotonic() - self._asked_s >= ASKED_EVERY_S:
            self._asked_s, self._battery = time.monotonic(), on_battery()
        return self._battery
