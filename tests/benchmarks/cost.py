"""`python -m tests.benchmarks.cost CLIP`: how the cost of an analysis grows with what it is given.

The clip is played on and on for longer windows. Each row of the table doubles one thing, as far as
that goes; printed are milliseconds, medians of rounds in turns, the growth's exponent over the
whole range (1 is linear, 0 costs nothing more), and on Linux the most memory that the process held
at each size, the clip's own pictures included. The same is drawn in `build/cost.png`, and kept in
`build/cost.json`.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from model.analysis import AnalysisOptions
from model.baseline import Baseline
from model.clip import SAMPLE_RATE_HZ, Clip
from model.export.assemble import default_bundle
from model.labels import LABEL_SETS
from model.media import read_clip
from model.runtime.analyzer import Analyzer
from model.runtime.decoder import Decoder

ROUNDS = 3
LENGTHS_S = 2, 4, 8, 16, 32, 60
RATES_HZ = 2.5, 5, 10
TOKENS = 32, 64, 128, 256
WRITTEN = 16, 32, 64, 128
LABELS = tuple(dict.fromkeys(label for labels in LABEL_SETS.values() for label in labels))
LABEL_COUNTS = 2, 4, 8, len(LABELS)

Work = Callable[[], object]
Curve = Mapping[float, Callable[[], Work]]
"""By size, what makes the work ready that is to be measured."""


def lasting(clip: Clip, seconds: float) -> Clip:
    """The clip over and over, until it has lasted so long; no more than 60 s."""
    assert clip.frames is not None
    assert clip.waveform is not None
    times = math.ceil(seconds / clip.duration_s)
    at = [clip.frame_times_s - clip.start_s + turn * clip.duration_s for turn in range(times)]
    frame_times_s = np.concatenate(at)
    kept = frame_times_s < seconds
    return replace(
        clip,
        frames=np.concatenate([clip.frames] * times)[kept],
        frame_times_s=frame_times_s[kept],
        waveform=np.tile(clip.waveform, times)[: round(seconds * SAMPLE_RATE_HZ)],
        start_s=0.0,
        end_s=seconds,
    )


def thinned(clip: Clip, rate_hz: float) -> Clip:
    """At most so many pictures a second."""
    assert clip.frames is not None
    turns = np.floor((clip.frame_times_s - clip.start_s) * rate_hz + 1e-6)
    _, kept = np.unique(turns, return_index=True)
    return replace(clip, frames=clip.frames[kept], frame_times_s=clip.frame_times_s[kept])


def curves(analyzer: Analyzer, decoder: Decoder, clip: Clip) -> dict[str, Curve]:
    """What is measured, by what grows."""
    see = analyzer.perceiver.perceive
    percept, options = see(clip), AnalysisOptions(baseline="none")
    ids = np.random.default_rng(0).integers(100, 5_000, max(TOKENS) + max(WRITTEN))

    def judge(count: int) -> None:
        analyzer.glance(percept, replace(options, labels=LABELS[:count]), Baseline())

    decoder.read([start := decoder.grow([0])])

    def read(count: int) -> int:
        decoder.cut(1)
        end = decoder.grow(ids[:count], start)
        decoder.read([end])
        return end

    def write(count: int) -> None:
        end = read(TOKENS[0])
        for token in ids[:count]:
            end = decoder.grow([token], end)
            decoder.read([end])

    def seen(cut: Callable[[Clip, float], Clip], size: float) -> Work:
        return partial(see, cut(clip, size))

    def with_each(work: Callable[[int], object], counts: Iterable[int]) -> Curve:
        return {count: partial(partial, work, count) for count in counts}

    return {
        "perception, by seconds of window": {s: partial(seen, lasting, s) for s in LENGTHS_S},
        "perception, by pictures a second": {hz: partial(seen, thinned, hz) for hz in RATES_HZ},
        "prompt, by tokens": with_each(read, TOKENS),
        "rationale, by tokens": with_each(write, WRITTEN),
        "answer, by labels": with_each(judge, LABEL_COUNTS),
    }


def memory_mb(make: Callable[[], Work]) -> float:
    """The most that the process holds while work is made ready and done."""
    Path("/proc/self/clear_refs").write_text("5")  # forget the mark of before
    make()()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def measure(curve: Curve) -> dict[float, float]:
    """Milliseconds at each size; the sizes take turns."""
    taken: dict[float, list[float]] = {size: [] for size in curve}
    for _ in range(ROUNDS + 1):
        for size, make in curve.items():
            work = make()
            begun = time.perf_counter()
            work()
            taken[size].append((time.perf_counter() - begun) * 1e3)
    return {size: statistics.median(values[1:]) for size, values in taken.items()}


def exponent(cost_ms: Mapping[float, float]) -> float:
    """Of the power of the size that the cost grew with, from the smallest to the largest."""
    (small, first), *_, (large, last) = cost_ms.items()
    return math.log(last / first) / math.log(large / small)


def draw(found: Mapping[str, Mapping[float, float]], path: Path) -> None:
    """Each curve in a panel of its own, with the straight line of linear growth."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4 * len(found), 3.2), layout="tight")
    for axes, (name, cost_ms) in zip(figure.subplots(1, len(found)), found.items(), strict=True):
        sizes, values = list(cost_ms), list(cost_ms.values())
        axes.plot(sizes, values, "o-", label="measured")
        axes.plot(sizes, [values[-1] * s / sizes[-1] for s in sizes], ":", label="linear")
        axes.set(title=name, ylabel="ms", ylim=(0, None), xlim=(0, None))
        axes.legend()
    figure.savefig(path, dpi=100)


def main(clip: Path, output: Path = Path("build")) -> None:
    """Print the table, draw the curves."""
    bundle = default_bundle()
    analyzer, decoder = Analyzer(bundle), Decoder(bundle.path("decoder.onnx"))
    table = Table("cost", "ms", "exponent", "MB")
    times: dict[str, dict[float, float]] = {}
    memory: dict[str, dict[float, float]] = {}
    for name, curve in curves(analyzer, decoder, read_clip(clip)).items():
        if sys.platform == "linux":
            memory[name] = {size: memory_mb(make) for size, make in curve.items()}
        times[name] = measure(curve)
        table.add_row(
            name, _cells(times[name]), f"{exponent(times[name]):.2f}", _cells(memory.get(name, {}))
        )
    Console().print(table)
    output.mkdir(exist_ok=True)
    draw(times, output / "cost.png")
    found = {"ms": times, "mb": memory}
    (output / "cost.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _cells(values: Mapping[float, float]) -> str:
    """What was measured at each size, in a line."""
    return "  ".join(f"{size:g}: {value:.0f}" for size, value in values.items())


if __name__ == "__main__":
    typer.run(main)
