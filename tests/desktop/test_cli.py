from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from rich.console import Console

from desktop import analyze, cli, loading
from desktop.arguments import parse_labels
from desktop.terminal import AnalysisView, SetupProgress
from model import __version__
from model.analysis import AnalysisOptions
from model.errors import BundleError, ConfigError, MediaError
from model.labels import LABEL_SETS
from model.runtime import batch
from model.runtime.batch import FileResult
from model.weights.sources import SMOLLM2

from .fake_engine import BROKEN, RATIONALE, FakeEngine, run, window

CALM = Path(__file__).parents[1] / "samples" / "sad.mp4"


def test_json_is_one_object_a_window_with_the_documented_keys(engine: FakeEngine) -> None:
    result = run("analyze", "--json", "a.mp4", "b.mp4")
    assert result.exit_code == 0
    assert result.stderr == ""
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(o["file"], o["start_s"]) for o in objects] == [
        ("a.mp4", 0), ("a.mp4", 5), ("b.mp4", 0), ("b.mp4", 5),
    ]  # fmt: skip
    assert list(objects[0]) == [
        "file", "start_s", "end_s", "emotion", "unsure", "probabilities", "rationale",
        "rationale_emotion", "claims", "contribution", "faces", "timings_ms", "cues",
    ]  # fmt: skip
    assert objects[0]["contribution"] == {"face": 1.25, "voice": -0.5}
    assert objects[0]["claims"][0] == {
        "text": "lip corners are raised", "cue": "AU12", "modality": "face",
        "start_s": 0.4, "end_s": 2.1, "verdict": "supported",
    }  # fmt: skip


def test_piped_text_is_plain_and_tells_everything(engine: FakeEngine) -> None:
    result = run("analyze", "clip.mp4")
    assert "\x1b" not in result.stdout
    lines = result.stdout.splitlines()
    assert lines[0] == "clip.mp4"
    assert lines[1].rstrip() == RATIONALE
    assert lines[2] == "0.0-5.0 s  happy  (unsure)  (its rationale ends in sad)"
    assert [line.split()[0] for line in lines[3:6]] == ["happy", "sad", "angry"]
    assert lines[3].endswith("72%")
    assert [line.split()[:2] for line in lines[6:9]] == [
        ["✓", "face"], ["✗", "voice"], ["–", "face"],
    ]  # fmt: skip
    assert lines[9].strip() == "contribution: face +1.25, voice -0.50 nats; faces: 2; 1.1 s"


def test_a_direct_answer_prints_no_rationale(engine: FakeEngine) -> None:
    lines = run("analyze", "--direct", "clip.mp4").stdout.splitlines()
    assert lines[1].startswith("0.0-5.0 s")
    assert engine.asked[0][1].direct


def test_the_rationale_is_shown_as_it_is_written() -> None:
    paper = StringIO()
    view = AnalysisView(Console(file=paper))
    view.text("The lip corners ")
    assert paper.getvalue() == "The lip corners "
    view.text("are raised.")
    view.analysis(window("clip.mp4"))
    assert paper.getvalue().startswith("The lip corners are raised.\n0.0-5.0 s")


def test_a_rationale_that_was_not_streamed_is_printed_whole() -> None:
    paper = StringIO()
    AnalysisView(Console(file=paper)).analysis(window("clip.mp4"))
    assert paper.getvalue().startswith(RATIONALE + "\n")


