"""The model as the commands load it: found, or fetched and assembled first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.console import Console

from desktop.terminal import SetupProgress
from model.analysis import Analysis, AnalysisOptions

if TYPE_CHECKING:
    from model.bundle import Bundle
    from model.runtime.perceiver import Percept


class Engine(Protocol):
    """What the commands need of `model.runtime.analyzer.Analyzer`."""

    def analyze_file(
        self,
        path: Path,
        options: AnalysisOptions,
        on_text: Callable[[str], None] | None = None,
        on_window: Callable[[Percept], None] | None = None,
        on_turn: Callable[[Percept], None] | None = None,
    ) -> Iterator[Analysis]: ...

    def describe(self) -> dict[str, str]: ...


def load_bundle() -> Bundle:
    """Find the model, fetching and assembling it first where this machine has none yet."""
    # Here, so that --help needs no onnxruntime.
    from model.export.assemble import default_bundle

    with SetupProgress(Console(stderr=True)) as progress:
        return default_bundle(progress.fetched, progress.assembling)


def load_engine(threads: int = 0) -> Engine:
    """Load the model, fetching and assembling it first where this machine has none yet."""
    from model.runtime.analyzer import Analyzer

    return Analyzer(load_bundle(), threads)
