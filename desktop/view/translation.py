"""Marks texts of the Qt-free half for translation."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return the text; `lupdate` collects it, because it looks for a function of this name."""
    return text
