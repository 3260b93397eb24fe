"""Colours and fonts of the widgets, taken from the widget's own palette and font."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QFont, QPalette

from desktop.palette import (
    CARD,
    CHOSEN,
    EMOTION_COLOURS,
    INK,
    LINK,
    MUTED,
    ON_CHOSEN,
    PAPER,
    RULE,
    Tone,
)
from desktop.view.emotion_names import EMOTION_NAMES

_Role = QPalette.ColorRole


def is_dark(palette: QPalette) -> bool:
    """Whether a palette is of a dark colour scheme."""
    return palette.color(_Role.Window).lightness() < 128


def shade(tone: Tone, palette: QPalette) -> QColor:
    """A tone as it is on this palette's ground."""
    return QColor(tone.dark if is_dark(palette) else tone.light)


def ink(palette: QPalette) -> QColor:
    """Colour of plain text."""
    return palette.color(_Role.WindowText)


def emotion_colour(label: str) -> QColor:
    """Colour of an emotion's areas."""
    return QColor(EMOTION_COLOURS[label])


def emotion_name(label: str) -> str:
    """What an emotion is called in the user's language."""
    return QCoreApplication.translate("emotion", EMOTION_NAMES[label])


def sized(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """The same font, larger or smaller."""
    changed = QFont(font)
    if font.pointSizeF() > 0:
        changed.setPointSizeF(font.pointSizeF() * factor)
    else:
        changed.setPixelSize(max(round(font.pixelSize() * factor), 1))
    changed.setWeight(QFont.Weight.DemiBold if bold else font.weight())
    return changed


def breakable(text: str, piece: int = 24) -> str:
    """The same to look at, but a word longer than a piece, as of a path, may end in the next line.

    Args:
        piece: characters that stay together.
    """
    return re.sub(rf"\S{{{piece}}}(?=\S)", lambda found: found[0] + "\u200b", text)


def window_palette(dark: bool) -> QPalette:
    """The application's palette in the colours of `desktop.palette`."""
    palette = QPalette()
    tones = {
        _Role.Window: CARD, _Role.Button: CARD, _Role.Base: PAPER, _Role.AlternateBase: CARD,
        _Role.ToolTipBase: PAPER, _Role.WindowText: INK, _Role.Text: INK, _Role.ButtonText: INK,
        _Role.ToolTipText: INK, _Role.PlaceholderText: MUTED, _Role.Mid: RULE,
        _Role.Link: LINK, _Role.LinkVisited: LINK,
        _Role.Highlight: CHOSEN, _Role.HighlightedText: ON_CHOSEN,
    }  # fmt: skip
    for role, tone in tones.items():
        palette.setColor(role, QColor(tone.dark if dark else tone.light))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        disabled = QColor(MUTED.dark if dark else MUTED.light)
        palette.setColor(QPalette.ColorGroup.Disabled, role, disabled)
    return palette
