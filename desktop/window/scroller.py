"""`Scroller`: lets something be scrolled where there is too little room for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from desktop.window.focus_ring import FocusRing

_SCROLL_BAR_PX = 16


class Scroller(QScrollArea):
    """Shows a widget in all the room there is, without a frame round it."""

    def __init__(self, shown: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidget(shown)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        FocusRing(self)  # it can be scrolled by keys


class Column(Scroller):
    """May become lower than what it shows, and asks for room not to."""

    def __init__(self, shown: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(shown, parent)
        self._shown = shown
        self.setAccessibleName(shown.accessibleName())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for more room once what is shown needs more, be it for a text or for its letters."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """As wide as what is shown, which cannot be scrolled sideways."""
        width = self._shown.minimumSizeHint().width() + _SCROLL_BAR_PX
        return QSize(width, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """All of what is shown, and the scroll bar beside it."""
        wanted = self._shown.sizeHint()
        return QSize(wanted.width() + _SCROLL_BAR_PX, wanted.height())


class FoldingLabel(QLabel):
    """Plain lines that stay whole where there is room, and break where there is not.

    A label that wraps asks for too little, and one that does not for more than there may be.
    """

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def sizeHint(self) -> QSize:
        """The lines as they are."""
        return self.fontMetrics().size(0, self.text())
