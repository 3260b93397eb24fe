"""`SessionsPage`: what was recorded: looked at, renamed, exported, erased."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QInputDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.sessions.export import EXPORTS, Export
from desktop.sessions.session import SessionSummary
from desktop.sessions.store import SessionStore
from desktop.settings import Settings
from desktop.view.clock import clock
from desktop.window.annotator import Annotator
from desktop.window.banner import Banners
from desktop.window.file_dialogs import FileDialogs
from desktop.window.film_view import FilmView
from desktop.window.focus_ring import FocusRing
from desktop.window.list_buttons import ListButtons
from desktop.window.playback import Playback
from desktop.window.results_view import ResultsView
from desktop.window.scroller import Scroller
from desktop.window.stored_notes import StoredNotes
from desktop.window.theme import breakable
from desktop.window.told import told
from model.analysis import CheckedClaim
from model.errors import StoreError

_Result = TypeVar("_Result")
_CELL_PX = 16
_PIECE = 8  # of a hash or a path: on a small screen there is little room
_SIDE_PX = 310  # for titles; what is at its right takes the rest


class SessionsPage(QWidget):
    """A list of sessions and the view of the one that is selected."""

    def __init__(
        self,
        store: SessionStore,
        settings: Settings,
        banners: Banners,
        playback: Playback,
        dialogs: FileDialogs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._banners, self._dialogs = store, banners, dialogs
        self._shown: int | None = None
        self._facts = QLabel(self.tr("Choose a session."))
        self._facts.setWordWrap(True)
        self._facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._facts.setMargin(16)
        self._labels = settings.labels
        facts = Scroller(self._facts)
        facts.setAccessibleName(self.tr("What the session depends on"))
        self.film = FilmView(playback)
        self.film.hide()
        above = QSplitter(Qt.Orientation.Vertical)
        above.setObjectName("film")
        above.setChildrenCollapsible(False)
        above.addWidget(self.film)
        above.addWidget(facts)
        above.setStretchFactor(0, 2)
        above.setStretchFactor(1, 1)
        self.results = ResultsView(above, self._labels, kept_s=math.inf)
        timeline = self.results.timeline
        Annotator(timeline, StoredNotes(store, lambda: self._shown, self._say), self)
        timeline.time_chosen.connect(timeline.set_play_head)
        self.results.claim_chosen.connect(self._mark_claim)
        self.film.follow(self.results)
        self.table = self._make_table()
        self._buttons = ListButtons()
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def refresh(self) -> None:
        """Read the list anew; the session that is shown stays selected wherever it is now."""
        sessions = self._told(self._store.sessions) or []
        blocked = self.table.blockSignals(True)
        self.table.setRowCount(len(sessions))
        self.table.setCurrentCell(-1, -1)
        for row, summary in enumerate(sessions):
            for column, text in enumerate(self._cells(summary)):
                cell = QTableWidgetItem(text)
                cell.setData(Qt.ItemDataRole.UserRole, summary.id)
                cell.setToolTip(f"<qt>{escape(text)}</qt>")  # there is little room for a title
                self.table.setItem(row, column, cell)
            if summary.id == self._shown:
                self.table.selectRow(row)
        self.table.blockSignals(blocked)
        self._show()

    def stop(self) -> None:
        """Seek no pictures any more, before the window goes."""
        self.film.stop()

    def selected(self) -> int | None:
        """Number of the selected session."""
        cell = self.table.item(self.table.currentRow(), 0)
        return None if cell is None else int(cell.data(Qt.ItemDataRole.UserRole))

    def rename(self, session_id: int, title: str) -> None:
        """Give a session another title."""
        self._told(lambda: self._store.rename(session_id, title))
        self.refresh()

    def export(self, session_id: int, export: Export, path: Path) -> None:
        """Write a session to a file."""

        def write() -> None:
            export.write(self._store.load(session_id), path)
            self._banners.say("export", "information", self.tr("Written: {0}").format(path))

        self._told(write)

    def erase(self, session_id: int | None) -> None:
        """Erase one session, or (`None`) all of them, and say what was deleted."""

        def erase() -> None:
            self.film.stop()  # a film that is open could not be deleted everywhere
            erased = (
                self._store.erase_all() if session_id is None else self._store.erase(session_id)
            )
            self._banners.say("erased", "information", told(erased.sentence))

        self._told(erase)
        self.refresh()

    def _told(self, deed: Callable[[], _Result]) -> _Result | None:
        """Do something with the store; what goes wrong is said in a banner."""
        try:
            return deed()
        except StoreError as error:
            self._say(error)
            return None

    def _say(self, error: StoreError) -> None:
        self._banners.say("store", "problem", told(error.sentence))

    def _show(self) -> None:
        """Show the session that is selected, or that none is."""
        number = self._shown = self.selected()
        self._buttons.set_chosen(number is not None)
        session = None if number is None else self._told(lambda: self._store.load(number))
        if session is None:
            self._open_film(())
            self.results.clear()
            self._facts.setText(self.tr("Choose a session."))
            return
        self.results.set_labels(session.labels or self._labels)
        self.results.add_analyses(session.analyses)
        for marker in session.markers:
            self.results.model.add_marker(marker.at_s, marker.text)
        for span in session.exclusions:
            self.results.model.exclude(span.start_s, span.end_s)
        timeline = self.results.model
        timeline.fit(timeline.now_s - timeline.first_s)
        self.results.timeline.refresh()
        self._open_film(session.media)
        facts = "".join(
            f"<p style='margin:4px 0'><b>{escape(breakable(name, _PIECE))}</b> "
            f"{escape(breakable(value, _PIECE))}</p>"
            for name, value in sorted(
                (*session.facts.items(), *map(self._film_fact, session.media)),
                key=lambda fact: fact[0].startswith("sha256"),  # many, and seldom looked for
            )
        )
        self._facts.setText(f"<h3>{escape(session.summary.title)}</h3>{facts}")

    def _open_film(self, media: Sequence[Path]) -> None:
        """Show the film that was kept with a session; its seconds are the session's."""
        film = next((path for path in media if os.path.exists(path)), None)
        if self.film.open(film):
            self.film.setVisible(film is not None)
            self.film.look_at(0.0)
            self.film.look_at_newest(self.results)

    def _mark_claim(self, claim: CheckedClaim) -> None:
        """Mark on the timeline when it is that a claim is about, where there is no film, too."""
        self.results.timeline.set_play_head((claim.start_s + claim.end_s) / 2)

    def _film_fact(self, path: Path) -> tuple[str, str]:
        """Where a film is, or that it was moved or removed by somebody else."""
        told = (
            str(path) if os.path.exists(path) else self.tr("not there any more: {0}").format(path)
        )
        return self.tr("film"), told

    # --- asking ------------------------------------------------------------------------------

    def _ask_title(self) -> None:
        if (number := self.selected()) is None:
            return
        summaries = self._told(self._store.sessions) or []
        before = next((one.title for one in summaries if one.id == number), "")
        title, given = QInputDialog.getText(self, self.tr("Rename"), self.tr("Title"), text=before)
        if given and title.strip():
            self.rename(number, title.strip())

    def _ask_target(self, export: Export) -> None:
        if (number := self.selected()) is None:
            return
        name = f"session-{number}{export.suffix}"
        if (path := self._dialogs.to_write(self, _label(export), name)) is not None:
            self.export(number, export, path)

    def _ask_erase(self, everything: bool) -> None:
        number = None if everything else self.selected()
        if number is None and not everything:
            return
        question = (
            self.tr("Erase all sessions? They cannot be brought back.")
            if everything
            else self.tr("Erase this session? It cannot be brought back.")
        )
        kinds = QMessageBox.StandardButton
        # Enter alone must not erase what cannot be brought back.
        answer = QMessageBox.question(
            self, self.tr("Erase"), question, kinds.Yes | kinds.No, kinds.No
        )
        if answer == kinds.Yes:
            self.erase(number)

    # --- building ----------------------------------------------------------------------------

    def _cells(self, summary: SessionSummary) -> tuple[str, ...]:
        title = summary.title
        if summary.interrupted:
            title = self.tr("{0} (cut short)").format(title)
        return (
            title,
            summary.started.astimezone().strftime("%Y-%m-%d %H:%M"),
            self.tr("{0}, windows: {1}").format(clock(summary.duration_s), summary.windows),
        )

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setHorizontalHeaderLabels([self.tr("Session"), self.tr("Begun"), self.tr("Length")])
        table.setAccessibleName(self.tr("Recorded sessions"))
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, widest in ((1, "0000-00-00"), (2, "windows: 0000")):
            width = table.fontMetrics().horizontalAdvance(widest) + _CELL_PX
            table.setColumnWidth(column, width)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)  # else Tab would never leave it
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.itemSelectionChanged.connect(self._show)
        FocusRing(table)
        return table

    def _lay_out(self) -> None:
        export = QPushButton(self.tr("Export"))
        menu = QMenu(export)
        for one in EXPORTS.values():
            menu.addAction(_label(one), partial(self._ask_target, one))
        export.setMenu(menu)
        for text, slot, of_chosen in (
            (self.tr("Rename…"), self._ask_title, True),
            (self.tr("Erase…"), lambda: self._ask_erase(False), True),
            (self.tr("Erase all…"), lambda: self._ask_erase(True), False),
        ):
            button = QPushButton(text)
            button.clicked.connect(slot)
            self._buttons.add(button, of_chosen=of_chosen)
        self._buttons.add(export, of_chosen=True)
        side = QWidget()
        column = QVBoxLayout(side)
        column.addLayout(self._buttons)
        column.addWidget(self.table, 1)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.setObjectName("list")
        across.addWidget(side)
        across.addWidget(self.results)
        across.setStretchFactor(1, 3)
        across.setSizes([_SIDE_PX, 3 * _SIDE_PX])
        QVBoxLayout(self).addWidget(across)
        # First what is chosen, then what is done with it: not to begin with what erases all.
        for before, after in pairwise((self.table, *side.findChildren(QPushButton))):
            self.setTabOrder(before, after)


def _label(export: Export) -> str:
    return QCoreApplication.translate("export", export.label)
