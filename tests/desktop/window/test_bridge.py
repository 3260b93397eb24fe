"""What comes from other threads reaches the window in an order that makes sense."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QApplication

from desktop.capture.state import DeviceState
from desktop.window.bridge import Bridge


def test_a_device_that_was_closed_is_not_said_to_be_live_by_what_its_thread_told_before(
    qapp: QApplication, bridge: Bridge
) -> None:
    told: list[str] = []
    bridge.camera.connect(lambda state: told.append(state.status))
    thread = threading.Thread(target=bridge.session.tell_camera, args=(DeviceState("live"),))
    thread.start()
    thread.join()
    bridge.session.tell_camera(DeviceState("closed"))  # before the window has read the other
    qapp.processEvents()
    assert told[-1] == "closed"
