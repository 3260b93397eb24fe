"""`Panel`: a headed area of the window."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.palette import MUTED, RULE
from desktop.window.theme import shade, sized

_RADIUS = 8.0
_BAND = 4.0


class Panel(QWidget):
    """A heading with a note at its right, and a body below.

    What the model infers stands on a card, what was measured in an open frame with a band at its
    left, so that the two are told apart at a glance.

    Args:
        kind: what the panel holds.

    Attributes:
        body: where the contents go.
        note: the text at the heading's right.
    """

    def __init__(
        self, kind: Literal["inferred", "measured"], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._heading = QLabel()
        self.note = MutedLabel(wraps=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.addWidget(self._heading)
        top.addWidget(self.note, 1)
        outer = self._outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 14)
        outer.setSpacing(8)
        outer.addLayout(top)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        outer.addLayout(self.body, 1)
        self._heading.setFont(sized(self.font(), 1.05, bold=True))

    def set_heading(self, heading: str) -> None:
        """Name the panel, for the eye and for a screen reader."""
        self._heading.setText(heading)
        self.setAccessibleName(heading)

    def hasHeightForWidth(self) -> bool:
        """No: Qt takes the preferred height of such a widget for its least one."""
        return False

    def minimumSizeHint(self) -> QSize:
        """High enough, also for wrapped texts at the present width."""
        least = super().minimumSizeHint()
        if not self._outer.hasHeightForWidth():
            return least
        width = max(self.width(), least.width())
        return QSize(least.width(), self._outer.minimumHeightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Texts that wrap differently need another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the heading's size in step with the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._heading.setFont(sized(self.font(), 1.05, bold=True))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card or the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(shade(RULE, self.palette()), 1.0))
        if self._kind == "inferred":
            painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
            painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        else:
            painter.drawRect(area)
            painter.fillRect(QRectF(0.0, 0.0, _BAND, self.height()), shade(MUTED, self.palette()))


class MutedLabel(QLabel):
    """Text that stands back behind the results; still of a contrast of 4.5:1."""

    def __init__(self, text: str = "", *, wraps: bool = False) -> None:
        super().__init__(text)
        self.setWordWrap(wraps)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
