"""The application's icon."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QIcon

ICONS = Path(__file__).parents[1] / "icons"


def application_icon() -> QIcon:
    """From the PNG: the SVG beside it, which it is drawn from, would need one more library."""
    return QIcon(str(ICONS / "r1-omni.png"))
