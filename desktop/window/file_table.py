"""`FileTable`: the queue of recordings, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop.view.clock import clock
from desktop.view.file_queue import FileItem
from desktop.window.focus_ring import FocusRing
from desktop.window.told import told

_NAME, _STATE, _PROGRESS = range(3)
_PROGRESS_PX = 64


class FileTable(QTableWidget):
    """Name, state and progress of each file; what is wrong with one is its tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self.setHorizontalHeaderLabels([self.tr("File"), self.tr("State"), self.tr("Progress")])
        self.setAccessibleName(self.tr("Files to analyse"))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(_STATE, QHeaderView.ResizeMode.Stretch)
        named_px = self.horizontalHeader().sectionSizeHint(_PROGRESS)
        self.setColumnWidth(_PROGRESS, max(_PROGRESS_PX, named_px))
        self.setTabKeyNavigation(False)  # else Tab would never leave it
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        FocusRing(self)

    def show_items(self, items: Sequence[FileItem]) -> None:
        """Bring every line up to date."""
        self.setRowCount(len(items))
        for row, item in enumerate(items):
            self._show_item(row, item)

    def selected(self) -> Path | None:
        """The file of the chosen line."""
        cell = self.item(self.currentRow(), _NAME)
        return None if cell is None else cell.data(Qt.ItemDataRole.UserRole)

    def _show_item(self, row: int, item: FileItem) -> None:
        name, state = QTableWidgetItem(item.path.name), QTableWidgetItem(self._words(item))
        name.setData(Qt.ItemDataRole.UserRole, item.path)
        name.setToolTip(_plain(str(item.path)))
        state.setToolTip(_plain(told(item.message)))
        self.setItem(row, _NAME, name)
        self.setItem(row, _STATE, state)
        bar = self.cellWidget(row, _PROGRESS)
        if not isinstance(bar, QProgressBar):
            bar = QProgressBar()
            bar.setAccessibleName(self.tr("Progress"))
            self.setCellWidget(row, _PROGRESS, bar)
        bar.setValue(round(100 * item.share))

    def _words(self, item: FileItem) -> str:
        if item.state == "analysing" and item.measured_s and not item.analyses:
            return self.tr("measured up to {0}").format(clock(item.measured_s))
        return {
            "waiting": self.tr("waits"),
            "analysing": (
                self.tr("at {0} of {1}").format(clock(item.done_s), clock(item.length_s))
                if item.length_s
                else self.tr("at {0}").format(clock(item.done_s))
            ),
            "done": self.tr("done, windows: {0}").format(len(item.analyses)),
            "cancelled": self.tr("cancelled at {0}").format(clock(item.done_s)),
            "failed": "✗ " + self.tr("failed"),
        }[item.state]


def _plain(text: str) -> str:
    """A tooltip in which a file's name is never taken for markup, and which wraps."""
    return f"<qt>{escape(text)}</qt>" if text else ""
