"""`python -m tests.benchmarks.batch FILE...`: many files, one by one and several at a time.

Printed is how many seconds of recordings are analysed in a second: one by one with a thread a core,
and with `--workers` 1, 2 and 4, without loading the model; and the memory of all
processes together at its highest, where pages that they share count once (Linux).
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from model.analysis import Analysis, AnalysisOptions
from model.export.assemble import default_bundle
from model.runtime.analyzer import Analyzer
from model.runtime.batch import analyze_files

WORKERS = 1, 2, 4
FEW, MANY = 2, 8
OPTIONS = AnalysisOptions()


def proportional_mb(process_id: int) -> float:
    """A process's memory, shared pages divided among those who share them, in MB (Linux)."""
    try:
        rollup = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it has just ended, or this is no Linux
        return 0.0
    (line,) = [line for line in rollup.splitlines() if line.startswith("Pss:")]
    return int(line.split()[1]) / 1024


class Memory:
    """The highest memory of this process and its children while the `with` block lasts."""

    def __enter__(self) -> Memory:
        self.peak_mb, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            children = [child.pid for child in multiprocessing.active_children() if child.pid]
            now_mb = sum(proportional_mb(one) for one in (os.getpid(), *children))
            self.peak_mb = max(self.peak_mb, now_mb)


def seconds_heard(analyses: Iterable[Analysis]) -> float:
    """Seconds of recording that were analysed."""
    return sum(analysis.end_s - analysis.start_s for analysis in analyses)


def one_by_one(files: list[Path]) -> float:
    """Seconds of recording that were analysed."""
    analyzer = Analyzer(default_bundle())
    return sum(seconds_heard(analyzer.analyze_file(file, OPTIONS)) for file in files)


def side_by_side(workers: int) -> Callable[[list[Path]], float]:
    """The same with so many processes."""
    return lambda files: sum(
        seconds_heard(result.analyses)
        for result in analyze_files(default_bundle(), files, OPTIONS, workers)
    )


def rate(files: list[Path], analyse: Callable[[list[Path]], float], processes: int) -> float:
    """Seconds of recording that are analysed a second, from many files less from a few.

    Loading the model and the last files, for which there are not enough to go round, cancel out.
    """
    took_s, heard_s = [], []
    for count in (FEW * processes, MANY * processes):
        chosen = list(itertools.islice(itertools.cycle(files), count))
        begun = time.perf_counter()
        heard_s.append(analyse(chosen))
        took_s.append(time.perf_counter() - begun)
    return (heard_s[1] - heard_s[0]) / (took_s[1] - took_s[0])


def main() -> None:
    """Print the table."""
    files = [Path(name) for name in sys.argv[1:]]
    table = Table("", "seconds of recording a second", "ratio", "memory, MB")
    ways = {"one by one": (one_by_one, 1)}
    ways |= {f"--workers {count}": (side_by_side(count), count) for count in WORKERS}
    rates: list[float] = []
    for name, (analyse, processes) in ways.items():
        with Memory() as memory:
            rates.append(rate(files, analyse, processes))
        table.add_row(
            name, f"{rates[-1]:.2f}", f"{rates[-1] / rates[0]:.2f}", f"{memory.peak_mb:.0f}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
