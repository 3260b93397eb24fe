"""`FileDialogs`: asks for files, and leaves no trace of where they are outside our own folders."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget


class FileDialogs(QObject):
    """Asks for files to read or to write, beginning in the folder of the last time.

    Args:
        folder: of the last time; empty for wherever Qt begins.
        own_folder: where Qt is to keep what it keeps of every file dialog, the folders visited
            among it: else in a file that all programs made with Qt share, and that erasing
            everything of ours would leave. (Where Qt keeps such things in a registry, on Windows
            and macOS, it cannot be told to.)

    Signals:
        folder_changed: the folder of the files that were chosen.
    """

    folder_changed = Signal(str)

    def __init__(self, folder: str, own_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(own_folder))

    def to_read(self, asker: QWidget, title: str, kinds: str) -> list[Path]:
        """Files that are there; none if nothing was chosen."""
        dialog = QFileDialog(asker, title, self._folder, kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        return self._asked(dialog)

    def to_write(self, asker: QWidget, title: str, name: str) -> Path | None:
        """A file that need not be there, with all that is behind the first dot of `name`."""
        dialog = QFileDialog(asker, title, self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.partition(".")[2])  # else a bare name stays bare
        dialog.selectFile(name)
        return next(iter(self._asked(dialog)), None)

    def _asked(self, dialog: QFileDialog) -> list[Path]:
        chosen = [Path(name) for name in dialog.selectedFiles()] if dialog.exec() else []
        dialog.deleteLater()
        if chosen and str(chosen[0].parent) != self._folder:
            self._folder = str(chosen[0].parent)
            self.folder_changed.emit(self._folder)
        return chosen
