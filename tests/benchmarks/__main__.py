"""`python -m tests.benchmarks FILE...`: what analysis costs on this machine, and what is possible.

Every file is analysed once to warm up and `ROUNDS` times for the figures, all in one process, which
then measures the decoder alone and the machine. The table goes to build/benchmarks.json as well.
"""

from __future__ import annotations

import json
import platform
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer

from model.analysis import Analysis, AnalysisOptions, Glimpse
from model.export.assemble import default_bundle
from model.media import read_windows
from model.runtime.analyzer import Analyzer
from tests.benchmarks.decoding import measure as measure_decoder
from tests.benchmarks.machine import gemm_gflops, memory_read_gb_s

ROUNDS = 3
OUTPUT = Path("build/benchmarks.json")
RESULTS = Path(__file__).parents[2] / "docs" / "results"


def peak_memory_mb() -> float:
    """Largest resident size of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


class Measured:
    """Analyses and glances of the files' windows, with the times they took."""

    def __init__(self, analyzer: Analyzer, files: Iterable[Path]) -> None:
        self.analyses: list[Analysis] = []
        self.glimpses: list[Glimpse] = []
        self.first_words_ms: list[float] = []
        self.wall_s = 0.0
        for file in files:
            self._analyze(analyzer, file)
            self._glance(analyzer, file)

    def _analyze(self, analyzer: Analyzer, file: Path) -> None:
        begun = time.perf_counter()
        self.analyses += analyzer.analyze_file(file, AnalysisOptions())
        self.wall_s += time.perf_counter() - begun

    def _glance(self, analyzer: Analyzer, file: Path) -> None:
        """Judge each window, and wait for the first word about it, once it is measured."""
        options = AnalysisOptions()
        windows = read_windows(file, options.window_s, options.hop_s)
        for percept in analyzer.perceiver.perceive_windows(windows):
            baseline = analyzer.baseline(options)
            self.glimpses.append(analyzer.glance(percept, options, baseline))
            told: list[float] = []
            begun = time.perf_counter()
            analyzer.analyze(
                percept, options, baseline, lambda _, at=told: at.append(time.perf_counter())
            )
            self.first_words_ms.append((told[0] - begun) * 1e3)

    def figures(self, tokenizer: Tokenizer) -> dict[str, float]:
        """Flat figures; a label is waited for from a window's end, faces being followed by then."""
        stages = defaultdict(list)
        for analysis in self.analyses:
            for stage, taken_ms in analysis.timings_ms.items():
                stages[stage].append(taken_ms)
        labels = [sum(g.timings_ms.values()) - g.timings_ms["face"] for g in self.glimpses]
        written = [(len(tokenizer.encode(a.rationale).ids), a) for a in self.analyses]
        rates = [count / a.timings_ms["rationale"] * 1e3 for count, a in written]
        heard_s = sum(analysis.end_s - analysis.start_s for analysis in self.analyses)
        return {
            "window_to_label_p95_ms": float(np.percentile(labels, 95)),
            "measured_to_first_word_p95_ms": float(np.percentile(self.first_words_ms, 95)),
            "realtime_factor": self.wall_s / heard_s,
            "rationale_tokens_per_s": statistics.median(rates),
            **{f"{stage}_ms": statistics.median(taken) for stage, taken in stages.items()},
        }


def released_agreement(version: str) -> dict[str, float]:
    """On which share of windows the bundle answers as the float32 network does.

    That takes torch and the prepared sets, so it is not measured here: `python -m training parity`
    found it when the model was released.
    """
    path = RESULTS / version / "parity.json"
    if not path.is_file():
        return {}
    return {"int4_agreement": json.loads(path.read_text(encoding="utf-8"))["same_answer"]}


def with_guesses(figures: Mapping[str, float]) -> dict[str, float]:
    """What decoding comes to as rationales are written: several guessed tokens in one reading.

    The share is that of a decoder which reads all weights for each token, so it may pass 1.
    """
    names = {
        "decode_vs_llamacpp_best": "rationale_vs_llamacpp_best",
        "decode_share_of_bandwidth": "rationale_share_of_bandwidth",
    }
    gain = figures["rationale_vs_plain_decoding"]
    return {new: figures[old] * gain for old, new in names.items() if old in figures}


def main() -> None:
    """Print the figures as a table and save them."""
    files, console = [Path(name) for name in sys.argv[1:]], Console()
    bundle = default_bundle()
    begun = time.perf_counter()
    analyzer = Analyzer(bundle)
    figures = {"load_s": time.perf_counter() - begun, "bundle_mb": bundle.size_bytes / 1e6}
    Measured(analyzer, files)
    tokenizer = Tokenizer.from_file(str(bundle.path("tokenizer.json")))
    figures |= Measured(analyzer, files * ROUNDS).figures(tokenizer)
    figures["peak_rss_mb"] = peak_memory_mb()
    decoder, missing = measure_decoder(bundle)
    figures |= decoder
    figures["rationale_vs_plain_decoding"] = (
        figures["rationale_tokens_per_s"] / figures["decode_tokens_per_s"]
    )
    figures |= {"memory_read_gb_s": memory_read_gb_s(), "gemm_gflops": gemm_gflops()}
    weights_gb = bundle.path("decoder.onnx.data").stat().st_size / 1e9
    read_gb_s = weights_gb * figures["decode_tokens_per_s"]
    figures["decode_share_of_bandwidth"] = read_gb_s / figures["memory_read_gb_s"]
    figures |= with_guesses(figures)
    figures |= released_agreement(bundle.model_version)
    table = Table("figure", "value", title=f"{len(files)} files on {platform.machine()}")
    for name, value in figures.items():
        table.add_row(name, f"{value:.3g}" if value < 100 else f"{value:.0f}")
    console.print(table)
    if missing:
        console.print(missing)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
