"""The inference worker's process: reads orders from a pipe, answers with events.

A process of its own, so that a busy interpreter never holds up the picture in the window.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections import deque
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from desktop.live.gaze import Gaze
from desktop.live.messages import (
    AnalyzeFile,
    Calibrate,
    CancelFile,
    Choose,
    Closed,
    Event,
    Explained,
    ExplainNow,
    Failed,
    FileDone,
    Forget,
    Listen,
    Look,
    Measured,
    Nobody,
    NotLoaded,
    Order,
    Pause,
    Quit,
    Ready,
    SavePower,
    SettingUp,
    Writing,
)
from desktop.live.watcher import KEPT_S, Watcher
from desktop.log import crashes_written
from model.errors import R1OmniError

if TYPE_CHECKING:
    from model.runtime.analyzer import Analyzer
    from model.runtime.perceiver import Percept

NICENESS = 5
"""Painting and capturing come before judging."""


def serve(pipe: Connection, threads: int) -> None:
    """Run the worker until it is told to quit or the window's end of the pipe is gone."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # The window may be gone: there is nobody to tell then, and it is no crash.
    with crashes_written(), contextlib.suppress(BrokenPipeError, ConnectionResetError, EOFError):
        _serve(pipe, threads)


def _serve(pipe: Connection, threads: int) -> None:
    try:
        analyzer = _load(pipe, threads)
    except R1OmniError as error:
        pipe.send(NotLoaded(error.sentence))
        return
    pipe.send(Ready(analyzer.describe()))
    _Worker(pipe, analyzer).run()


def _load(pipe: Connection, threads: int) -> Analyzer:
    # Here, so that the pipe is served before onnxruntime is loaded.
    from model.export.assemble import default_bundle
    from model.runtime.analyzer import Analyzer

    def fetched(component: object, done_bytes: int, total_bytes: int) -> None:
        pipe.send(SettingUp(str(getattr(component, "name", component)), done_bytes, total_bytes))

    bundle = default_bundle(fetched, lambda stage: pipe.send(SettingUp(stage)))
    return Analyzer(bundle, threads or max(1, (os.cpu_count() or 1) // 2))


class _LeftError(Exception):
    """A file that is being analysed is to be left."""


class _Worker:
    """Judges in the thread that calls `run`; looks, writes and reads the pipe in others."""

    def __init__(self, pipe: Connection, analyzer: Analyzer) -> None:
        self._pipe, self._analyzer = pipe, analyzer
        self._telling = threading.Lock()
        # Besides orders, each picture that was looked at: what went wrong with it, mostly `None`.
        self._orders: queue.SimpleQueue[Order | Exception | None] = queue.SimpleQueue()
        self._later: deque[Order | Exception | None] = deque()
        self._watcher = Watcher(analyzer, self._tell)
        self._gaze = Gaze(self._look, self._orders.put)

    def run(self) -> None:
        reader = threading.Thread(target=self._read, name="orders", daemon=True)
        reader.start()
        try:
            while not isinstance(order := self._next(), Quit):
                self._obey(order)
                if self._orders.empty():
                    self._watcher.tend()
        finally:
            self._gaze.stop()
            self._watcher.close()

    def _next(self) -> Order | Exception | None:
        while not self._later:
            with contextlib.suppress(queue.Empty):
                return self._orders.get(timeout=KEPT_S)
            # Devices that are lost are not closed, and what they gave is as old as that by now.
            self._watcher.lose("camera")
            self._watcher.lose("microphone")
        return self._later.popleft()

    def _read(self) -> None:
        try:
            while True:
                order = self._pipe.recv()
                if isinstance(order, Look):
                    self._gaze.add(order)
                else:
                    self._orders.put(order)
        except (EOFError, OSError):
            self._orders.put(Quit())

    def _tell(self, event: Event) -> None:
        with self._telling:
            self._pipe.send(event)

    def _look(self, order: Look) -> None:
        self._watcher.look(order.time_s, order.picture)

    def _obey(self, order: Order | Exception | None) -> None:
        if not isinstance(order, Listen | None):
            # An order is about all that was seen before it, and what is being written as well.
            self._gaze.catch_up()
            self._watcher.finish()
        match order:
            case Exception():
                raise order
            case Listen(start_s, samples):
                self._watcher.listen(start_s, samples)
            case Choose(options, known):
                self._watcher.choose(options, known)
            case SavePower(saving):
                self._watcher.thrift.saving = saving
            case Calibrate(seconds):
                self._watcher.calibrate(seconds)
            case Forget():
                self._watcher.forget()
            case ExplainNow():
                self._watcher.explain()
            case Pause():
                self._watcher.pause()
            case Closed(device):
                self._watcher.lose(device)
            case AnalyzeFile():
                with self._gaze.resting():
                    self._analyze_file(order)

    def _analyze_file(self, order: AnalyzeFile) -> None:
        path, end_s = order.path, 0.0

        def on_window(percept: Percept) -> None:
            if order.options.baseline == "recording":
                self._tell(Measured(percept.window.end_s, str(path)))
            elif not percept.vectors:
                self._tell(Nobody(percept.window.end_s, str(path)))
            self._leave_if_cancelled()  # there may be nobody for hours

        def on_turn(percept: Percept) -> None:
            nonlocal end_s
            end_s = percept.window.end_s

        def on_text(piece: str) -> None:
            self._tell(Writing(end_s, piece, str(path)))

        analyses = self._analyzer.analyze_file(path, order.options, on_text, on_window, on_turn)
        try:
            for analysis in analyses:
                self._tell(Explained(analysis))
                self._leave_if_cancelled()
        except _LeftError:
            self._tell(FileDone(path, cancelled=True))
            return
        except R1OmniError as error:
            self._tell(Failed(error.sentence, path))
            return
        self._tell(FileDone(path))

    def _leave_if_cancelled(self) -> None:
        """Raise `_LeftError` if the file is to be left; sound that came meanwhile is dropped."""
        cancelled = False
        while not self._orders.empty():
            order = self._orders.get()
            cancelled |= isinstance(order, CancelFile | Quit)
            if not isinstance(order, Listen | CancelFile):
                self._later.append(order)
        if cancelled:
            raise _LeftError
