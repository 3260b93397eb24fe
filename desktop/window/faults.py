"""Qt's messages and whatever nobody caught go into the log; the latter is also told."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Log one message of Qt under the name of its category."""
    category = getattr(context, "category", None) or "default"
    logging.getLogger(f"qt.{category}").log(_LEVELS[kind], "%s", message)


class Faults(QObject):
    """Takes the place of Python's hooks for exceptions that nobody caught.

    Signals:
        happened: an exception was logged; emitted in whichever thread it came up.
    """

    happened = Signal()

    def install(self) -> None:
        """Take over from now on."""
        self._before = (
            qInstallMessageHandler(log_qt_message),
            sys.excepthook,
            threading.excepthook,
        )
        sys.excepthook, threading.excepthook = self.note, self._note_in_thread

    def remove(self) -> None:
        """Give the hooks back, before this object goes."""
        handler, sys.excepthook, threading.excepthook = self._before
        qInstallMessageHandler(handler)

    def note(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an exception and tell that there was one."""
        if not issubclass(kind, Exception):  # Ctrl-C is no fault
            sys.__excepthook__(kind, error, trace)
            return
        logging.getLogger("fault").critical("Uncaught", exc_info=(kind, error, trace))
        self.happened.emit()

    def _note_in_thread(self, fault: threading.ExceptHookArgs) -> None:
        if fault.exc_value is not None:
            self.note(fault.exc_type, fault.exc_value, fault.exc_traceback)
