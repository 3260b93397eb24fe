"""`Diagnosis`: gives a window its log, and says in it when something has gone wrong."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Qt, qVersion
from PySide6.QtGui import QGuiApplication

from desktop.live.journal import note_device, note_event
from desktop.log import Tail, report
from desktop.window.faults import Faults
from desktop.window.log_drawer import LogDrawer
from desktop.window.main_window import MainWindow


class Diagnosis(QObject):
    """Belongs to a window.

    Args:
        window: that is given a drawer with the log.
        tail: of the log.
        faults: of which the window tells.
    """

    def __init__(self, window: MainWindow, tail: Tail, faults: Faults) -> None:
        super().__init__(window)
        self._window, self._tail = window, tail
        self.drawer = LogDrawer(tail, self.report, window)
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.drawer)
        self.drawer.hide()
        action = self.drawer.toggleViewAction()
        action.setShortcut("Ctrl+L")
        window.view_menu.addSeparator()
        window.view_menu.addAction(action)
        faults.happened.connect(self._tell_fault)
        bridge = window.bridge
        bridge.told.connect(note_event)
        bridge.camera.connect(lambda state: note_device("camera", state))
        bridge.microphone.connect(lambda state: note_device("microphone", state))

    def report(self) -> str:
        """What a user may send along with a complaint."""
        facts = {
            "qt": f"{qVersion()} on {QGuiApplication.platformName()}",
            **self._window.model_facts,
            **self._window.facts(),
        }
        return report(facts, list(self._tail.lines))

    def tell_crash(self, trace: str) -> None:
        """Say that a run before this one crashed, and log where."""
        logging.getLogger("start").error("A run before this one crashed.\n%s", trace)
        self._offer_report(
            self.tr("R1-Omni crashed the last time. The log says where; it stays on this machine.")
        )

    def _tell_fault(self) -> None:
        self._offer_report(
            self.tr("Something went wrong; copy the report if you want to tell somebody.")
        )

    def _offer_report(self, sentence: str) -> None:
        banners = self._window.banners
        # What fails with every picture must not make the banner flicker.
        if sentence not in banners.sentences:
            banners.say("fault", "problem", sentence, self.tr("Copy report"), self._copy)

    def _copy(self) -> None:
        self.drawer.show()
        self.drawer.copy()
