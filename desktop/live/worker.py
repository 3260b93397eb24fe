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

from desktop.live.messages import (
    AnalyzeFile,
    Calibrate,
    CancelFile,
    Choose,
    Event,
    Explained,
    ExplainNow,
    Failed,
    FileDone,
    Forget,
    Listen,
    Look,
    Order,
    Pause,
    Quit,
    Ready,
    SavePower,
    SettingUp,
    Writing,
)
from desktop.live.watcher import Watcher
from desktop.log import crashes_written
from model.errors import R1OmniError

if TYPE_CHECKING:
    from model.runtime.analyzer import Analyzer

NICENESS = 5
"""Painting and capturing come before judging."""


def serve(pipe: Connection, threads: int) -> None:
    """Run the worker until it is told to quit or the window's end of the pipe is gone."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with crashes_written():
        _serve(pipe, threads)


def _serve(pipe: Connection, threads: int) -> None:
    try:
        analyzer = _load(pipe, threads)
    except R1OmniError as error:
        pipe.send(Failed(str(error)))
        return
    pipe.send(Ready(analyzer.describe()))
    with contextlib.suppress(BrokenPipeError, EOFError):  # the window is gone: nobody to tell
        _Worker(pipe, analyzer).run()


def _load(pipe: Connection, threads: int) -> Analyzer:
    # Here, so that the pipe is served before onnxruntime is loaded.
    from model.export.assemble import default_bundle
    from model.runtime.analyzer import Analyzer

    def fetched(component: object, done_bytes: int, total_bytes: int) -> None:
        pipe.send(SettingUp(str(getattr(component, "name", component)), done_bytes, total_bytes))

    bundle = default_bundle(fetched, lambda stage: pipe.send(SettingUp(stage)))
    return Analyzer(bundle, threads)


class _Worker:
    def __init__(self, pipe: Connection, analyzer: Analyzer) -> None:
        self._pipe, self._analyzer = pipe, analyzer
        self._orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._later: deque[Order] = deque()
        self._watcher = Watcher(analyzer, self._tell, self._meanwhile)

    def run(self) -> None:
        reader = threading.Thread(target=self._read, name="orders", daemon=True)
        reader.start()
        while True:
            order = self._later.popleft() if self._later else self._orders.get()
            if isinstance(order, Quit):
                return
            if isinstance(order, AnalyzeFile):
                self._analyze_file(order)
            else:
                self._obey(order)
            if self._orders.empty():
                self._watcher.tend()

    def _read(self) -> None:
        try:
            while True:
                self._orders.put(self._pipe.recv())
        except (EOFError, OSError):
            self._orders.put(Quit())

    def _tell(self, event: Event) -> None:
        self._pipe.send(event)

    def _obey(self, order: Order) -> None:
        match order:
            case Look(time_s, picture):
                self._watcher.look(time_s, picture)
            case Listen(start_s, samples):
                self._watcher.listen(start_s, samples)
            case Choose(options):
                self._watcher.choose(options)
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

    def _meanwhile(self) -> None:
        """Look and listen while a rationale is written; every other order waits for its end."""
        while not self._orders.empty():
            order = self._orders.get()
            if isinstance(order, Look | Listen) and not self._later:
                self._obey(order)
            else:
                self._later.append(order)
        self._watcher.glance()

    def _analyze_file(self, order: AnalyzeFile) -> None:
        path = order.path

        def on_text(piece: str) -> None:
            self._tell(Writing(0.0, piece, str(path)))

        try:
            for analysis in self._analyzer.analyze_file(path, order.options, on_text):
                self._tell(Explained(analysis))
                if self._cancelled():
                    self._tell(FileDone(path, cancelled=True))
                    return
        except R1OmniError as error:
            self._tell(Failed(str(error), path))
            return
        self._tell(FileDone(path))

    def _cancelled(self) -> bool:
        """Whether the file is to be left; sound that came meanwhile is dropped.

        Pictures are kept: the feeder waits for the answer to each of them.
        """
        cancelled = False
        while not self._orders.empty():
            order = self._orders.get()
            cancelled |= isinstance(order, CancelFile | Quit)
            if not isinstance(order, Listen | CancelFile):
                self._later.append(order)
        return cancelled
