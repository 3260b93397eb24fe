"""Widgets are tested without a screen, and a test that leaves a thread or a timer behind fails."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"

pytest.importorskip("PySide6")

from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _nothing_left_running(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.processEvents()
    gc.collect()
    left = [thing for thing in gc.get_objects() if issubclass(type(thing), (QThread, QTimer))]
    assert not [thing for thing in left if isinstance(thing, QThread) and thing.isRunning()]
    assert not [thing for thing in left if isinstance(thing, QTimer) and thing.isActive()]
