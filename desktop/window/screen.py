"""What the screen has to do with windows: whether there is one at all, and how large it is."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QMessageLogContext, QSize, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from desktop.output import complain, no_window
from model.errors import EXIT_CODE

_FRAME = QSize(8, 48)
"""What a frame and a title take of the screen."""


def fit(window: QWidget, wanted: QSize) -> None:
    """Make a window as large as is wanted, but no larger than its screen."""
    window.resize(wanted.boundedTo(window.screen().availableSize() - _FRAME))


def screen_application() -> QApplication:
    """The application.

    Where the screen or a library of the system is missing, the process ends with a sentence and
    `EXIT_CODE`: Qt aborts, which cannot be caught, and that looked like a crash of ours.
    """
    warnings: list[str] = []

    def listen(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if before is not None:
            before(kind, context, message)
        if kind == QtMsgType.QtWarningMsg:
            warnings.append(message)
        elif kind == QtMsgType.QtFatalMsg:
            # The first warning is of the cause; the later ones come with every failure.
            complain(no_window((warnings or [message])[0]))
            os._exit(EXIT_CODE)

    before = qInstallMessageHandler(listen)
    try:
        return QApplication(sys.argv[:1])
    finally:
        qInstallMessageHandler(before)
