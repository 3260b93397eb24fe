"""`PrivacyPage`: what was opened, what is stored where, and how to verify it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.log import log_folder
from desktop.window.focus_ring import FocusRing
from desktop.window.scroller import Scroller

VERIFY = "strace -f -e trace=socket,connect r1-omni 2>&1 | grep AF_INET"
"""Prints nothing: no connection to a network is opened."""


_MARGIN_PX = 8  # the ring of the focus is clear of the words


class PrivacyPage(Scroller):
    """Says it in words and paths; text can be selected and copied.

    Args:
        settings, store: the files that settings and recorded sessions are kept in.
        films: the folder of pictures and sound that were recorded.
    """

    def __init__(
        self, settings: Path, store: Path, films: Path, parent: QWidget | None = None
    ) -> None:
        inside = QWidget()
        super().__init__(inside, parent)
        self._settings, self._store, self._films = settings, store, films
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # Qt lets only the mouse into a text that can be selected by keys as well.
        self._text.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._text.setMargin(_MARGIN_PX)
        FocusRing(self._text)
        self.setAccessibleName(self.tr("Privacy seal"))
        self._facts: dict[str, str] = {}
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(32, 24, 32, 24)
        layout.addWidget(self._text)
        self._show()

    def show_facts(self, facts: Mapping[str, str]) -> None:
        """Add what is known of the loaded model, as `r1-omni info` prints it."""
        self._facts = dict(facts)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        self._show()  # files come and go
        super().showEvent(event)

    def _films_listed(self) -> str:
        # A link may lead to a disk that was taken out; another window may just have erased one.
        files = sorted(path for path in self._films.glob("*") if os.path.exists(path))
        if not files:
            return self.tr("<p>There are none.</p>")
        rows = "".join(
            f"<li><code>{escape(str(path))}</code>, {path.stat().st_size / 1e6:.1f} MB</li>"
            for path in files
        )
        return f"<ul>{rows}</ul>"

    def _show(self) -> None:
        places = (self._settings, self._store, VERIFY, log_folder(), self._films)
        rows = "".join(
            f"<tr><td style='padding-right:24px'>{escape(name)}</td>"
            f"<td><code>{escape(value)}</code></td></tr>"
            for name, value in self._facts.items()
        )
        self._text.setText(
            self.tr(
                "<h2>Privacy seal</h2>"
                "<p>R1-Omni opens no network connection while it runs. The one exception is an "
                "installation that brings no model: at its first start, or once its cache was "
                "removed, the model’s public parts are fetched, each checked against a pinned "
                "sha256. All that is sent is which file is wanted, by a program called r1-omni."
                "</p>"
                "<p>Pictures and sound are held in memory for three minutes, so that you can look "
                "back. They are written to a disk only while you record with the box “with picture "
                "and sound” ticked; it is not when the window opens.</p>"
                "<p>Settings, with the names of your devices and the folder that files were last "
                "chosen in, are kept in <code>{0}</code>, and the results that you record or keep "
                "in <code>{1}</code>, with their pictures and sound, if any, in <code>{4}</code> "
                "(below), until you erase them. A log of what the program did, without pictures, "
                "sound, results or names of recordings, is kept in <code>{3}</code> and sent "
                "nowhere.</p>"
                "<p>Only you and this machine’s administrators may read them. Sessions are erased "
                "on their page, and all of this by <code>r1-omni --erase-all</code>; reports and "
                "tables that you have exported stay where you put them.</p>"
                "<h3>Recorded pictures and sound</h3>{5}"
                "<h3>Verify it</h3><p>On Linux, this prints nothing while the window runs:</p>"
                "<p><code>{2}</code></p>"
                "<h3>The model</h3>"
            ).format(*(escape(str(text)) for text in places), self._films_listed())
            + (f"<table>{rows}</table>" if rows else self.tr("<p>It is being loaded.</p>"))
        )