@pytest.mark.parametrize(("no_color", "colours"), [("", True), ("1", False)])
def test_no_color_is_respected(
    monkeypatch: pytest.MonkeyPatch, no_color: str, colours: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    paper = StringIO()
    console = Console(file=paper, force_terminal=True, color_system="standard")
    AnalysisView(console).analysis(window("clip.mp4"))
    assert ("\x1b[32m✓" in paper.getvalue()) is colours


def test_a_terminal_without_unicode_gets_letters() -> None:
    written = BytesIO()
    view = AnalysisView(Console(file=TextIOWrapper(written, encoding="cp1252", write_through=True)))
    view.analysis(window("clip.mp4"))
    text = written.getvalue().decode("cp1252")
    assert "  + face  lip corners" in text
    assert "#####" in text


def test_options_reach_the_engine(engine: FakeEngine) -> None:
    run(
        "analyze", "--modality", "voice", "--labels", "Joy, sadness,neutral", "--window", "4",
        "--baseline", f"neutral:{CALM}", "talk.wav",
    )  # fmt: skip
    path, options = engine.asked[0]
    assert path == Path("talk.wav")
    assert options == AnalysisOptions(
        modality="voice",
        labels=("happy", "sad", "neutral"),
        baseline="neutral",
        neutral=CALM,
        window_s=4,
        hop_s=4,
    )


def test_how_far_a_file_is_measured_is_shown_until_it_is_judged(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    class Bar:
        def __init__(self, console: Console) -> None:
            assert console.stderr

        @contextmanager
        def file(self, name: str, length_s: float) -> Iterator[Callable[[float], None]]:
            yield seen.append
            seen.append("closed")

    monkeypatch.setattr(analyze, "MeasuringProgress", Bar)
    shown = run("analyze", "--baseline", "recording", "--json", "a.mp4")
    assert seen == [5.0, 10.0, "closed"]
    assert engine.asked[0][1].baseline == "recording"
    assert shown.stdout == run("analyze", "--baseline", "running", "--json", "a.mp4").stdout
    run("analyze", "--baseline", "recording", "--json", "a.mp4", "b.mp4")
    assert len(seen) == 3  # of several, it is told how many are done


@pytest.mark.parametrize("name", [*LABEL_SETS, "DFEW"])
def test_every_label_set_can_be_named(name: str) -> None:
    assert parse_labels(name) == LABEL_SETS[name.lower()]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--labels", "happy,hungry"), "`hungry` is no emotion"),
        (("--labels", "happy,joy"), "two different labels"),
        (("--baseline", "neutral"), "write none, running, recording or neutral:FILE"),
        (("--baseline", "none:a.mp4"), "write none, running, recording or neutral:FILE"),
        (("--window", "0"), "`--window 0`"),
        (("--hop", "nan"), "`--hop nan`"),
        (("--window", "2", "--hop", "5"), "`--hop 5` is longer than the window of 2 s"),
        (("--baseline", "neutral:nope.mp4"), "'nope.mp4' does not exist"),
    ],
)
def test_a_wrong_option_is_told_in_one_sentence(
    engine: FakeEngine, arguments: tuple[str, ...], sentence: str
) -> None:
    result = run("analyze", *arguments, "clip.mp4")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert not engine.asked


