"""`FileQueue`: files that wait, the one that is analysed, and those that are done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from desktop.live.messages import (
    AnalyzeFile,
    CancelFile,
    Event,
    Explained,
    Failed,
    FileDone,
    Gone,
    Measured,
    Nobody,
    Order,
    Ready,
)
from desktop.view.clock import clock
from model.analysis import Analysis, AnalysisOptions
from model.sentence import QT_TRANSLATE_NOOP, Sentence

State = Literal["waiting", "analysing", "done", "cancelled", "failed"]
_MEASURING = 0.4
"""Share of the work that measuring is, where all is measured before anything is judged."""
GONE = Sentence(
    QT_TRANSLATE_NOOP(
        "errors",
        "The model stopped while it analysed this file; add the file again to try once more.",
    )
)


@dataclass(frozen=True)
class FileItem:
    """One file of the queue.

    Attributes:
        length_s: of the recording; 0 if its container does not say.
        measured_s: second up to which all of it is measured before its first window is judged.
        done_s: second up to which it has been analysed.
        message: what is wrong with it, in a sentence.
        options: that it is analysed with; those of its turn, once that has come.
    """

    path: Path
    length_s: float
    state: State = "waiting"
    measured_s: float = 0.0
    done_s: float = 0.0
    message: str = ""
    options: AnalysisOptions = field(default_factory=AnalysisOptions)
    analyses: tuple[Analysis, ...] = field(default=(), repr=False)

    @property
    def share(self) -> float:
        """How much of it is done, in [0, 1]; 0 while its length is not known."""
        if self.state == "done":
            return 1.0
        return min(self.worked_s / self.length_s, 1.0) if self.length_s else 0.0

    @property
    def worked_s(self) -> float:
        """Seconds of the recording that all that was done so far is worth."""
        if not self.measured_s:
            return self.done_s
        return _MEASURING * self.measured_s + (1.0 - _MEASURING) * self.done_s

    @property
    def extent(self) -> str:
        """How much of it was analysed: a fact of what is kept, which does not show it by itself."""
        if self.state == "done":
            return "to its end"
        whole = f" of {clock(self.length_s)}" if self.length_s else ""
        return f"up to {clock(self.done_s)}{whole}, then {self.state}"


class FileQueue:
    """Sends one file after the other to the worker and keeps what comes back.

    Files wait until a model is loaded. A worker that dies takes the file along that it analyses;
    the others wait for the next one.

    Args:
        send: passes an order to the worker.
        now_s: a clock, for the time left.
        length_of: seconds of a recording, 0 if unknown; raises nothing.
    """

    def __init__(
        self,
        send: Callable[[Order], object],
        now_s: Callable[[], float],
        length_of: Callable[[Path], float],
    ) -> None:
        self._send, self._now_s, self._length_of = send, now_s, length_of
        self._items: dict[Path, FileItem] = {}
        self._begun_s = 0.0
        self._loaded = False
        self.options = AnalysisOptions()

    @property
    def items(self) -> tuple[FileItem, ...]:
        return tuple(self._items.values())

    def item(self, path: Path) -> FileItem | None:
        """The file's present state."""
        return self._items.get(path)

    @property
    def busy(self) -> bool:
        """Whether a file is being analysed."""
        return self._current() is not None

    @property
    def unfinished(self) -> bool:
        """Whether a file is being analysed, or waits for that."""
        return any(item.state in ("waiting", "analysing") for item in self.items)

    def add(self, paths: Iterable[Path]) -> None:
        """Let files wait their turn; one that is there already is done again."""
        for path in paths:
            old = self._items.get(path)
            if old is None or old.state != "analysing":
                self._items[path] = FileItem(path, self._length_of(path))
        self._go_on()

    def cancel(self, path: Path) -> None:
        """Leave a file where it is."""
        item = self._items[path]
        if item.state == "analysing":
            self._send(CancelFile())
        elif item.state == "waiting":
            self._set(item, state="cancelled")

    def remove(self, path: Path) -> None:
        """Drop a file and its results from the list; one that is analysed is cancelled instead."""
        if self._items[path].state == "analysing":
            self.cancel(path)
        else:
            del self._items[path]

    def left_s(self) -> float | None:
        """Seconds until all is done at the present rate; `None` while that cannot be told."""
        current = self._current()
        if current is None or not current.worked_s:
            return None
        rate = current.worked_s / max(self._now_s() - self._begun_s, 1e-3)
        to_do = current.length_s - current.worked_s
        to_do += sum(item.length_s for item in self.items if item.state == "waiting")
        return max(to_do, 0.0) / rate

    def take(self, event: Event) -> bool:
        """Take an event in; whether it was about a file."""
        match event:
            case Explained(analysis) if (item := self._of(analysis.file)) is not None:
                self._set(item, done_s=analysis.end_s, analyses=(*item.analyses, analysis))
            case Nobody(end_s, file) if (item := self._of(file)) is not None:
                self._set(item, done_s=end_s)
            case Measured(end_s, file) if (item := self._of(file)) is not None:
                self._set(item, measured_s=end_s)
            case FileDone(path, cancelled) if path in self._items:
                self._set(self._items[path], state="cancelled" if cancelled else "done")
                self._go_on()
            case Failed(sentence, path) if path is not None and path in self._items:
                self._set(self._items[path], state="failed", message=sentence)
                self._go_on()
            case Gone():
                self._loaded = False
                if (current := self._current()) is not None:
                    self._set(current, state="failed", message=GONE)
            case Ready():
                self._loaded = True
                self._go_on()
            case _:
                return False
        return True

    def _of(self, name: str) -> FileItem | None:
        return next((item for item in self.items if str(item.path) == name), None)

    def _current(self) -> FileItem | None:
        return next((item for item in self.items if item.state == "analysing"), None)

    def _go_on(self) -> None:
        waiting = next((item for item in self.items if item.state == "waiting"), None)
        if waiting is None or self.busy or not self._loaded:
            return
        self._begun_s = self._now_s()
        self._set(waiting, state="analysing", options=self.options)
        self._send(AnalyzeFile(waiting.path, self.options))

    def _set(self, item: FileItem, **changes: object) -> None:
        self._items[item.path] = dataclasses.replace(item, **changes)  # type: ignore[arg-type]
