"""`r1-omni`: analyse files from the command line."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from desktop import loading
from desktop.analyze import show_all, show_json, show_text
from desktop.arguments import (
    label_set,
    parse_baseline,
    parse_check_baseline,
    parse_labels,
    parse_source,
)
from desktop.erase import erase_all
from desktop.log import keep_no_core
from desktop.output import no_window, told_in_a_sentence, write, write_event, write_json
from desktop.settings import MOST_THREADS
from desktop.terminal import MeasuringProgress
from model import __version__
from model.analysis import AnalysisOptions
from model.errors import EXIT_CODE, ConfigError
from model.labels import DEFAULT_LABEL_SET, LABEL_SETS

if TYPE_CHECKING:
    from desktop.live.headless import Say, Source

LiveBaseline = Literal["none", "running"]
_MOST_WORKERS = 61 if os.name == "nt" else None
"""Windows lets a program wait for no more processes than this."""

app = typer.Typer(name="r1-omni", add_completion=False, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    self_test: Annotated[
        Path | None, typer.Option(help="Analyse this clip in the window, print it, and end.")
    ] = None,
    screenshot: Annotated[
        Path | None, typer.Option(help="With --self-test: keep a picture of the window as PNG.")
    ] = None,
    expected: Annotated[
        Path | None,
        typer.Option(help="With --self-test: what `analyze --json` printed, to be found again."),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(help="A model of your own, from `python -m model export`, for this run."),
    ] = None,
    erase: Annotated[
        bool,
        typer.Option(
            "--erase-all",
            help="Remove sessions, settings, log and model of this user, and say what was removed.",
        ),
    ] = False,
) -> None:
    """Recognise emotion from a face and a voice, with a checked rationale, offline.

    Without a command, the window opens.
    """
    if version:
        with told_in_a_sentence():
            write(f"r1-omni {__version__}")
        raise typer.Exit
    command = context.invoked_subcommand
    if bundle is not None:
        from model.export.assemble import BUNDLE_VARIABLE

        # In the environment, so that the window's own process and `--workers` find it, too.
        os.environ[BUNDLE_VARIABLE] = str(bundle.absolute())
    with told_in_a_sentence():
        if self_test is None:
            given = {"--screenshot": screenshot, "--expected": expected}
            _refuse(given, "means nothing without --self-test: add that, or omit it.")
        if command is not None:
            alone = {"--self-test": self_test, "--erase-all": erase}
            _refuse(alone, f"is run without a command: omit `{command}`.")
        if erase:
            _refuse({"--self-test": self_test}, "is not run with --erase-all: omit one of them.")
            _erase()
        elif command is None:
            raise typer.Exit(_open_window(self_test, screenshot, expected))


def _erase() -> None:
    lines = []
    try:
        for place, count, size_bytes in erase_all():
            files = "file" if count == 1 else "files"
            lines.append(f"{place}: {count} {files}, {size_bytes / 1e6:.1f} MB")
    finally:  # only now: everything goes, whether it can be told or not
        if lines:
            write("\n".join(lines))
    raise typer.Exit


def _open_window(self_test: Path | None, screenshot: Path | None, expected: Path | None) -> int:
    _check_window()
    if self_test is not None:
        from desktop.window.self_test import run_self_test

        return run_self_test(self_test, screenshot, expected)
    from desktop.window.application import run_window

    return run_window()


@app.command("open")
def open_files(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILES]...")] = None,
) -> None:
    """Open the window, with FILES in its queue."""
    with told_in_a_sentence():
        _check_window()
        from desktop.window.application import run_window

        raise typer.Exit(run_window(files=[file.absolute() for file in files or []]))


def _check_window() -> None:
    """Refuse to open a window where that cannot be done.

    Raises:
        ConfigError: there is no display, or the window's packages or a library of the system that
            they need are not installed.
    """
    if not has_display():
        raise ConfigError(
            "There is no display to open a window on: run `r1-omni analyze FILE` or "
            "`r1-omni live --headless`."
        )
    if find_spec("PySide6") is None:
        raise ConfigError(
            "The window's packages are not installed: run `pip install '.[desktop]'` in the "
            "checkout."
        )
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:  # it names the library of the system that is missing
        raise no_window(str(error)) from error


def has_display() -> bool:
    """Whether a window can be opened on this machine."""
    if not sys.platform.startswith("linux"):
        return True
    chosen = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in chosen)


@app.command()
def live(
    camera: Annotated[
        str | None, typer.Option(help="A camera's number, a file, a pipe or a local URL.")
    ] = None,
    microphone: Annotated[
        str | None, typer.Option(help="A microphone's number or name, or a file.")
    ] = None,
    headless: Annotated[
        bool,
        typer.Option(
            "--headless",
            help="No window: print a line an event. It asks for no consent: tell people first.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --headless: one JSON object a line.")
    ] = False,
    labels: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join(LABEL_SETS)}, or emotions with commas between them; by default, what "
            f"the window's settings say, without a window {DEFAULT_LABEL_SET}."
        ),
    ] = None,
    baseline: Annotated[
        LiveBaseline | None,
        typer.Option(
            help="What the person is compared with; by default, what the window's settings say, "
            "without a window running."
        ),
    ] = None,
    loop: Annotated[bool, typer.Option("--loop", help="Play files over and over.")] = False,
    seconds: Annotated[
        float, typer.Option(min=0, help="With --headless: stop after this long; 0 for never.")
    ] = 0,
    threads: Annotated[
        int | None,
        typer.Option(min=0, max=MOST_THREADS, help="Threads to use; 0 is one for two cores."),
    ] = None,
) -> None:
    """Judge a camera and a microphone while they run, in a window or as JSON lines."""
    sources = parse_source(camera), parse_source(microphone)
    with told_in_a_sentence():
        chosen = None if labels is None else parse_labels(labels)
        if headless:
            say = write_json if as_json else write_event
            _live_headless(sources, chosen, baseline, say, seconds, threads, loop)
        else:
            given = {"--json": as_json, "--seconds": seconds}
            _refuse(given, "means nothing in the window: add --headless, or omit it.")
            raise typer.Exit(_live_window(sources, chosen, baseline, threads, loop))


def _live_headless(
    sources: tuple[Source, Source], labels: tuple[str, ...] | None, baseline: LiveBaseline | None,
    say: Say, seconds: float, threads: int | None, loop: bool,
) -> None:  # fmt: skip
    from desktop.live.headless import run_headless

    options = AnalysisOptions(
        labels=labels or LABEL_SETS[DEFAULT_LABEL_SET], baseline=baseline or "running"
    )
    run_headless(*sources, options, say, seconds, threads or 0, loop)


def _live_window(
    sources: tuple[Source, Source], labels: tuple[str, ...] | None, baseline: LiveBaseline | None,
    threads: int | None, loop: bool,
) -> int:  # fmt: skip
    _check_window()
    from desktop.window.application import run_window
    from desktop.window.device_choice import Sources

    asked = {"label_set": label_set(labels), "baseline": baseline, "threads": threads}
    overrides = {name: value for name, value in asked.items() if value is not None}
    return run_window(Sources(*sources, loop), overrides)


def _refuse(given: Mapping[str, object], why: str) -> None:
    """Refuse the first of these options that was given.

    Raises:
        ConfigError: one was.
    """
    for option, value in given.items():
        if value:
            raise ConfigError(f"`{option}` {why}")


@app.command()
def analyze(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Video or sound files.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a window, each on a line of its own.")
    ] = False,
    modality: Annotated[
        Literal["face", "voice", "both"], typer.Option(help="What may be used of each file.")
    ] = "both",
    labels: Annotated[
        str, typer.Option(help=f"{', '.join(LABEL_SETS)}, or emotions with commas between them.")
    ] = DEFAULT_LABEL_SET,
    baseline: Annotated[
        str,
        typer.Option(
            help="Compare with people at large (none), with this person's neutral clip "
            "(neutral:FILE), with this person's other windows in the file (recording: all of it "
            "is measured first), or with the earlier ones (running: as live)."
        ),
    ] = "none",
    window: Annotated[float, typer.Option(help="Length of a window in seconds.")] = 5.0,
    hop: Annotated[
        float | None,
        typer.Option(help="Seconds from window to window; by default, the window's length."),
    ] = None,
    direct: Annotated[bool, typer.Option("--direct", help="Answer without a rationale.")] = False,
    threads: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_THREADS, help="Threads of each worker; 0 shares the cores out."
        ),
    ] = 0,
    workers: Annotated[
        int,
        typer.Option(
            min=1, max=_MOST_WORKERS, help="Files to analyse at a time, each in its own process."
        ),
    ] = 1,
) -> None:
    """Print emotion, probabilities and a checked rationale for every window of FILES."""
    with told_in_a_sentence():
        kind, neutral = parse_baseline(baseline)
        options = AnalysisOptions(
            modality=modality,
            labels=parse_labels(labels),
            baseline=kind,
            neutral=neutral,
            window_s=window,
            hop_s=window if hop is None else hop,
            direct=direct,
        )
        _check_before_loading(options)
        show = show_json if as_json else show_text
        well = show_all(files, options, show, threads, workers)
    if not well:
        raise typer.Exit(EXIT_CODE)


def _check_before_loading(options: AnalysisOptions) -> None:
    """Refuse what no file could be analysed with, once and before the model is loaded.

    Raises:
        ConfigError: what lies between two windows would be skipped.
        MediaError: the neutral clip cannot be read.
    """
    if options.hop_s > options.window_s:
        raise ConfigError(
            f"`--hop {options.hop_s:g}` is longer than the window of {options.window_s:g} s and "
            "would skip what lies between; give a hop of at most the window."
        )
    if options.neutral is not None:
        from model.media import probe

        probe(options.neutral)


@app.command()
def measure(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Video or sound files.")],
    output: Annotated[
        Path, typer.Option(help="Folder for the tables; made where there is none.")
    ] = Path(),
    modality: Annotated[
        Literal["face", "voice", "both"], typer.Option(help="What is measured of each file.")
    ] = "both",
    rate: Annotated[
        float, typer.Option(help="Pictures to look at a second, at most those that there are.")
    ] = 10.0,
    window: Annotated[
        float, typer.Option(help="Length of a window in seconds, as of `analyze`.")
    ] = 5.0,
) -> None:
    """Write what is measured in FILES as tables (CSV).

    Of a face: action units, head pose and blendshapes in every picture.

    Of a voice: F0, loudness, brightness, speech and syllables every 10 ms.
    """
    with told_in_a_sentence():
        from desktop.measure import MeasureOptions, measure_files
        from model.perception.face_landmarker import FaceLandmarker

        landmarker = FaceLandmarker(loading.load_bundle().path("face_landmarker.task"))
        options = MeasureOptions(modality, rate, window)
        progress = MeasuringProgress(Console(stderr=True))
        well = measure_files(files, output, landmarker, options, progress)
    if not well:
        raise typer.Exit(EXIT_CODE)


@app.command()
def check(
    table: Annotated[
        Path,
        typer.Argument(help="Who says what of which recording: csv or JSON; or one recording."),
    ],
    says: Annotated[
        str | None, typer.Option(help="Check these words about the recording instead of a table.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a rationale, and one for all of them.")
    ] = False,
    modality: Annotated[
        Literal["face", "voice", "both"],
        typer.Option(help="What whoever wrote the rationales saw and heard of each recording."),
    ] = "both",
    baseline: Annotated[
        str,
        typer.Option(
            help="Compare with people at large (none), with a neutral clip (neutral:FILE), or with "
            "the same person's other recordings in the table (person)."
        ),
    ] = "none",
) -> None:
    """Check what anybody, or any model, says of faces and voices by what is measured in them.

    TABLE names a recording (file) and what is said of it (rationale) in each row, and if you like
    who says it (system) and who is seen and heard (person).
    """
    with told_in_a_sentence():
        from desktop.check import CheckOptions, CheckView, check_all, show_json
        from desktop.rationales import read_rationales, said_of
        from model.baseline import Norms
        from model.perception.face_landmarker import FaceLandmarker

        options = CheckOptions(modality, *parse_check_baseline(baseline))
        rationales = read_rationales(table) if says is None else [said_of(table, says)]
        bundle = loading.load_bundle()
        landmarker = FaceLandmarker(bundle.path("face_landmarker.task"))
        norms = Norms.load(bundle.path("norms.json"))
        checked, well = check_all(rationales, landmarker, norms, options, Console(stderr=True))
        if as_json:
            show_json(checked)
        else:
            CheckView(Console()).show(checked)
    if not well:
        raise typer.Exit(EXIT_CODE)


@app.command()
def info(
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Print version, bundle, hashes and provider."""
    with told_in_a_sentence():
        facts = {"version": __version__, **loading.load_engine().describe()}
        if as_json:
            write_json(facts)
        else:
            width = max(map(len, facts))
            write("\n".join(f"{name:<{width}}  {value}" for name, value in facts.items()))


def main() -> None:
    """Run the command line; the process's exit code says how it went."""
    multiprocessing.freeze_support()  # the frozen application starts its worker through itself
    keep_no_core()
    if hasattr(sys.stdout, "reconfigure"):
        # A file name that this terminal cannot show must not end the analysis.
        sys.stdout.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()
