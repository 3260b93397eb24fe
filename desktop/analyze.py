"""`r1-omni analyze`: every window of recordings, told as text or as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from desktop import loading
from desktop.loading import Engine
from desktop.output import complain, write_json
from desktop.terminal import AnalysisView, FilesProgress, MeasuringProgress
from model.analysis import Analysis, AnalysisOptions
from model.errors import R1OmniError

if TYPE_CHECKING:
    from model.runtime.batch import FileResult

Tell = Callable[[Callable[[str], None] | None], Iterator[Analysis]]
"""A file's analyses one after the other; the function given hears of each rationale's pieces."""


Show = Callable[[Path, Tell], None]


def show_all(
    files: Sequence[Path], options: AnalysisOptions, show: Show, threads: int, workers: int
) -> bool:
    """Whether every file could be analysed; those that could not are complained of."""
    if (workers := min(workers, len(files))) == 1:
        told = _one_by_one(files, options, threads)
    else:
        told = _side_by_side(files, options, threads, workers)
    well = True
    with FilesProgress(Console(stderr=True), len(files)) as progress:
        for file, tell in told:
            well &= _shown(file, tell, show)
            progress.advance()
    return well


def _one_by_one(
    files: Sequence[Path], options: AnalysisOptions, threads: int
) -> Iterator[tuple[Path, Tell]]:
    engine = loading.load_engine(threads)
    # Of several files whose results go elsewhere, `FilesProgress` tells how many are done.
    shown = options.baseline == "recording" and (len(files) == 1 or sys.stdout.isatty())
    for file in files:
        analyze = partial(_measured_first, engine) if shown else engine.analyze_file
        yield file, partial(analyze, file, options)


def _measured_first(
    engine: Engine, file: Path, options: AnalysisOptions, on_text: Callable[[str], None] | None
) -> Iterator[Analysis]:
    """A file's analyses; a bar shows how far it is measured until the first is begun."""
    from desktop.view.film import length_of

    with ExitStack() as showing:
        bar = MeasuringProgress(Console(stderr=True)).file(str(file), length_of(file))
        reached = showing.enter_context(bar)
        yield from engine.analyze_file(
            file, options, on_text,
            on_window=lambda percept: reached(percept.window.end_s),
            on_turn=lambda _: showing.close(),
        )  # fmt: skip


def _side_by_side(
    files: Sequence[Path], options: AnalysisOptions, threads: int, workers: int
) -> Iterator[tuple[Path, Tell]]:
    from model.runtime.batch import analyze_files

    for result in analyze_files(loading.load_bundle(), files, options, workers, threads):
        yield result.file, partial(_afterwards, result)


def _afterwards(result: FileResult, on_text: object) -> Iterator[Analysis]:
    """No rationale is heard while it is written: other processes write several at a time."""
    return result.told()


def _shown(file: Path, tell: Tell, show: Show) -> bool:
    try:
        show(file, tell)
    except R1OmniError as error:
        complain(error)
        return False
    return True


def show_json(file: Path, tell: Tell) -> None:
    """Print an object a window, each on a line of its own."""
    for analysis in tell(None):
        write_json(analysis.to_json())


def show_text(file: Path, tell: Tell) -> None:
    """Print it to be read, a rationale while it is written."""
    view = AnalysisView(Console())
    view.file(str(file))
    for analysis in tell(view.text):
        view.analysis(analysis)
