"""`LogDrawer`: the log as it is written, to be copied into a report."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.log import Tail
from desktop.window.focus_ring import FocusRing
from desktop.window.panel import MutedLabel

_MOST_LINES = 2000


class LogDrawer(QDockWidget):
    """A dock at the bottom that is closed at first.

    Args:
        tail: of the log.
        report: makes the text that is copied.
    """

    _logged = Signal(str)

    def __init__(
        self, tail: Tail, report: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Log"))
        self.setObjectName("log")
        self.setAllowedAreas(
            Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea
        )
        self._tail, self._report = tail, report
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setMaximumBlockCount(_MOST_LINES)
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.lines.setAccessibleName(self.tr("Lines of the log"))
        FocusRing(self.lines)
        self.copy_button = QPushButton(self.tr("Copy report"))
        self.copy_button.clicked.connect(self.copy)
        self._note = MutedLabel(self._promise(), wraps=True)
        self._lay_out()
        # Lines are logged by any thread; a queued signal brings them into this one.
        self._logged.connect(self.lines.appendPlainText, Qt.ConnectionType.QueuedConnection)
        self.hide()

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self._report())
        self._note.setText(self.tr("The report is on the clipboard."))

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was logged so far and follow from then on."""
        self.lines.setPlainText("\n".join(self._tail.lines))
        self.lines.moveCursor(self.lines.textCursor().MoveOperation.End)
        self._note.setText(self._promise())
        self._tail.listener = self._logged.emit
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody reads along: follow no longer."""
        self._tail.listener = None
        super().hideEvent(event)

    def _promise(self) -> str:
        return self.tr("Nothing is sent anywhere: a report is copied for you to paste.")

    def _lay_out(self) -> None:
        inside = QWidget()
        row = QHBoxLayout()
        row.addWidget(self._note, 1)
        row.addWidget(self.copy_button)
        column = QVBoxLayout(inside)
        column.addWidget(self.lines, 1)
        column.addLayout(row)
        self.setWidget(inside)
