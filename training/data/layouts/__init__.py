"""Folders as their publishers lay them out → labelled clips.

    acted.py          RAVDESS, CREMA-D: labels in the file names
    wild.py           DFEW, MAFW: tables and five splits
    tables.py         index.csv (one's own clips), MER2023 and EMER: a csv
    conversations.py  R1-Omni's training JSON

Checked against real files: RAVDESS, and of it only the names of one actor's clips with picture and
sound. All other layouts are written from the sets' documentation and from what public code reads of
them; the sets themselves were not at hand. Tests build folders in their likeness.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from model.errors import DataError
from training.data.layouts.acted import is_crema_d, is_ravdess, read_crema_d, read_ravdess
from training.data.layouts.common import LabelledClip, listed_once
from training.data.layouts.conversations import is_conversations, read_conversations
from training.data.layouts.tables import INDEX, is_index, is_mer2023, read_index, read_mer2023
from training.data.layouts.wild import is_dfew, is_mafw, read_dfew, read_mafw

__all__ = ["LabelledClip", "Layout", "detect_layout", "read_index", "read_layout"]

FOLDS = range(1, 6)


class Layout(StrEnum):
    """How a folder is laid out."""

    INDEX = "index"
    RAVDESS = "ravdess"
    CREMA_D = "crema-d"
    DFEW = "dfew"
    MAFW = "mafw"
    MER2023 = "mer2023"
    CONVERSATIONS = "conversations"


# An index.csv of ours comes first: who writes one means it.
_SIGNS = {
    Layout.INDEX: is_index,
    Layout.CONVERSATIONS: is_conversations,
    Layout.DFEW: is_dfew,
    Layout.MAFW: is_mafw,
    Layout.MER2023: is_mer2023,
    Layout.RAVDESS: is_ravdess,
    Layout.CREMA_D: is_crema_d,
}
_READERS = {
    Layout.INDEX: read_index,
    Layout.CONVERSATIONS: read_conversations,
    Layout.MER2023: read_mer2023,
    Layout.RAVDESS: read_ravdess,
    Layout.CREMA_D: read_crema_d,
}
_FOLDED = {Layout.DFEW: read_dfew, Layout.MAFW: read_mafw}


def detect_layout(folder: Path) -> Layout:
    """The layout of a folder, from its tables and file names.

    Raises:
        DataError: there is no such folder, or nothing in it is recognised.
    """
    _check_folder(folder)
    for layout, shows in _SIGNS.items():
        if shows(folder):
            return layout
    if (folder / INDEX).is_file():
        return Layout.INDEX  # reading it tells what is wrong with it
    raise DataError(
        f"{folder}: no layout that is known ({', '.join(Layout)}); list its clips in an index.csv "
        "with the columns file and emotion."
    )


def read_layout(folder: Path, layout: Layout | None = None, fold: int = 5) -> list[LabelledClip]:
    """The labelled clips of a folder, each once.

    Args:
        folder: what the set was unpacked into.
        layout: how it is laid out; `None` to find out.
        fold: which of the five published splits of DFEW and MAFW; other layouts have none.

    Raises:
        DataError: the folder is not laid out so, a label in it is unknown, or one clip has two.
    """
    _check_folder(folder)
    if fold not in FOLDS:
        raise DataError(f"{folder}: fold {fold} does not exist; choose 1 to 5.")
    layout = layout or detect_layout(folder)
    clips = _FOLDED[layout](folder, fold) if layout in _FOLDED else _READERS[layout](folder)
    if not clips:
        raise DataError(f"{folder}: no clip of the layout {layout}; name the folder that has them.")
    return listed_once(clips, folder / INDEX if layout is Layout.INDEX else folder)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; name the one that the set was unpacked into.")
