"""How the command line shows a window's analysis: with colour on a terminal, plain when piped."""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from desktop.palette import VERDICT_SIGNS
from desktop.view.emotion_names import ranked
from model.analysis import Analysis, CheckedClaim

if TYPE_CHECKING:
    from model.evidence import Verdict
    from model.weights.sources import Component

BAR_CELLS = 24
_ASCII_MARKS: Mapping[Verdict, str] = {"supported": "+", "contradicted": "x", "unmeasurable": "-"}
_STYLES = {"supported": "green", "contradicted": "red", "unmeasurable": "dim"}


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def shown(text: str) -> str:
    """Text whose control characters are spelt out: those of a file name would steer a terminal."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class UnwrittenError(Exception):
    """Results cannot be written, which no other file helps; its message is fit to be shown."""


@contextmanager
def written() -> Iterator[None]:
    """Turns results that cannot be written into a sentence; a reader that has gone needs none.

    Raises:
        UnwrittenError: standard output is full, closed or broken.
    """
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "standard output is closed")
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        cure = "free some space" if full else "write them elsewhere"
        raise UnwrittenError(
            f"The results cannot be written ({error.strerror}); {cure} and run it again."
        ) from error


class AnalysisView:
    """Prints analyses as they come: first the rationale word by word, then what was found.

    Args:
        console: where to print; its encoding decides between signs and plain letters.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._ascii = console.options.ascii_only
        self._streamed = False

    @written()
    def file(self, name: str) -> None:
        """Head what follows with the file's name."""
        self._console.print(Text(shown(name), style="bold"), soft_wrap=True)

    @written()
    def text(self, piece: str) -> None:
        """Print a piece of the rationale the moment it is written."""
        self._streamed = True
        self._console.out(piece, end="", highlight=False)
        self._console.file.flush()

    @written()
    def analysis(self, analysis: Analysis) -> None:
        """Close the rationale and print everything else of this window."""
        self._rationale(analysis.rationale)
        self._line(self._heading(analysis))
        for label, probability in ranked(analysis.probabilities):
            self._line(self._bar(label, probability))
        for claim in analysis.claims:
            self._line(claim_line(claim, self._ascii))
        self._line(Text(_summary(analysis), style="dim"))
        self._line(Text())

    def _rationale(self, rationale: str) -> None:
        if self._streamed:
            self._console.out()
        elif rationale:
            self._line(Text(rationale))
        self._streamed = False

    def _line(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)

    def _heading(self, analysis: Analysis) -> Text:
        text = Text(f"{_span(analysis.start_s, analysis.end_s)}  ")
        text.append(analysis.emotion, style="bold")
        if analysis.unsure:
            text.append("  (unsure)", style="yellow")
        if analysis.rationale_emotion not in (None, analysis.emotion):
            text.append(f"  (its rationale ends in {analysis.rationale_emotion})", style="yellow")
        return text

    def _bar(self, label: str, probability: float) -> Text:
        sign = "#" if self._ascii else "█"
        text = Text(f"  {label:<14} ")
        text.append(f"{sign * round(probability * BAR_CELLS):<{BAR_CELLS}}", style="cyan")
        return text.append(f" {probability:4.0%}")


def claim_line(claim: CheckedClaim, ascii_only: bool) -> Text:
    """A claim with its mark, and where it was measured.

    Args:
        ascii_only: the mark is a plain letter.
    """
    marks = _ASCII_MARKS if ascii_only else VERDICT_SIGNS
    text = Text("  ").append(marks[claim.verdict], style=_STYLES[claim.verdict])
    text.append(f" {claim.modality:<5} {claim.text}")
    if claim.verdict != "unmeasurable":
        text.append(f"  {_span(claim.start_s, claim.end_s)}", style="dim")
    return text


class SetupProgress:
    """Shows what is being fetched and assembled, for as long as the `with` block lasts.

    Args:
        console: where to show it; the error stream, so that results stay alone on the other.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tasks: dict[str, TaskID] = {}
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(),
            console=console, transient=True,
        )  # fmt: skip

    def __enter__(self) -> SetupProgress:
        if self._console.is_terminal:  # elsewhere rich would print an empty line at the end
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def fetched(self, component: Component, done_bytes: int, total_bytes: int) -> None:
        """Move the component's bar; where there is no terminal, say once that it is fetched."""
        if component.name not in self._tasks:
            self._tasks[component.name] = self._bars.add_task(escape(component.name))
            if not self._console.is_terminal:
                self._say(f"fetching: {component.name}")
        self._bars.update(self._tasks[component.name], completed=done_bytes, total=total_bytes)

    def assembling(self, stage: str) -> None:
        """Name the stage that begins."""
        self._say(f"assembling: {stage}")

    def _say(self, text: str) -> None:
        self._console.print(Text(text, style="dim"), soft_wrap=True)


class FilesProgress:
    """Shows how many of several files are done, and the time left, for as long as `with` lasts.

    Where results go to the terminal meanwhile they show it themselves.

    Args:
        console: the error stream.
        alone: results come later.
    """

    def __init__(self, console: Console, files: int, alone: bool = False) -> None:
        self._wanted = files > 1 and console.is_terminal and (alone or not sys.stdout.isatty())
        self._bar = Progress(
            TextColumn("files"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=console, transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("files", total=files)

    def __enter__(self) -> FilesProgress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._wanted:
            self._bar.stop()

    def advance(self) -> None:
        """One more is done."""
        self._bar.advance(self._task)
        if self._wanted:
            self._bar.start()  # not before the first: until then the model is being set up


class MeasuringProgress:
    """Shows how far into a recording measuring has come, and the time left.

    Args:
        console: the error stream; nothing is shown where it is no terminal.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def file(self, name: str, length_s: float) -> Iterator[Callable[[float], None]]:
        """A bar for as long as the block lasts.

        Args:
            length_s: of the recording; 0 if it is not known.

        Yields:
            What is told the second reached.
        """
        bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
            TimeRemainingColumn(), console=self._console, transient=True,
        )  # fmt: skip
        task = bar.add_task(escape(shown(name)), total=length_s or None)
        # Elsewhere than on a terminal rich would print an empty line at the end.
        with bar if self._console.is_terminal else nullcontext():
            yield lambda reached_s: bar.update(task, completed=reached_s)


def _span(start_s: float, end_s: float) -> str:
    return f"{start_s:.1f}-{end_s:.1f} s"


def _summary(analysis: Analysis) -> str:
    contribution = analysis.contribution
    took_s = sum(analysis.timings_ms.values()) / 1000
    return (
        f"  contribution: face {contribution.face:+.2f}, voice {contribution.voice:+.2f} nats"
        f"; faces: {analysis.faces}; {took_s:.1f} s"
    )