@pytest.mark.parametrize(
    "arguments",
    [("--modality", "smell", "a.mp4"), ("--bogus", "a.mp4"), ("--threads", "65", "a.mp4"), ()],
)
def test_wrong_usage_exits_with_the_same_code(
    engine: FakeEngine, arguments: tuple[str, ...]
) -> None:
    result = run("analyze", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_one_bad_file_does_not_stop_the_others(engine: FakeEngine) -> None:
    result = run("analyze", "--json", "a.mp4", BROKEN, "b.mp4")
    assert result.exit_code == 2
    assert result.stderr == f"{BROKEN}: holds neither picture nor sound.\n"
    assert {json.loads(line)["file"] for line in result.stdout.splitlines()} == {"a.mp4", "b.mp4"}


@pytest.mark.skipif(os.name != "nt", reason="elsewhere there may be as many as one likes")
def test_more_workers_than_windows_can_wait_for_are_refused() -> None:
    result = run("analyze", "--workers", "62", "a.mp4")
    assert result.exit_code == 2
    assert "61" in result.output


def test_workers_tell_the_same_as_one_by_one(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def side_by_side(
        bundle: None, files: list[Path], options: AnalysisOptions, workers: int, threads: int
    ) -> Iterator[FileResult]:
        assert (workers, threads) == (3, 1)  # no more processes than files
        for file in files:
            if file.name == BROKEN:
                yield FileResult(file, (), MediaError(f"{file}: holds neither picture nor sound."))
            else:
                yield FileResult(file, tuple(engine.analyze_file(file, options)))

    monkeypatch.setattr(loading, "load_bundle", lambda: None)
    monkeypatch.setattr(batch, "analyze_files", side_by_side)
    files = "a.mp4", BROKEN, "b.mp4"
    for form in ((), ("--json",)):
        alone = run("analyze", *form, *files)
        together = run("analyze", *form, "--workers", "8", "--threads", "1", *files)
        assert together.exit_code == alone.exit_code == 2
        assert together.stdout == alone.stdout.replace("usual. \n", "usual.\n")  # word for word
        assert together.stderr == alone.stderr


def test_a_model_of_ones_own_is_taken_wherever_the_model_is_loaded(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("R1_OMNI_BUNDLE", "before")
    monkeypatch.chdir(tmp_path)
    named: list[str] = []

    def load(threads: int = 0) -> FakeEngine:
        named.append(os.environ["R1_OMNI_BUNDLE"])
        return engine

    monkeypatch.setattr(loading, "load_engine", load)
    assert run("--bundle", "mine", "info").exit_code == 0
    assert named == [str(tmp_path / "mine")]


def test_a_model_that_cannot_be_loaded_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(threads: int = 0) -> FakeEngine:
        raise BundleError("decoder.onnx is damaged: delete it and run the command again.")

    monkeypatch.setattr(loading, "load_engine", fail)
    for command in (("analyze", "a.mp4", "b.mp4"), ("info",)):
        result = run(*command)
        assert result.exit_code == 2
        assert result.stderr.count("decoder.onnx is damaged") == 1
        assert result.stdout == ""


def ended_on_a_full_disk(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> object:
    """The exit code of a command whose results go onto a disk without space."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("w") as full, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", full)
        with pytest.raises(SystemExit) as ended:
            cli.app(list(arguments))
        full.flush()  # nothing is left that would fail when Python ends
    return ended.value.code


@pytest.mark.parametrize(
    "arguments",
    [("analyze", "a.mp4", "b.mp4"), ("analyze", "--json", "a.mp4", "b.mp4"), ("info",),
     ("info", "--json"), ("--version",), ("live", "--headless", "--json", "--camera", "0")],
)  # fmt: skip
def test_results_that_cannot_be_written_are_told_once(
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.setattr(
        "desktop.live.headless.run_headless", lambda *given: given[3]({"type": "nobody"})
    )
    assert ended_on_a_full_disk(monkeypatch, arguments) == 2
    sentence = "The results cannot be written (No space left on device); free some space"
    assert capsys.readouterr().err == f"{sentence} and run it again.\n"
    assert len(engine.asked) <= 1


def test_everything_is_erased_though_it_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    erased: list[Path] = []

    def erase() -> Iterator[tuple[Path, int, int]]:
        for place in (Path("kept"), Path("also kept")):
            erased.append(place)
            yield place, 1, 1

    monkeypatch.setattr(cli, "erase_all", erase)
    assert ended_on_a_full_disk(monkeypatch, ("--erase-all",)) == 2
    assert len(erased) == 2


def test_results_go_nowhere_where_the_output_is_closed(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(SystemExit) as ended:
        cli.app(["analyze", "--direct", "a.mp4"])
    assert ended.value.code == 2
    assert "standard output is closed); write them elsewhere" in capsys.readouterr().err


def test_control_characters_of_a_name_do_not_reach_the_terminal(engine: FakeEngine) -> None:
    result = run("analyze", "--direct", "esc\x1b[2J\x9b.mp4", f"new\nline/{BROKEN}")
    assert "\x1b" not in result.output
    assert result.stdout.startswith("esc\\x1b[2J\\x9b.mp4\n")
    assert result.stderr == f"new\\nline/{BROKEN}: holds neither picture nor sound.\n"


def test_an_interrupt_leaves_no_traceback(engine: FakeEngine) -> None:
    result = run("analyze", "endless.mp4")
    assert result.exit_code == 130
    assert "Traceback" not in result.output


def test_version_and_info(engine: FakeEngine) -> None:
    assert run("--version").stdout == f"r1-omni {__version__}\n"
    assert "provider  CPUExecutionProvider" in run("info").stdout
    assert json.loads(run("info", "--json").stdout)["version"] == __version__


def test_help_names_every_option(engine: FakeEngine) -> None:
    text = run("analyze", "--help").stdout
    for option in ("--json", "--modality", "--labels", "--baseline", "--window", "--hop",
                   "--direct", "--threads", "--workers"):  # fmt: skip
        assert option in text


def test_setting_up_is_shown_on_the_error_stream_only(capsys: pytest.CaptureFixture[str]) -> None:
    with SetupProgress(Console(stderr=True)) as progress:
        for done in (0, 1_000_000, 2_000_000):
            progress.fetched(SMOLLM2, done, 2_000_000)
        progress.assembling("encoders")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count(f"fetching: {SMOLLM2.name}") == 1
    assert captured.err.count("assembling: encoders") == 1


def test_options_refuse_a_neutral_clip_without_a_use_for_it() -> None:
    with pytest.raises(ConfigError, match="neutral"):
        AnalysisOptions(neutral=Path("calm.mp4"))
