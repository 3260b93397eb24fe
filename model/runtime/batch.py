"""Several files at a time, each analysed by one of a few processes that hold the model."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

from model.analysis import Analysis, AnalysisOptions
from model.bundle import Bundle
from model.errors import MediaError, R1OmniError
from model.runtime.analyzer import Analyzer

AHEAD = 2
"""Files waiting for each process: enough to keep it busy while an earlier file is long."""


@dataclass(frozen=True)
class FileResult:
    """What became of a file.

    Attributes:
        analyses: of its windows, all those that came before the error where there is one.
        error: why the rest, or all, of it could not be analysed.
    """

    file: Path
    analyses: tuple[Analysis, ...]
    error: R1OmniError | None = None

    def told(self) -> Iterator[Analysis]:
        """Its analyses; raises the error after the last of them."""
        yield from self.analyses
        if self.error is not None:
            raise self.error


def analyze_files(
    bundle: Bundle,
    files: Sequence[Path],
    options: AnalysisOptions,
    workers: int,
    threads: int = 0,
) -> Iterator[FileResult]:
    """Analyse files side by side; results come in the order of `files`, equal to one by one.

    Memory is bounded by the model once a process and the results of `AHEAD` files a process.

    Args:
        workers: processes, at least 1.
        threads: of the processor for each of them; 0 shares the cores out evenly.

    Raises:
        R1OmniError: the model cannot be loaded, or a process was ended from outside.
    """
    threads = threads or max(1, (os.cpu_count() or 1) // workers)
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _load, (bundle.folder, threads)
    )
    rest = iter(files)
    waiting: deque[tuple[Path, Future[FileResult]]] = deque()
    with _ended(pool):
        while True:
            while len(waiting) < AHEAD * workers and (file := next(rest, None)) is not None:
                waiting.append((file, _submitted(pool, file, options)))
            if not waiting:
                return
            file, result = waiting.popleft()
            try:
                yield result.result()
            except BrokenProcessPool as error:
                raise MediaError(
                    f"{file}: a process that analysed files was ended from outside, perhaps for "
                    f"want of memory; give fewer than {workers} `--workers`."
                ) from error


def _submitted(
    pool: ProcessPoolExecutor, file: Path, options: AnalysisOptions
) -> Future[FileResult]:
    """What will become of a file; a pool that is broken by now says so in the file's turn.

    What was found in the files before it is still to be told.
    """
    try:
        return pool.submit(_analyze, file, options)
    except BrokenProcessPool as error:
        failed = Future[FileResult]()
        failed.set_exception(error)
        return failed


@contextmanager
def _ended(pool: ProcessPoolExecutor) -> Iterator[None]:
    """Leave no process behind; one that is in the middle of a file is not waited for.

    The pool's own thread reaps its processes: waited for here as well, one that it has just reaped
    would seem to live on.
    """
    before = set(multiprocessing.active_children())
    try:
        yield
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


_analyzer: Analyzer | R1OmniError
"""Of a worker process, from its start on; or why it cannot be loaded.

That is told with the first file: of a worker that fails at its start a pool tells no reason.
"""


def _load(folder: Path, threads: int) -> None:
    global _analyzer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C: the parent ends this process
    threading.Thread(target=_follow_parent, name="parent", daemon=True).start()
    try:
        _analyzer = Analyzer(Bundle.load(folder), threads)
    except R1OmniError as error:
        _analyzer = error


def _follow_parent() -> None:
    """End with the parent: a worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _analyze(file: Path, options: AnalysisOptions) -> FileResult:
    if isinstance(_analyzer, R1OmniError):
        raise _analyzer
    analyses: list[Analysis] = []
    try:
        for analysis in _analyzer.analyze_file(file, options):
            analyses.append(analysis)  # one by one: those before an error are kept
    except R1OmniError as error:
        return FileResult(file, tuple(analyses), error)
    return FileResult(file, tuple(analyses))
