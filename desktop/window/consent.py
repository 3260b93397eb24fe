"""The notice before the first picture is taken."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from desktop.settings import load_settings
from desktop.window.screen import fit
from desktop.window.scroller import Column

NOTICE_VERSION = 2
"""Raised when what is measured, kept or allowed changes: everybody is then asked again."""

_WIDTH = 504


class ConsentWatch(QObject):
    """Notices that kept consent is gone: withdrawn in another window, or erased.

    Args:
        file: that settings are kept in.

    Signals:
        gone: the file holds consent no longer.
    """

    gone = Signal()

    def __init__(self, file: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._file, self._given = file, False
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self.look)
        self.look()

    def look(self) -> None:
        """Read the file, now and whenever something changes in its folder."""
        if not self._watcher.directories() and self._file.parent.is_dir():
            self._watcher.addPath(str(self._file.parent))
        before, self._given = self._given, load_settings(self._file).consented >= NOTICE_VERSION
        if before and not self._given:
            self.gone.emit()


class ConsentDialog(QDialog):
    """Says what will be measured, where it stays and whom it must not be used on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Before the camera opens"))
        text = QLabel(self._text())
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setFixedSize(_WIDTH, text.heightForWidth(_WIDTH))
        # Qt makes a dialog two thirds of the screen high at most, and the last lines were cut off.
        notice = Column(text)
        notice.setAccessibleName(self.windowTitle())
        self._told = QCheckBox(
            self.tr("I have read this, and people in view or within hearing have been told.")
        )
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._start = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._start.setText(self.tr("Open camera and microphone"))
        self._start.setEnabled(False)
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(
            self.tr("Not now, analyse files only")
        )
        self._told.toggled.connect(self._start.setEnabled)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 20)
        layout.setSpacing(16)
        layout.addWidget(notice, 1)
        layout.addWidget(self._told)
        layout.addWidget(self._buttons)
        fit(self, self.sizeHint())

    def _text(self) -> str:
        paragraphs = (
            self.tr("<h2>What R1-Omni does with you</h2>"),
            self.tr(
                "<b>It measures</b> how your face moves (brows, eyes, mouth, head) and how your "
                "voice sounds (pitch, loudness, pace, pauses), and from these it <b>estimates</b> "
                "which emotion other people would name. That is no readout of what you feel."
            ),
            self.tr(
                "<b>Everything stays on this machine.</b> Pictures and sound are kept in memory "
                "for three minutes and then forgotten. Results are stored only while you record "
                "them; pictures and sound only if you tick the box for that as well. None of it is "
                "sent anywhere."
            ),
            self.tr(
                "<b>Not for use on staff, candidates, pupils or students</b>: inferring emotions "
                "at work and in education is prohibited in the European Union "
                "(AI Act, Art. 5(1)(f)). It is no medical device and decides nothing."
            ),
            self.tr(
                "<b>Tell everybody in view</b> before you begin (AI Act, Art. 50(3)). A sign in "
                "the window shows whenever camera or microphone are in use."
            ),
        )
        return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
