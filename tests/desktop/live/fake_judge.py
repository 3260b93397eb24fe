"""A judge that knows no network: it says what it was asked about."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from model.analysis import Analysis, AnalysisOptions, Contribution, Glimpse
from model.baseline import Baseline
from model.runtime.perceiver import Percept, Window

WORDS = ("The lip ", "corners ", "are up.")


class FakeFollower:
    """Finds a face in every picture that is not black; its shade says whose."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.shade = 0

    def step(self, picture: np.ndarray, time_s: float) -> Any:
        seen = bool(picture.any())
        newcomer = seen and self.shade not in (0, picture.max())
        if seen:
            self.shade = picture.max()
            self.times.append(time_s)
        mesh = SimpleNamespace(landmarks=np.ones((478, 3), np.float32)) if seen else None
        return SimpleNamespace(mesh=mesh, faces=int(seen), newcomer=newcomer)

    def forget(self, before_s: float) -> None:
        self.times = [time_s for time_s in self.times if time_s >= before_s]

    def track(self, start_s: float, end_s: float) -> list[float] | None:
        return [time_s for time_s in self.times if start_s <= time_s < end_s] or None


class FakeJudge:
    """Keeps every percept that it judges.

    Attributes:
        fault: raised instead of writing, if there is one.
        slow: to find the emotion of what is explained, too, has to wait.
        empty_from_s: where nobody is in files any more, which have no end.
    """

    def __init__(self) -> None:
        self.perceiver = self
        self.fault: Exception | None = None
        self.slow = False
        self.empty_from_s = 0.0
        self._may_write = threading.Event()
        self.let_go()
        self.explained: list[Percept] = []
        self.glanced: list[Percept] = []
        self.observed: list[str] = []

    @property
    def holding(self) -> bool:
        """Whether writing waits."""
        return not self._may_write.is_set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Write nothing meanwhile."""
        self._may_write.clear()
        yield
        self.let_go()

    def let_go(self) -> None:
        """Write on."""
        self._may_write.set()

    def describe(self) -> dict[str, str]:
        return {}

    def follower(self) -> FakeFollower:
        return FakeFollower()

    def measure(
        self, window: Window, face: Any, waveform: Any, sound_start_s: float, timings: Any = None
    ) -> Percept:
        vectors = {"face": face} if face else {}
        if waveform is not None and np.abs(waveform).max() > 0:
            vectors["voice"] = (sound_start_s, len(waveform))
        return Percept(window, vectors, {}, {}, len(vectors))

    def analyze(
        self, percept: Percept, options: AnalysisOptions, baseline: Baseline,
        on_text: Callable[[str], None] | None = None,
        on_glimpse: Callable[[Glimpse], None] | None = None,
    ) -> Analysis:  # fmt: skip
        if self.slow:
            self._may_write.wait()
        on_glimpse(self._glimpse(percept))
        self._may_write.wait()
        if self.fault is not None:
            raise self.fault
        self.explained.append(percept)
        for word in WORDS:
            on_text(word)
        return Analysis(
            percept.window.source, percept.window.start_s, percept.window.end_s, "happy", False,
            {"happy": 1.0}, "".join(WORDS), "happy", (), Contribution(0.0, 0.0), percept.faces,
        )  # fmt: skip

    def analyze_file(
        self, path: Path, options: AnalysisOptions, on_text: Callable[[str], None],
        on_window: Callable[[Percept], None], on_turn: Callable[[Percept], None],
    ) -> Iterator[Analysis]:  # fmt: skip
        for start_s in itertools.count(0.0, 5.0):
            vectors = {"face": [start_s]} if start_s < self.empty_from_s else {}
            percept = Percept(Window(str(path), start_s, start_s + 5.0), vectors, {}, {}, 1)
            on_window(percept)
            if vectors:
                on_turn(percept)
                yield self.analyze(percept, options, None, on_text, lambda _: None)

    def glance(self, percept: Percept, options: AnalysisOptions, baseline: Baseline) -> Glimpse:
        self.glanced.append(percept)
        return self._glimpse(percept)

    @staticmethod
    def _glimpse(percept: Percept) -> Glimpse:
        window = percept.window
        return Glimpse(window.start_s, window.end_s, "happy", False, {"happy": 1.0}, 1, ())

    def observe(self, baseline: Baseline, percept: Percept) -> None:
        self.observed.append(baseline.kind)
        for modality in percept.vectors:
            baseline.update(modality, [1.0])
