"""Sessions as files that other programs read.

Every export keeps two things visibly apart: the cues that were observed, and the emotion that was
inferred. Windows that overlap an excluded span are marked as excluded and left out of summary
figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.sessions.export import csv_table, elan, html_report, json_lines, webvtt
from desktop.sessions.session import Session
from desktop.whole_file import whole_file
from model.sentence import QT_TRANSLATE_NOOP


@dataclass(frozen=True)
class Export:
    """One format.

    Attributes:
        label: for the user; a source text of the context "export".
        suffix: of the file's name, with the dot.
        render: the file's contents.
    """

    label: str
    suffix: str
    render: Callable[[Session], str]

    def write(self, session: Session, path: Path) -> None:
        """Write the session to `path`, replacing what is there once all of it is written.

        Raises:
            StoreError: the file cannot be written.
        """
        with whole_file(path) as file:
            # A media file's name need not be valid text.
            file.write(self.render(session).encode("utf-8", "replace"))


EXPORTS: Mapping[str, Export] = {
    "html": Export(
        QT_TRANSLATE_NOOP("export", "Report with plots (HTML)"), ".html", html_report.render
    ),
    "csv": Export(
        QT_TRANSLATE_NOOP("export", "Table of windows (CSV)"), ".csv", csv_table.render_windows
    ),
    "cues-csv": Export(
        QT_TRANSLATE_NOOP("export", "Table of observed cues (CSV)"),
        ".cues.csv",
        csv_table.render_cues,
    ),
    "remarks-csv": Export(
        QT_TRANSLATE_NOOP("export", "Table of markers and excluded spans (CSV)"),
        ".remarks.csv",
        csv_table.render_remarks,
    ),
    "jsonl": Export(
        QT_TRANSLATE_NOOP("export", "Everything, for programs (JSON Lines)"),
        ".jsonl",
        json_lines.render,
    ),
    "webvtt": Export(QT_TRANSLATE_NOOP("export", "Subtitles (WebVTT)"), ".vtt", webvtt.render),
    "elan": Export(QT_TRANSLATE_NOOP("export", "Annotations for ELAN"), ".eaf", elan.render),
}

__all__ = ["EXPORTS", "Export"]
