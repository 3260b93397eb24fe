"""`Watcher`: one person in front of a camera and a microphone, judged while time goes on.

A glance tells the emotion a few times a second; every few seconds a window is explained, and
looking and glancing go on while the words are written.
"""

from __future__ import annotations

import copy
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np

from desktop.capture.rings import SoundRing
from desktop.capture.state import Kind
from desktop.live.calibration import Calibration
from desktop.live.messages import (
    LIVE,
    BaselineIs,
    Event,
    Explained,
    Failed,
    FloatArray,
    Glimpsed,
    Heard,
    Nobody,
    Picture,
    Seen,
    Sparing,
    Writing,
)
from desktop.live.power import Thrift
from model.analysis import Analysis, AnalysisOptions, Glimpse
from model.baseline import Baseline
from model.perception.face import FaceFollower, FaceTrack
from model.runtime.perceiver import Percept
from model.runtime.tracking import Window, timed
from model.sentence import QT_TRANSLATE_NOOP, Sentence

GLANCE_EVERY_S = 0.35
"""Time from one glance to the next, at least; an emotion is told at least twice a second."""
REST = 1.2
"""From one glance to the next at least so many times what the last one took: on a slow machine
looking and writing must not come short."""
SPARING_GLANCE_EVERY_S, SPARING_HOPS = 1.5, 2.0
"""The same when power is saved, and how many times longer an explanation is waited for."""
SHORTEST_S = 1.0
"""Less than this tells too little to be judged."""
KEPT_S = 30.0
"""Nothing older is remembered, but for what it has taught of the person."""

_NOBODY: FloatArray = np.zeros((0, 2), np.float32)


class Eyes(Protocol):
    """What the watcher needs of `model.runtime.perceiver.Perceiver`."""

    def follower(self) -> FaceFollower: ...

    def measure(
        self,
        window: Window,
        face: FaceTrack | None,
        waveform: FloatArray | None,
        sound_start_s: float,
        timings_ms: dict[str, float] | None = None,
    ) -> Percept: ...


class Judge(Protocol):
    """What the watcher needs of `model.runtime.analyzer.Analyzer`."""

    @property
    def perceiver(self) -> Eyes: ...

    def analyze(
        self,
        percept: Percept,
        options: AnalysisOptions,
        baseline: Baseline,
        on_text: Callable[[str], None] | None = None,
        on_glimpse: Callable[[Glimpse], None] | None = None,
    ) -> Analysis: ...

    def glance(self, percept: Percept, options: AnalysisOptions, baseline: Baseline) -> Glimpse: ...

    def observe(self, baseline: Baseline, percept: Percept) -> None: ...


