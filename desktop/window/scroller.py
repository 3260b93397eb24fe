"""`Scroller`: lets something be scrolled where there is too little room for it."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QWidget


class Scroller(QScrollArea):
    """Shows a widget in all the room there is, without a frame round it."""

    def __init__(self, shown: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidget(shown)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
