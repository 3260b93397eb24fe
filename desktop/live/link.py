"""`WorkerLink`: the window's end of the pipe to the inference worker."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from desktop.live.messages import Event, Gone, Order, Quit

_GRACE_S = 5.0


class WorkerLink:
    """Starts the worker's process and passes orders and events.

    Args:
        on_event: told every event, from a thread of this object.
        threads: of the processor for the model, 0 for one for two cores.
    """

    def __init__(self, on_event: Callable[[Event], None], threads: int = 0) -> None:
        self._on_event = on_event
        context = multiprocessing.get_context("spawn")  # Qt and threads do not survive a fork
        self._pipe: Connection
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, threads), name="r1-omni worker", daemon=True
        )
        self._theirs = theirs
        self._sending = threading.Lock()
        self._stopping = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="worker events", daemon=True)

    def start(self) -> None:
        """Start the process; what it does is told as events."""
        self._process.start()
        self._theirs.close()  # else its end would never be noticed
        self._listener.start()

    @property
    def process_id(self) -> int | None:
        """Of the worker; `None` before it was started."""
        return self._process.pid

    def send(self, order: Order) -> bool:
        """Pass an order on; blocks while the worker is behind. False if the worker is gone."""
        try:
            with self._sending:
                self._pipe.send(order)
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End the process, kindly at first."""
        if self._stopping.is_set() or self._process.pid is None:
            return
        self._stopping.set()
        # A worker that does not read must not hold up the end of the window.
        asking = threading.Thread(target=self.send, args=(Quit(),), name="quit", daemon=True)
        asking.start()
        self._process.join(_GRACE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._listener.join()
        asking.join()
        with self._sending:
            self._pipe.close()

    def _listen(self) -> None:
        try:
            while True:
                self._on_event(self._pipe.recv())
        except (EOFError, OSError):
            pass
        if not self._stopping.is_set():
            self._process.join(_GRACE_S)
            self._on_event(Gone(self._process.exitcode))


def _serve(pipe: Connection, threads: int) -> None:
    # Ctrl-C in a terminal reaches every process that it started; this one ends when it is told to.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Here, in the worker's process: the window opens half a second sooner without what it needs.
    from desktop.live.worker import serve

    serve(pipe, threads)
