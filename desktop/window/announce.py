"""`announce`: what a screen reader is to say although the focus stays where it is."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(source: QWidget, sentence: str, *, at_once: bool = False) -> None:
    """Let a screen reader say a sentence, if one is there.

    Live results are not said so: they change several times a second, and what is read out is
    heard by the microphone.

    Args:
        source: what the sentence is about.
        at_once: breaks off what is being said, for what went wrong.
    """
    if not sentence or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(source, sentence)
    kinds = QAccessible.AnnouncementPoliteness
    event.setPoliteness(kinds.Assertive if at_once else kinds.Polite)
    QAccessible.updateAccessibility(event)
