"""`python -m tests.benchmarks FILE...`: seconds by stage, speed and peak memory on this machine.

Every file is analysed once to warm up and once for the figures, all in one process.
"""

from __future__ import annotations

import platform
import resource
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from model.analysis import Analysis, AnalysisOptions
from model.runtime.analyzer import Analyzer


def peak_memory_mb() -> float:
    """Largest resident size of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def measure(analyzer: Analyzer, files: list[Path]) -> tuple[list[Analysis], float]:
    """Analyse the files; their windows and the wall time in seconds."""
    begun = time.perf_counter()
    windows = [
        analysis for file in files for analysis in analyzer.analyze_file(file, AnalysisOptions())
    ]
    return windows, time.perf_counter() - begun


def main() -> None:
    """Print the figures as a table."""
    files = [Path(name) for name in sys.argv[1:]]
    analyzer = Analyzer.load()
    measure(analyzer, files)
    windows, wall_s = measure(analyzer, files)
    stages = defaultdict(list)
    for window in windows:
        for stage, taken_ms in window.timings_ms.items():
            stages[stage].append(taken_ms)
    heard_s = sum(window.end_s - window.start_s for window in windows)
    table = Table("figure", "value", title=f"{len(windows)} windows on {platform.machine()}")
    for stage, taken in stages.items():
        table.add_row(f"{stage}, median", f"{statistics.median(taken):.0f} ms")
    table.add_row("analysis per second of recording", f"{wall_s / heard_s:.2f} s")
    table.add_row("peak memory", f"{peak_memory_mb():.0f} MB")
    Console().print(table)


if __name__ == "__main__":
    main()