class Watcher:
    """Looks and listens, and tells what it finds.

    `look` may be called from another thread than everything else, and while anything else goes on.
    Rationales are written in a thread of this object.

    Args:
        judge: the loaded model.
        tell: told every event, from any of these threads.

    Attributes:
        thrift: when to judge less often, to save power.
    """

    def __init__(self, judge: Judge, tell: Callable[[Event], None]) -> None:
        self._judge, self._tell = judge, tell
        self.thrift, self._sparing = Thrift(), False
        self._options = AnalysisOptions(baseline="running")
        self._glance_took_s = 0.0
        self._writer = ThreadPoolExecutor(1, "writer")
        self._written: Future[None] | None = None
        # Of what `look` changes: the follower, for as long as it looks, and the time.
        self._seeing, self._timing = threading.Lock(), threading.Lock()
        self._glimpsing = threading.Lock()
        self._knowing = threading.Lock()  # which baseline is the person's
        self._begin_anew()

    def choose(self, options: AnalysisOptions, known: Baseline | None = None) -> None:
        """Go on with other options, and with what is known of the person or nobody."""
        self._options = options
        self._begin_anew(known)
        self._tell_baseline()

    def forget(self) -> None:
        """Forget the person: baseline, face and sound."""
        self._begin_anew()
        self._tell_baseline()

    def _begin_anew(self, known: Baseline | None = None) -> None:
        self._baseline = known or Baseline(self._options.baseline_kind)
        self._calibration: Calibration | None = None
        self.pause()

    def pause(self) -> None:
        """Forget what was seen and heard, and a calibration by it, but not the person."""
        with self._seeing, self._timing:
            self._follower = self._judge.perceiver.follower()
            self._sound = SoundRing(KEPT_S)
            self._begun_s: float | None = None
            self._now_s = self._glanced_s = self._explained_s = self._glimpsed_s = 0.0
            calibration, self._calibration = self._calibration, None
        if calibration is not None:
            self._tell_baseline()

    def lose(self, device: Kind) -> None:
        """Forget what a device saw or heard; where the face was is still known, and whose it is."""
        if device == "camera":
            with self._seeing:
                self._follower.forget(math.inf)
        else:
            self._sound.clear()

    def look(self, time_s: float, picture: Picture) -> None:
        """Follow the face in a picture."""
        with self._seeing:
            sighting = self._follower.step(picture, time_s)
            self._at(time_s)
        if sighting.newcomer:
            self._meet()
        mesh = sighting.mesh
        points = _NOBODY if mesh is None else mesh.landmarks[:, :2]
        self._tell(Seen(time_s, points, sighting.faces))

    def _meet(self) -> None:
        """Begin a baseline anew: who comes up in another place may be another person.

        All of it, whoever it was learned of: the voice may be another's as well, and the window
        then says that people at large are the measure, as when a person is forgotten.
        """
        with self._knowing:
            self._baseline = Baseline(self._options.baseline_kind)
        self._tell_baseline()

    def listen(self, start_s: float, samples: FloatArray) -> None:
        """Take in some sound."""
        self._sound.push(start_s, samples)
        self._at(self._sound.reached_s)

    def calibrate(self, seconds: float) -> None:
        """Take the next seconds as this person's neutral state."""
        self._calibration = Calibration(seconds)
        self._tell_baseline()

    def tend(self) -> None:
        """Judge whatever is due."""
        if self._written is not None and self._written.done():
            self.finish()
        if self._begun_s is None:
            return
        if self._calibration is not None and (span_s := self._calibration.ended(self._now_s)):
            self._settle(*span_s)
        hop_s = self._options.hop_s * (SPARING_HOPS if self._spare() else 1.0)
        if self._now_s - self._explained_s >= hop_s and self._written is None:
            self.explain()
        else:
            self.glance()

    def glance(self) -> None:
        """Tell the emotion of the last seconds, if the last glance is a while ago."""
        every_s = SPARING_GLANCE_EVERY_S if self._spare() else GLANCE_EVERY_S
        pause_s = max(every_s, REST * self._glance_took_s)
        if self._begun_s is None or self._now_s - self._glanced_s < pause_s:
            return
        if self._now_s - self._begun_s < SHORTEST_S:
            return
        self._glanced_s, begun_s = self._now_s, time.perf_counter()
        self._glance_at_now()
        self._glance_took_s = time.perf_counter() - begun_s

    def _spare(self) -> bool:
        """Whether power is saved; a change is told."""
        if self.thrift.now != self._sparing:
            self._sparing = not self._sparing
            self._tell(Sparing(self._sparing))
        return self._sparing

    def _glance_at_now(self) -> None:
        percept = self._last_window()
        if not percept.vectors:
            self._tell(Nobody(self._now_s))
            return
        self._glimpse(self._judge.glance(percept, self._options, self._baseline))
        if self._calibration is not None:
            self._tell_baseline()

    def _last_window(self) -> Percept:
        percept = self._measure(self._now_s - self._options.window_s, self._now_s)
        if percept.voice is not None:
            times_s = percept.voice.times_s.astype(np.float32)
            self._tell(Heard(times_s, percept.voice.f0_hz))
        return percept

    def _glimpse(self, glimpse: Glimpse) -> None:
        """Tell an emotion, unless one of a later moment was told while this one was sought."""
        with self._glimpsing:
            if glimpse.end_s >= self._glimpsed_s:
                self._glimpsed_s = glimpse.end_s
                self._tell(Glimpsed(glimpse))

    def explain(self) -> None:
        """Begin to explain the last seconds; `finish` waits for the end of it.

        Its emotion is told before its words, so no glance is taken at that moment.
        """
        self.finish()
        end_s = self._explained_s = self._glanced_s = self._now_s
        percept = self._last_window()
        if percept.vectors:
            self._written = self._writer.submit(self._write, percept)
        else:
            self._tell(Nobody(end_s))

    def finish(self) -> None:
        """Wait until the rationale that is being written is told.

        Call it before anything that a rationale must not outlast: all but looking, listening,
        glancing and tending.
        """
        written, self._written = self._written, None
        if written is not None:
            written.result()

    def close(self) -> None:
        """End the thread that writes, once the rationale that is being written is told."""
        self._writer.shutdown()

    def _write(self, percept: Percept) -> None:
        end_s, baseline = percept.window.end_s, self._baseline

        def on_text(piece: str) -> None:
            self._tell(Writing(end_s, piece))

        analysis = self._judge.analyze(percept, self._options, baseline, on_text, self._glimpse)
        self._tell(Explained(analysis))
        if baseline.kind == "running":
            learned = copy.deepcopy(baseline)  # a glance may be reading the other
            self._judge.observe(learned, percept)
            with self._knowing:
                if self._baseline is baseline:  # else another person has come meanwhile
                    self._baseline = learned
            self._tell_baseline()

    def _at(self, time_s: float) -> None:
        with self._timing:
            calibration = self._calibration  # another thread may end it meanwhile
            # After a gap in which nothing came, too: what is seen first after it is not enough.
            if self._begun_s is None or time_s > self._now_s + self._options.window_s:
                if calibration is not None:
                    calibration.start_s = None
                self._begun_s = self._glanced_s = self._explained_s = time_s
            self._now_s = max(self._now_s, time_s)
            if calibration is not None:
                calibration.reach(self._now_s)

    def _measure(self, start_s: float, end_s: float) -> Percept:
        modality, timings = self._options.modality, dict[str, float]()
        window = Window(LIVE, max(start_s, self._begun_s or 0.0), end_s)
        self._sound.trim(self._now_s)  # a device that is lost pushes nothing out any more
        with timed(timings, "face"), self._seeing:
            self._follower.forget(self._now_s - KEPT_S)
            face = None if modality == "voice" else self._follower.track(window.start_s, end_s)
        sound = None if modality == "face" else self._sound.read(window.start_s, end_s)
        if sound is None:
            return self._judge.perceiver.measure(window, face, None, window.start_s, timings)
        return self._judge.perceiver.measure(window, face, sound.samples, sound.start_s, timings)

    def _settle(self, start_s: float, end_s: float) -> None:
        """End a calibration: what was seen and heard in it is this person's neutral state."""
        self._calibration = None
        self.finish()  # else it would learn of the former baseline, and put that back
        before = self._baseline
        percept = self._measure(start_s, end_s)
        if percept.vectors:
            neutral = Baseline("neutral")
            self._judge.observe(neutral, percept)
            with self._knowing:
                if self._baseline is before:  # else another person has come meanwhile
                    self._baseline = neutral
        else:
            self._tell(
                Failed(
                    Sentence(
                        QT_TRANSLATE_NOOP(
                            "errors",
                            "Neither a face nor a voice was found while calibrating; "
                            "sit in view of the camera and calibrate again.",
                        )
                    )
                )
            )
        self._tell_baseline()

    def _tell_baseline(self) -> None:
        known = max(self._baseline.count(modality) for modality in ("face", "voice"))
        calibration = self._calibration  # another thread may end it meanwhile
        left_s = 0.0 if calibration is None else calibration.left_s(self._now_s)
        self._tell(BaselineIs(self._baseline.kind, known, left_s, self._baseline))
