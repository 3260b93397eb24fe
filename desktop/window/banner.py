"""`Banners`: sentences across the window that want to be read, each with something to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.palette import BLUE, INK, PAPER, RULE, Tone
from desktop.window.announce import announce
from desktop.window.theme import breakable, shade, sized

BannerKind = Literal["information", "warning", "problem"]
MOST = 3
_TONES: Mapping[BannerKind, Tone] = {
    "information": BLUE,
    "warning": Tone("#7a5500", "#e69f00"),
    "problem": Tone("#a3260f", "#ff8a65"),
}
_SIGNS: Mapping[BannerKind, str] = {"information": "i", "warning": "!", "problem": "×"}


class Banner(QWidget):
    """One sentence with the sign of its kind, perhaps a button, and a button that closes it.

    Signals:
        dismissed()
    """

    dismissed = Signal()

    def __init__(
        self,
        kind: BannerKind,
        sentence: str,
        button: str = "",
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self.sentence = sentence
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(_Sign(kind))
        label = QLabel(breakable(sentence))
        label.setTextFormat(Qt.TextFormat.PlainText)  # file names may look like markup
        label.setWordWrap(True)
        row.addWidget(label, 1)
        if button and on_click is not None:
            push = QPushButton(button)
            push.clicked.connect(lambda: on_click())
            row.addWidget(push)
        row.addWidget(self._closer())
        self.setAccessibleName(f"{self._kind_name()}: {sentence}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground with a band in the kind's colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(shade(RULE, self.palette()), 1.0))
        painter.setBrush(shade(PAPER, self.palette()))
        painter.drawRect(area)
        band = QRectF(0.0, 0.0, 4.0, self.height())
        painter.fillRect(band, shade(_TONES[self._kind], self.palette()))

    def _closer(self) -> QToolButton:
        close = QToolButton()
        close.setText("✕")
        close.setAutoRaise(True)
        close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        close.setToolTip(self.tr("Dismiss"))
        close.setAccessibleName(self.tr("Dismiss"))
        close.clicked.connect(self.dismissed)
        return close

    def _kind_name(self) -> str:
        names = {
            "information": self.tr("Information"),
            "warning": self.tr("Warning"),
            "problem": self.tr("Problem"),
        }
        return names[self._kind]


class Banners(QWidget):
    """At most `MOST` banners, the newest below; an older one gives way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = QVBoxLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.setSpacing(6)
        self._banners: dict[str, Banner] = {}
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(self.tr("Notices"))
        self.hide()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said, from above."""
        return tuple(banner.sentence for banner in self._banners.values())

    def say(
        self,
        key: str,
        kind: BannerKind,
        sentence: str,
        button: str = "",
        on_click: Callable[[], object] | None = None,
    ) -> None:
        """Show a sentence; one with the same key takes the place of the earlier."""
        self.dismiss(key)
        while len(self._banners) >= MOST:
            self.dismiss(next(iter(self._banners)))
        banner = Banner(kind, sentence, button, on_click)
        banner.dismissed.connect(lambda: self.dismiss(key))
        self._banners[key] = banner
        self._stack.addWidget(banner)
        self.show()
        announce(banner, banner.accessibleName(), at_once=kind == "problem")

    def dismiss(self, key: str) -> None:
        """Take a sentence away, if it is there."""
        banner = self._banners.pop(key, None)
        if banner is not None:
            self._stack.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        if not self._banners:
            self.hide()


class _Sign(QWidget):
    """A disc, a triangle's colour and a letter: what kind of sentence follows."""

    def __init__(self, kind: BannerKind) -> None:
        super().__init__()
        self._kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = self.fontMetrics().height() + 4
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(_TONES[self._kind], self.palette()))
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._kind == "information":
            painter.drawEllipse(area)
        else:
            painter.drawRoundedRect(area, 3.0, 3.0)
        painter.setPen(shade(Tone(PAPER.light, INK.light), self.palette()))
        painter.setFont(sized(self.font(), 1.0, bold=True))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, _SIGNS[self._kind])
