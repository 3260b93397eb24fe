"""The dialogs of the help menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.window.focus_ring import FocusRing
from desktop.window.screen import fit
from desktop.window.scroller import Column, FoldingLabel
from model import __version__

_SIZE = QSize(760, 640)  # enough for the tables


def third_parties() -> str:
    """THIRD_PARTY.md: it lies beside the packages, or where pip has put the licences."""
    beside = Path(__file__).parents[2] / "THIRD_PARTY.md"
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    from importlib.metadata import distribution  # here, because the window's start pays for it

    return distribution("r1-omni").read_text("licenses/THIRD_PARTY.md") or ""


class AboutDialog(QDialog):
    """Which version this is, by what it was made, under which licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About R1-Omni"))
        text = QLabel(
            self.tr(
                "<h2>R1-Omni {0}</h2>"
                "<p>Explainable emotion recognition that runs on your own machine.</p>"
                "<p>Apache License 2.0. The window is drawn by Qt through PySide6 (LGPL 3), the "
                "model runs on onnxruntime (MIT) and LiteRT (Apache 2.0), pictures are read by "
                "OpenCV (Apache 2.0) and FFmpeg (LGPL 2.1) through PyAV (BSD 3; its wheel on PyPI "
                "adds GPL codecs), "
                "sound by PortAudio (MIT). The weights are those of Whisper (MIT), "
                "SmolLM2 (Apache 2.0), MediaPipe's face landmarker (Apache 2.0) and our own. "
                "All parts are listed below; the packaged application has their texts in its "
                "folder “licences”.</p>"
                "<p>Method: R1-Omni (arXiv 2503.05379). It is no medical device.</p>"
            ).format(__version__)
        )
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.RichText)
        parts = QTextBrowser()
        parts.setOpenLinks(False)  # nothing here asks the network
        parts.setMarkdown(third_parties())
        parts.setAccessibleName(self.tr("Third parties"))
        FocusRing(parts)
        _close_below(self, text, parts)
        fit(self, _SIZE)


class ShortcutsDialog(QDialog):
    """Every key that does something."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        keys = QWidget()
        grid = QGridLayout(keys)
        grid.setHorizontalSpacing(24)
        for row, (key, what) in enumerate(self._shortcuts()):
            grid.addWidget(QLabel(f"<b>{key}</b>"), row, 0)
            grid.addWidget(FoldingLabel(what), row, 1)
        grid.setColumnStretch(1, 1)
        shown = Column(keys)
        shown.setAccessibleName(self.windowTitle())
        _close_below(self, shown)
        fit(self, self.sizeHint())

    def _shortcuts(self) -> list[tuple[str, str]]:
        return [
            ("1  2  3", self.tr("face box, landmarks, cue highlights")),
            ("4", self.tr("mirror the picture")),
            (_key("Ctrl+O"), self.tr("add files")),
            (_key("Ctrl+,"), self.tr("settings")),
            (_key("Ctrl+L"), self.tr("log")),
            (_key("Tab"), self.tr("next control")),
            (_key("Ctrl+Tab"), self.tr("next page")),
            ("← →", self.tr("in the timeline: window before, window after")),
            (_keys("Ctrl+Left", "Ctrl+Right"), self.tr("in the timeline: a little earlier, later")),
            (_keys("PgUp", "PgDown"), self.tr("in the timeline: scroll")),
            ("+ −", self.tr("in the timeline: closer, wider")),
            (_key("End"), self.tr("in the timeline: back to the present")),
            ("M", self.tr("in the timeline: set a marker, or clear it")),
            ("N", self.tr("in the timeline: put words to a marker")),
            ("X", self.tr("in the timeline: exclude the window chosen, or count it again")),
            (_key("Return"), self.tr("in the explanation: show or play what a clause speaks of")),
            ("F1", self.tr("this list")),
            (_key("Ctrl+Q"), self.tr("quit")),
        ]


def _key(keys: str) -> str:
    """As the menus call them, in the user's language and on the user's system."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _keys(*keys: str) -> str:
    return "  ".join(map(_key, keys))


def _close_below(dialog: QDialog, *contents: QWidget) -> None:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    dialog.setMinimumWidth(480)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 20, 24, 16)
    for content in contents:
        layout.addWidget(content)
    layout.addWidget(buttons)
