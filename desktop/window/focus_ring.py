"""`FocusRing`: shows where the keyboard is, where Qt's style shows nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from desktop.palette import BLUE
from desktop.window.theme import shade

_WIDTH_PX = 2.0
_MOVING = (QEvent.Type.FocusIn, QEvent.Type.Resize, QEvent.Type.Show)


class FocusRing(QWidget):
    """Lies over a widget and is seen while that has the focus.

    The style rings buttons and fields, but neither what scrolls nor lists, texts and what is
    painted by hand.

    Args:
        ringed: what the ring belongs to, which keeps it.
    """

    def __init__(self, ringed: QWidget) -> None:
        super().__init__(ringed)
        self._ringed = ringed
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        ringed.installEventFilter(self)
        if isinstance(ringed, QAbstractScrollArea):
            for bar in (ringed.verticalScrollBar(), ringed.horizontalScrollBar()):
                bar.installEventFilter(self)  # one that comes lies on top

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the focus and the size of what is ringed."""
        kind = event.type()
        if kind == QEvent.Type.FocusOut:
            self.hide()
        elif kind in _MOVING:
            self.setGeometry(self._ringed.rect())
            self.setVisible(self._ringed.hasFocus())
            self.raise_()  # over what came since
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring, of a contrast of at least 3:1 on every ground of the window."""
        painter = QPainter(self)
        painter.setPen(QPen(shade(BLUE, self.palette()), _WIDTH_PX))
        inset = _WIDTH_PX / 2
        painter.drawRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))
