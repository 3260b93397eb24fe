"""`FilesPage`: recordings are dropped here, analysed one after the other, and looked through."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.live.messages import Event, Explained, Failed, Writing
from desktop.settings import Settings
from desktop.view.clock import clock
from desktop.view.file_queue import FileItem, FileQueue
from desktop.view.film import length_of
from desktop.window.bridge import Bridge
from desktop.window.file_dialogs import FileDialogs
from desktop.window.file_table import FileTable
from desktop.window.film_view import FilmView
from desktop.window.list_buttons import ListButtons
from desktop.window.playback import Playback
from desktop.window.results_view import ResultsView
from desktop.window.theme import breakable
from desktop.window.told import told
from model.media import SUFFIXES


class FilesPage(QWidget):
    """A queue and the view of the file that is selected in it.

    Signals:
        busy_changed: whether files are being analysed, which holds up the live analysis.
        keep_wanted: the `FileItem` whose results are to become a session.
    """

    busy_changed = Signal(bool)
    keep_wanted = Signal(object)

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        playback: Playback,
        dialogs: FileDialogs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._dialogs = dialogs
        self.setAcceptDrops(True)
        self.queue = FileQueue(bridge.session.send, time.monotonic, length_of)
        self.queue.options = settings.file_options
        self._labels = self._shown_labels = settings.labels
        self.picture = FilmView(playback)
        self.results = ResultsView(self.picture, settings.labels, kept_s=math.inf)
        self._table = FileTable()
        self._table.itemSelectionChanged.connect(self._select)
        self._left, self._fault = QLabel(), QLabel()
        self._left.hide()
        self._keep_button = QPushButton(self.tr("Keep results"))
        self._keep_button.setToolTip(
            self.tr("As a session, which can be marked, exported and erased; the file stays yours.")
        )
        self._keep_button.clicked.connect(self._want_kept)
        self._shown: Path | None = None
        self._busy = False
        self._buttons = ListButtons()
        self._lay_out()
        self._show(None)
        bridge.told.connect(self._on_event)
        timeline = self.results.timeline
        timeline.time_chosen.connect(timeline.set_play_head)
        self.picture.follow(self.results)

    def add(self, paths: Sequence[Path]) -> None:
        """Let files wait their turn."""
        self.queue.add(paths)
        self._refresh()
        if self._shown in paths:
            self._show(self._shown)  # its results are made anew
        elif self._shown is None and paths:
            self._table.selectRow(0)

    def apply(self, settings: Settings) -> None:
        """Analyse further files otherwise; what was found so far stays."""
        self.queue.options = settings.file_options
        self._labels = settings.labels
        self._show(self._shown)

    def stop(self) -> None:
        """Seek no pictures any more, before the window goes."""
        self.picture.stop()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        event.acceptProposedAction()
        self.add([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Writing) and event.file and event.file == str(self._shown):
            self.results.write(event.end_s, event.piece)
        if not self.queue.take(event):
            return
        if isinstance(event, Explained) and event.analysis.file == str(self._shown):
            if tuple(event.analysis.probabilities) != self._shown_labels:
                self._show(self._shown)  # it was begun before other labels were chosen
            else:
                self.results.add_analysis(event.analysis)
            if not self.results.looking_back and self.results.timeline.play_head_s is None:
                self.picture.look_at_newest(self.results)
        if isinstance(event, Failed) and event.path == self._shown:
            self.picture.show_hint(told(event.sentence))
        self._refresh()

    def _show(self, path: Path | None) -> None:
        """Show another file of the queue, with what is known of it so far."""
        self.picture.open(path)
        self._shown = path
        self._buttons.set_chosen(path is not None)
        item = None if path is None else self.queue.item(path)
        found = item.analyses if item else ()
        self._shown_labels = tuple(found[0].probabilities) if found else self._labels
        self.results.set_labels(self._shown_labels)
        if path is None:
            self.picture.show_hint(self.tr("Drop recordings here, or press “Add files…”."))
            return
        if item:
            self.results.add_analyses(item.analyses)
            if item.length_s:
                self.results.model.fit(item.length_s)
        if item and item.message:
            self.picture.show_hint(told(item.message))
        else:
            self.picture.look_at(0.0)

    # --- the queue ---------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._table.show_items(self.queue.items)
        left_s = self.queue.left_s()
        self._show_chosen()
        self._left.setText("" if left_s is None else self.tr("{0} left").format(clock(left_s)))
        self._left.setVisible(left_s is not None)
        if self.queue.busy != self._busy:
            self._busy = self.queue.busy
            self.busy_changed.emit(self._busy)

    def _show_chosen(self) -> None:
        """Say under the queue what is wrong with the chosen file, or with the last that failed."""
        self._keep_button.setEnabled(self._to_keep() is not None)
        chosen = self.queue.item(self._shown) if self._shown is not None else None
        faults = [item.message for item in self.queue.items if item.message]
        message = (chosen.message if chosen else "") or (faults[-1] if faults else "")
        self._fault.setText(breakable(told(message)))
        self._fault.setVisible(bool(message))

    def _select(self) -> None:
        path = self._table.selected()
        if path != self._shown:
            self._show(path)
            self._show_chosen()

    def ask(self) -> None:
        """Let somebody choose files to add."""
        pattern = " ".join(f"*.{suffix}" for suffix in SUFFIXES)
        kinds = self.tr("Recordings ({0})").format(pattern), self.tr("All files (*)")
        self.add(self._dialogs.to_read(self, self.tr("Add files"), ";;".join(kinds)))

    def _cancel(self) -> None:
        if (path := self._table.selected()) is not None:
            self.queue.cancel(path)
            self._refresh()

    def _remove(self) -> None:
        if (path := self._table.selected()) is not None:
            self.queue.remove(path)
            self._refresh()
            self._select()

    def _to_keep(self) -> FileItem | None:
        """The chosen file, where there are results of it and no more are to come."""
        item = self.queue.item(self._shown) if self._shown is not None else None
        return item if item and item.analyses and item.state != "analysing" else None

    def _want_kept(self) -> None:
        if (item := self._to_keep()) is not None:
            self.keep_wanted.emit(item)

    def _lay_out(self) -> None:
        for text, slot, of_chosen in (
            (self.tr("Add files…"), self.ask, False),
            (self.tr("Cancel"), self._cancel, True),
            (self.tr("Remove"), self._remove, True),
        ):
            button = QPushButton(text)
            button.clicked.connect(slot)
            self._buttons.add(button, of_chosen=of_chosen)
        self._buttons.add(self._keep_button)
        self._buttons.addWidget(self._left, 2, 0, 1, 2)
        column = QVBoxLayout(side := QWidget())
        column.addLayout(self._buttons)
        self._fault.setWordWrap(True)
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self._fault.hide()
        column.addWidget(self._table, 1)
        column.addWidget(self._fault)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.setObjectName("list")
        across.addWidget(side)
        across.addWidget(self.results)
        across.setStretchFactor(1, 3)
        QVBoxLayout(self).addWidget(across)
