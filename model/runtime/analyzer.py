"""`Analyzer`: a file in, analyses out. What the command line, the window and scripts call."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from model.analysis import Analysis, AnalysisOptions, Contribution, Glimpse
from model.baseline import Baseline, Norms
from model.bundle import Bundle
from model.checking import check_claims
from model.cues import Modality
from model.errors import MediaError
from model.evidence import Evidence
from model.export.assemble import default_bundle
from model.media import read_clip, read_windows
from model.processing import MediaInputs, Statistics, media_inputs
from model.runtime.comparing import take_in, with_earlier, with_others
from model.runtime.contribution import contributions
from model.runtime.perceiver import Perceiver, Percept
from model.runtime.responder import Float64, OnText, Responder
from model.runtime.session import available_providers, decoder_device
from model.runtime.tracking import nobody_found
from model.weights.fetch import Progress

OnGlimpse = Callable[[Glimpse], None]
OnWindow = Callable[[Percept], None]

_NOT_FOUND = {"both": "neither a face nor a voice", "face": "no face", "voice": "no voice"}


class Analyzer:
    """The assembled model, loaded.

    Raises:
        BundleError: a file of the bundle is damaged or cannot be run.
    """

    _last_neutral: tuple[object, Percept] | None = None

    def __init__(self, bundle: Bundle, threads: int = 0) -> None:
        self.bundle = bundle
        with bundle.loading():
            self._norms = Norms.load(bundle.path("norms.json"))
            self._statistics = Statistics.load(bundle.path("statistics.safetensors"))
            self._perceiver = Perceiver(bundle, threads)
            self._responder = Responder(bundle, threads)

    @classmethod
    def load(cls, progress: Progress | None = None, threads: int = 0) -> Analyzer:
        """Load the default model, fetching and assembling it where this machine has none yet.

        Raises:
            BundleError: it cannot be fetched, assembled or verified.
        """
        return cls(default_bundle(progress), threads)

    def describe(self) -> dict[str, str]:
        """Facts for `r1-omni info`."""
        files = {f"sha256 {name}": file.sha256 for name, file in self.bundle.files.items()}
        return {
            "model": self.bundle.model_version,
            "bundle": str(self.bundle.folder),
            "bundle size": f"{self.bundle.size_bytes / 1e6:.1f} MB",
            "providers": ", ".join(available_providers()),
            "decoder": decoder_device(),
            **files,
        }

    def analyze_file(
        self,
        path: str | Path,
        options: AnalysisOptions,
        on_text: OnText | None = None,
        on_window: OnWindow | None = None,
        on_turn: OnWindow | None = None,
    ) -> Iterator[Analysis]:
        """Analyse a file window by window.

        Args:
            path: a media file.
            options: see `AnalysisOptions`. The person's own mean begins anew with every file, and
                in a file with every newcomer. A baseline of the recording takes all of it to be
                measured before its first window is judged.
            on_text: told the rationale piece by piece as it is written.
            on_window: told what was measured of every window before it is judged, and of those,
                too, in which nobody is seen or heard; what it raises ends the analysis.
            on_turn: told which window is judged now.

        Raises:
            MediaError: the file cannot be read, or nobody is seen or heard in the whole of it.
        """
        found = self._found(path, options, on_window)
        if options.baseline == "recording":
            compared = with_others(found)
        else:
            compared = with_earlier(found, self.baseline(options))
        for percept, baseline in compared:
            if on_turn is not None:
                on_turn(percept)
            yield self.analyze(percept, options, baseline, on_text)

    def _found(
        self, path: str | Path, options: AnalysisOptions, on_window: OnWindow | None
    ) -> Iterator[Percept]:
        """The windows in which somebody is seen or heard, measured."""
        anything = False
        windows = read_windows(path, options.window_s, options.hop_s, modality=options.modality)
        for percept in self._perceiver.perceive_windows(windows):
            if on_window is not None:
                on_window(percept)
            if percept.vectors:
                anything = True
                yield percept
        if not anything:
            raise nobody_found(path, options.modality)

    def baseline(self, options: AnalysisOptions) -> Baseline:
        """A fresh baseline; a neutral one has seen its clip.

        Raises:
            MediaError: nothing that is to be judged is seen or heard in the neutral clip. One of
                face and voice is enough for both: the other is compared with people at large, as
                each cue's `against` then says.
        """
        baseline = Baseline(options.baseline_kind)
        if options.neutral is not None:
            take_in(baseline, self._neutral(options.neutral, options))
        return baseline

    def _neutral(self, clip: Path, options: AnalysisOptions) -> Percept:
        """The neutral clip, measured: once for all files that are held against it."""
        written = clip.stat().st_mtime_ns if clip.is_file() else None
        key = (clip, written, options.modality)
        if self._last_neutral is None or self._last_neutral[0] != key:
            percept = self._perceiver.perceive(read_clip(clip, modality=options.modality))
            if not percept.vectors:
                raise MediaError(
                    f"{clip}: {_NOT_FOUND[options.modality]} was found in it; "
                    "record a neutral clip of a few seconds."
                )
            self._last_neutral = key, percept
        return self._last_neutral[1]

    observe = staticmethod(take_in)
    """For whoever judges live: takes a window in once it is judged."""

    @property
    def perceiver(self) -> Perceiver:
        """Measures without judging."""
        return self._perceiver

    def analyze(
        self,
        percept: Percept,
        options: AnalysisOptions,
        baseline: Baseline,
        on_text: OnText | None = None,
        on_glimpse: OnGlimpse | None = None,
    ) -> Analysis:
        """Judge a measured window in which somebody is seen or heard.

        Args:
            on_text: told the rationale piece by piece as it is written.
            on_glimpse: told the emotion before the rationale is begun.
        """
        timings, window = dict(percept.timings_ms), percept.window
        evidence, media = self._read(percept, baseline)

        def on_answer(whole: Float64) -> None:
            if on_glimpse is not None:
                on_glimpse(self._glimpse(percept, evidence, whole, options, timings))

        answer = self._responder.respond(
            media, options.labels, options.direct,
            on_text=on_text, timings=timings, on_answer=on_answer,
        )  # fmt: skip
        best = int(answer.whole.argmax())
        weights = contributions(answer.log_probabilities, options.labels)
        evidence = dataclasses.replace(evidence, weights=weights)
        concluded = answer.rationale_emotion or options.labels[best]
        return Analysis(
            file=window.source,
            start_s=window.start_s,
            end_s=window.end_s,
            **self._verdict(answer.whole, options),
            rationale=answer.rationale,
            rationale_emotion=answer.rationale_emotion,
            claims=check_claims(
                answer.rationale, evidence, concluded, (window.start_s, window.end_s)
            ),
            contribution=Contribution(**weights[options.labels[best]]),
            faces=percept.faces,
            timings_ms={stage: round(value, 1) for stage, value in timings.items()},
            cues=tuple(evidence.cues.values()),
        )

    def glance(self, percept: Percept, options: AnalysisOptions, baseline: Baseline) -> Glimpse:
        """The emotion alone, quickly; may be called while another thread is within `analyze`."""
        timings = dict(percept.timings_ms)
        evidence, media = self._read(percept, baseline)
        answer = self._glancing.respond(
            media, options.labels, direct=True, contribution=False, timings=timings
        )
        return self._glimpse(percept, evidence, answer.whole, options, timings)

    def _glimpse(
        self,
        percept: Percept,
        evidence: Evidence,
        whole: Float64,
        options: AnalysisOptions,
        timings: Mapping[str, float],
    ) -> Glimpse:
        return Glimpse(
            start_s=percept.window.start_s,
            end_s=percept.window.end_s,
            **self._verdict(whole, options),
            faces=percept.faces,
            cues=tuple(evidence.cues.values()),
            timings_ms={stage: round(value, 1) for stage, value in timings.items()},
        )

    @cached_property
    def _glancing(self) -> Responder:
        """Answers glances; only who glances pays for its cache."""
        return self._responder.twin()

    def _read(
        self, percept: Percept, baseline: Baseline
    ) -> tuple[Evidence, dict[Modality, MediaInputs]]:
        """What was measured, against the baseline, as evidence and as the network's inputs."""
        evidence = Evidence.from_values(percept.values, percept.spans, baseline, self._norms)
        media = {
            m: media_inputs(m, vectors, evidence, baseline, self._statistics)
            for m, vectors in percept.vectors.items()
        }
        return evidence, media

    def _verdict(self, whole: Float64, options: AnalysisOptions) -> dict[str, Any]:
        """`emotion`, `unsure` and `probabilities` from log-probabilities over the labels."""
        probabilities = np.exp(whole)
        best = int(probabilities.argmax())
        return {
            "emotion": options.labels[best],
            "unsure": bool(probabilities[best] < self.bundle.unsure_below),
            "probabilities": dict(zip(options.labels, probabilities.tolist(), strict=True)),
        }
