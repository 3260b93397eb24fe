"""`ListButtons`: what is done with a list, and with the line of it that is chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QPushButton


class ListButtons(QGridLayout):
    """Buttons, two in a row."""

    def __init__(self) -> None:
        super().__init__()
        self._of_chosen: list[QPushButton] = []

    def add(self, button: QPushButton, *, of_chosen: bool = False) -> None:
        """Put a button behind the others.

        Args:
            of_chosen: it can only be pressed while a line is chosen.
        """
        place = self.count()
        self.addWidget(button, place // 2, place % 2)
        if of_chosen:
            self._of_chosen.append(button)

    def set_chosen(self, chosen: bool) -> None:
        """Say whether a line is chosen."""
        for button in self._of_chosen:
            button.setEnabled(chosen)
