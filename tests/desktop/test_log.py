"""The log names nobody, and a crash is told at the next start."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.log import (
    REPORTED_LINES,
    Tail,
    previous_crash,
    report,
    start_logging,
    without_names,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.captureWarnings(False)


def run(code: str, folder: Path) -> int:
    begin = f"import faulthandler, pathlib\nfolder = pathlib.Path({str(folder)!r})\n"
    script = f"{begin}from desktop.log import crashes_written, watch_for_crashes\n{code}"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


def test_lines_go_to_the_file_and_to_the_tail(tmp_path: Path) -> None:
    tail = start_logging(tmp_path / "log")
    told: list[str] = []
    tail.listener = told.append
    logging.getLogger("test").warning("one\ntwo")
    written = (tmp_path / "log" / "r1-omni.log").read_text(encoding="utf-8").splitlines()
    assert list(tail.lines) == written
    assert "r1-omni" in written[0]
    assert told == written[-2:]
    assert told[0].endswith("WARNING  test: one")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps folders of a user from others")
def test_nobody_else_may_read_the_log(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir(mode=0o755)  # of a former version
    start_logging(tmp_path / "log")
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no image of a process")
@pytest.mark.parametrize(
    "begun",
    ["watch_for_crashes(folder)", "import desktop.cli as cli; cli.app = print; cli.main()"],
    ids=["window", "command"],
)
def test_no_image_of_the_memory_is_kept_of_a_crash(tmp_path: Path, begun: str) -> None:
    code = (
        "import resource, sys\n"
        "hard = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\n"
        f"{begun}\n"
        "sys.exit(resource.getrlimit(resource.RLIMIT_CORE) != (0, hard))"
    )
    assert run(code, tmp_path) == 0


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    tail = start_logging(tmp_path / "file")
    assert "The log is not kept" in tail.lines[-1]
    assert previous_crash(tmp_path / "file") == ""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("no 'C:\\Users\\Ann\\clip.mp4'", "no '….mp4'"),
        ("no 'C:\\Ann.mp4' and no '\\\\server\\Ann.mp4'", "no '….mp4' and no '….mp4'"),
        ("`/media/Ann's disk/Ann.mp4` is empty", "`….mp4` is empty"),
        ("'/films/Ann Smith, 3. May'", "'…'"),
        ('File "/usr/lib/python3/av.py", line 3', 'File "/usr/lib/python3/av.py", line 3'),
        (f"at {Path.home() / 'films'}", "at ~/films"),
        (f"'{Path.home() / 'films' / 'me.mp4'}'", "'….mp4'"),
        ("'/one.wav', not '/'", "'….wav', not '/'"),
        ("'/opt/lib/libportaudio.so.2'", "'…/libportaudio.so.2'"),
        ("'/home/Ann/r1-omni/sessions.sqlite3'", "'…/sessions.sqlite3'"),
        ("don't, can't / won't", "don't, can't / won't"),
    ],
)
def test_folders_and_names_are_left_out(text: str, written: str) -> None:
    assert without_names(text) == written


@pytest.mark.parametrize(
    ("home", "text", "written"),
    [
        ("/", "at /usr/lib, 3 / 4", "at /usr/lib, 3 / 4"),
        ("/home/ann", "at /home/anna/films, /home/ann.old and /home/ann",
         "at /home/anna/films, /home/ann.old and ~"),
        ("/home/ann", "/home/ann: full", "~: full"),
    ],
)  # fmt: skip
def test_only_the_home_folder_itself_is_shortened(
    monkeypatch: pytest.MonkeyPatch, home: str, text: str, written: str
) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path(home))
    assert without_names(text) == written


def test_a_traceback_keeps_its_sources_and_loses_the_name_of_a_film(tmp_path: Path) -> None:
    tail = start_logging(tmp_path)
    try:
        (tmp_path / "Ann" / "clip.mp4").read_bytes()
    except OSError:
        logging.getLogger("test").exception("failed")
    lines = "\n".join(tail.lines)
    assert "test_log.py" in lines
    assert "'….mp4'" in lines
    assert "Ann/clip" not in lines


def test_a_fatal_fault_is_told_once_and_a_clean_end_is_not(tmp_path: Path) -> None:
    assert run("watch_for_crashes(folder)", tmp_path) == 0
    assert previous_crash(tmp_path) == ""
    assert run("watch_for_crashes(folder)\nfaulthandler._sigsegv()", tmp_path) != 0
    assert "Segmentation fault" in previous_crash(tmp_path)
    assert previous_crash(tmp_path) == ""


def test_an_exception_that_ends_a_process_is_told(tmp_path: Path) -> None:
    assert run("with crashes_written(folder): raise ValueError('odd')", tmp_path) == 1
    assert "ValueError: odd" in previous_crash(tmp_path)


def test_what_is_written_of_a_crash_names_nobody(tmp_path: Path) -> None:
    run("with crashes_written(folder): open('/nowhere/Ann/clip.mp4')", tmp_path)
    written = (tmp_path / "crash.txt").read_text(encoding="utf-8")
    assert "'….mp4'" in written
    assert "Ann" not in written


def test_a_report_says_what_ran_and_ends_with_the_last_lines() -> None:
    tail = Tail()
    tail.lines.extend(f"line {number}" for number in range(REPORTED_LINES + 1))
    text = report({"model": "nano", "bundle": f"{Path.home()}/bundle"}, list(tail.lines))
    assert "r1-omni   " in text
    assert "model     nano\nbundle    ~/bundle\n\nline 1\n" in text
    assert text.endswith(f"line {REPORTED_LINES}\n")
