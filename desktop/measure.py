"""`r1-omni measure`: what was measured in recordings, moment by moment, as tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from desktop.output import complain, tell, write
from desktop.terminal import MeasuringProgress
from desktop.view.film import length_of
from desktop.whole_file import make_folder, whole_file
from model.errors import ConfigError, MediaError
from model.media import Modality, read_windows
from model.perception.face_landmarker import FaceLandmarker
from model.runtime.tracking import WindowTracker, nobody_found
from model.series import FACE_COLUMNS, VOICE_COLUMNS, Row, face_rows, voice_rows


@dataclass(frozen=True)
class MeasureOptions:
    """How recordings are measured; by default as `r1-omni analyze` measures them.

    Attributes:
        modality: what is measured of each.
        rate_hz: pictures looked at a second, at most those that there are.
        window_s: what counts as quiet, and who is followed, is found for each window anew.
    """

    modality: Modality = "both"
    rate_hz: float = 10.0
    window_s: float = 5.0


def measure_files(
    files: Sequence[Path],
    folder: Path,
    landmarker: FaceLandmarker,
    options: MeasureOptions,
    progress: MeasuringProgress,
) -> bool:
    """Write the tables of every file into `folder`, and their paths to standard output.

    A file whose tables are there already is left out, so that a run that was interrupted goes on.

    Returns:
        Whether every file could be measured to its end. What hinders one is complained of; of a
        damaged one the tables end where `analyze` ends, too.

    Raises:
        ConfigError: two files have one name, and would have the same tables.
        StoreError: the folder cannot be made or written to.
    """
    _check_names(files)
    make_folder(folder)
    well = True
    for file in files:
        tables = _tables(folder, file)
        asked = {"face": tables[:1], "voice": tables[1:], "both": tables}[options.modality]
        if there := [table for table in asked if table.exists()]:
            tell(f"{file} was measured before; remove {there[0]} to have it measured anew.")
            continue
        try:
            with progress.file(str(file), length_of(file)) as reached:
                _measure(file, tables, WindowTracker(landmarker), options, reached)
        except MediaError as error:
            complain(error)
            well = False
        for table in asked:
            if table.exists():
                write(str(table))
    return well


def _tables(folder: Path, file: Path) -> tuple[Path, Path]:
    """Where the series of face and voice go."""
    return folder / f"{file.name}.face.csv", folder / f"{file.name}.voice.csv"


def _check_names(files: Sequence[Path]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        other = seen.setdefault(file.name.casefold(), file)
        if other is not file:
            raise ConfigError(
                f"{other} and {file} would have the same tables: measure them into folders of "
                "their own."
            )


def _measure(
    file: Path,
    tables: tuple[Path, Path],
    tracker: WindowTracker,
    options: MeasureOptions,
    reached: Callable[[float], None],
) -> None:
    """Write a recording's tables; one in which nothing would stand is not made.

    Args:
        reached: told up to which second it is measured.

    Raises:
        MediaError: as `read_windows`, after what could be measured was written; or nobody is seen
            or heard.
    """
    damage, person, anything = None, 0, False
    with ExitStack() as files:
        face = _Table(tables[0], FACE_COLUMNS, files)
        voice = _Table(tables[1], VOICE_COLUMNS, files)
        clips = read_windows(
            file, options.window_s, options.window_s, options.rate_hz, options.modality
        )
        try:
            for tracks in tracker.tracks(clips):
                if tracks.face is not None:
                    if person == 0 or tracks.newcomer:
                        person += 1
                    face.add(face_rows(tracks.face, person))
                if tracks.voice is not None:
                    voice.add(voice_rows(tracks.voice))
                anything |= not (tracks.face is None and tracks.voice is None)
                reached(tracks.window.end_s)
        except MediaError as error:
            damage = error
    if damage is not None:
        raise damage
    if not anything:
        raise nobody_found(file, options.modality)


class _Table:
    """A CSV file that is made with its first row, and whole when `files` is closed."""

    def __init__(self, path: Path, columns: Sequence[str], files: ExitStack) -> None:
        self._path, self._columns, self._files = path, columns, files
        self._writer: csv.DictWriter[str] | None = None

    def add(self, rows: Iterable[Row]) -> None:
        if self._writer is None:
            self._writer = csv.DictWriter(self._open(), self._columns)
            self._writer.writeheader()
        self._writer.writerows(rows)

    def _open(self) -> TextIO:
        binary = self._files.enter_context(whole_file(self._path))
        text = TextIOWrapper(binary, encoding="utf-8", newline="")
        self._files.callback(text.detach)  # flushes; the file itself is closed by `whole_file`
        return text
