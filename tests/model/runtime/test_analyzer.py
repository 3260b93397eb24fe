"""Claims come with their verdict and where they were measured; a baseline is of one person."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from model.analysis import Analysis, AnalysisOptions
from model.baseline import Baseline
from model.clip import Clip
from model.cues import Modality
from model.errors import MediaError
from model.evidence import Cue, Evidence
from model.processing import Vectors
from model.runtime import analyzer as module
from model.runtime.analyzer import Analyzer
from model.runtime.perceiver import Percept
from model.runtime.tracking import Window

WINDOW = Window("clip.mp4", 10.0, 15.0)
CUES = {"pitch": Cue("pitch", "voice", 9.0, "st", 5.0, "person", 2.0, 12.0, 12.5)}
EVIDENCE = Evidence(
    CUES, frozenset(("face", "voice")), {"angry": {"face": 0.1, "voice": 1.2}}
)  # fmt: skip


# The baseline ---------------------------------------------------------------------------------


def vectors() -> Vectors:
    return Vectors(np.zeros((1, 2), np.float32), np.ones(2, np.float32))


class Recording:
    """Stands for the perceiver: windows as given; in a clip it sees faces and hears nobody."""

    def __init__(self, *newcomers: bool) -> None:
        self._newcomers = newcomers
        self.measured = 0

    def perceive_windows(self, clips: object) -> list[Percept]:
        seen: dict[Modality, Vectors] = {"face": vectors()}
        return [Percept(WINDOW, seen, {}, {}, 1, newcomer=new) for new in self._newcomers]

    def perceive(self, clip: Clip) -> Percept:
        self.measured += 1
        seen: dict[Modality, Vectors] = {} if clip.frames is None else {"face": vectors()}
        return Percept(WINDOW, seen, {}, {}, len(seen))


class Counting(Analyzer):
    """Tells, instead of judging, how many windows of the person are known before each."""

    def __init__(self, perceiver: Recording) -> None:
        self._perceiver = perceiver  # type: ignore[assignment]
        self.known: list[int] = []

    def analyze(
        self, percept: Percept, options: AnalysisOptions, baseline: Baseline, *_: object
    ) -> Analysis:
        self.known.append(baseline.count("face"))
        return None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("newcomers", "known"),
    [((False, False, False), [0, 1, 2]), ((False, False, True, False), [0, 1, 0, 1])],
    ids=["one person", "two people"],
)
def test_a_newcomer_in_a_file_begins_a_running_baseline_anew(
    newcomers: tuple[bool, ...], known: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "read_windows", lambda *_, **__: ())
    analyzer = Counting(Recording(*newcomers))
    list(analyzer.analyze_file("film.mp4", AnalysisOptions(baseline="running")))
    assert analyzer.known == known


def test_every_window_of_a_file_is_told_even_where_nobody_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "read_windows", lambda *_, **__: ())
    empty = Percept(WINDOW, {}, {}, {}, 0)
    perceiver = Recording(False)
    monkeypatch.setattr(perceiver, "perceive_windows", lambda _: [empty, empty])
    told: list[Percept] = []
    with pytest.raises(MediaError, match="neither a face nor a voice"):
        list(Counting(perceiver).analyze_file("film.mp4", AnalysisOptions(), None, told.append))
    assert told == [empty, empty]


@pytest.mark.parametrize("modality", ["face", "voice"])
def test_of_one_modality_only_that_one_is_told_to_be_missing(
    modality: Modality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "read_windows", lambda *_, **__: ())
    with pytest.raises(MediaError, match=rf"film\.mp4: no {modality} was found in it"):
        list(Counting(Recording()).analyze_file("film.mp4", AnalysisOptions(modality)))


def test_a_neutral_clip_stays_the_measure_when_somebody_else_comes(
    monkeypatch: pytest.MonkeyPatch, samples: list[Path]
) -> None:
    monkeypatch.setattr(module, "read_windows", lambda *_, **__: ())
    analyzer = Counting(Recording(False, True))
    options = AnalysisOptions(baseline="neutral", neutral=samples[0])
    list(analyzer.analyze_file("film.mp4", options))
    assert analyzer.known == [1, 1]


def test_a_neutral_clip_without_what_is_judged_is_refused(samples: list[Path]) -> None:
    analyzer, clip = Counting(Recording()), samples[0]
    with pytest.raises(MediaError, match=f"{clip.name}: no voice was found"):
        analyzer.baseline(AnalysisOptions("voice", baseline="neutral", neutral=clip))
    for modality in ("face", "both"):  # of both, one is enough
        options = AnalysisOptions(modality, baseline="neutral", neutral=clip)
        known = analyzer.baseline(options)
        assert (known.count("face"), known.count("voice")) == (1, 0)


def test_a_neutral_clip_is_measured_once_until_another_lies_there(
    samples: list[Path], tmp_path: Path
) -> None:
    clip = Path(shutil.copy(samples[0], tmp_path / "neutral.mp4"))
    perceiver = Recording()
    analyzer = Counting(perceiver)
    options = AnalysisOptions(baseline="neutral", neutral=clip)
    first, second = analyzer.baseline(options), analyzer.baseline(options)
    assert perceiver.measured == 1
    assert (first.count("face"), second.count("face")) == (1, 1)
    os.utime(clip, ns=(0, 0))
    analyzer.baseline(options)
    analyzer.baseline(AnalysisOptions("face", baseline="neutral", neutral=clip))
    assert perceiver.measured == 3
    clip.unlink()
    with pytest.raises(MediaError, match=r"neutral\.mp4"):
        analyzer.baseline(options)
