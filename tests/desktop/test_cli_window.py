"""What `r1-omni`, `r1-omni live` and the options without a command do, short of the window."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop import cli
from model.analysis import AnalysisOptions

from .fake_engine import FakeEngine, run


def test_live_without_a_source_is_told_in_one_sentence() -> None:
    result = run("live", "--headless")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "--camera, --microphone or both" in result.stderr
    assert result.stdout == ""


def test_live_prints_one_object_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def fake(
        camera: object, microphone: object, options: AnalysisOptions,
        say: Callable[[dict], None], seconds: float, threads: int, loop: bool,
    ) -> None:  # fmt: skip
        asked.append((camera, microphone, options.labels, options.baseline, seconds, threads, loop))
        say({"type": "nobody", "end_s": 1.0})

    monkeypatch.setattr("desktop.live.headless.run_headless", fake)
    result = run(
        "live", "--headless", "--json", "--camera", "0", "--microphone", "talk.wav",
        "--labels", "happy,sad",
        "--baseline", "none", "--seconds", "3", "--threads", "2", "--loop",
    )  # fmt: skip
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"type": "nobody", "end_s": 1.0}
    assert asked == [(0, "talk.wav", ("happy", "sad"), "none", 3.0, 2, True)]


def test_live_prints_a_line_an_event_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = {"end_s": 5.0, "emotion": "sad", "probabilities": {"sad": 0.34}, "unsure": True}
    events = [
        {"type": "camera", "status": "live", "message": ""},
        {"type": "microphone", "status": "absent", "message": "There is no microphone."},
        {"type": "glimpse", **judged},
        {"type": "analysis", **judged, "rationale": "The lip corners are down."},
        {"type": "nobody", "end_s": 7.25},
    ]
    monkeypatch.setattr(
        "desktop.live.headless.run_headless", lambda *given: [given[3](event) for event in events]
    )
    lines = run("live", "--headless", "--camera", "0").stdout.splitlines()
    assert [line.strip() for line in lines] == [
        "camera: live", "microphone: There is no microphone.", "5.0 s  sad 34% (unsure)",
        "5.0 s  sad 34% (unsure)", "The lip corners are down.", "7.2 s  nobody is seen or heard",
    ]  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("live",), ("--self-test", "clip.mp4")])
def test_without_a_display_one_sentence_says_what_else_to_run(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "r1-omni analyze FILE" in result.stderr


def test_without_the_packages_of_the_window_it_is_said_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    result = run()
    assert result.exit_code == 2
    assert "pip install '.[desktop]'" in result.stderr


def test_a_library_that_qt_lacks_is_named_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
    result = run()
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "PySide6.QtWidgets" in result.stderr
    assert "packaging/debian-packages.txt" in result.stderr


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What the window was opened with, every time it was."""
    pytest.importorskip("PySide6")
    opened: list[tuple[object, ...]] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(
        "desktop.window.application.run_window", lambda *given: opened.append(given) or 0
    )
    return opened


def test_the_window_gets_the_sources_that_were_given(opened: list[tuple[object, ...]]) -> None:
    from desktop.window.device_choice import Sources

    assert run().exit_code == 0
    assert run("live", "--camera", "1", "--microphone", "a.wav", "--loop").exit_code == 0
    assert opened == [(), (Sources(1, "a.wav", True), {})]


@pytest.mark.parametrize(
    ("arguments", "overrides"),
    [
        (("--labels", "happy,sad"), {"label_set": "happy,sad"}),
        (("--labels", "RAVDESS", "--baseline", "none"),
         {"label_set": "ravdess", "baseline": "none"}),
        (("--threads", "0"), {"threads": 0}),
    ],
)  # fmt: skip
def test_the_window_gets_labels_baseline_and_threads(
    opened: list[tuple[object, ...]], arguments: tuple[str, ...], overrides: dict[str, object]
) -> None:
    assert run("live", *arguments).exit_code == 0
    assert opened[0][1] == overrides


@pytest.mark.parametrize(
    "arguments", [("--seconds", "3"), ("--json",), ("--labels", "hungry"), ("--threads", "65")]
)
def test_what_the_window_cannot_do_is_refused(
    opened: list[tuple[object, ...]], arguments: tuple[str, ...]
) -> None:
    result = run("live", *arguments)
    assert result.exit_code == 2
    assert arguments[0] in result.stderr or arguments[1] in result.stderr
    assert not opened


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--screenshot", "window.png"), "`--screenshot` means nothing without --self-test"),
        (("--expected", "a.jsonl"), "`--expected` means nothing without --self-test"),
        (("--screenshot", "window.png", "analyze", "a.mp4"), "without --self-test"),
        (("--screenshot", "window.png", "--erase-all"), "without --self-test"),
        (("--self-test", "a.mp4", "analyze", "a.mp4"), "without a command: omit `analyze`"),
        (("--self-test", "a.mp4", "open", "a.mp4"), "without a command: omit `open`"),
        (("--erase-all", "analyze", "a.mp4"), "without a command: omit `analyze`"),
        (("--erase-all", "info"), "without a command: omit `info`"),
        (("--self-test", "a.mp4", "--erase-all"), "`--self-test` is not run with --erase-all"),
    ],
)
def test_options_of_the_self_test_are_refused_where_they_mean_nothing(
    opened: list[tuple[object, ...]],
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.setattr(cli, "erase_all", lambda: pytest.fail("something was erased"))
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert not opened
    assert not engine.asked


def test_erasing_says_what_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "erase_all", lambda: iter([(Path("kept"), 2, 1_500_000)]))
    result = run("--erase-all")
    assert (result.exit_code, result.stdout) == (0, "kept: 2 files, 1.5 MB\n")


def test_the_self_test_says_how_it_went_by_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("PySide6")
    monkeypatch.setenv("DISPLAY", ":0")
    asked: list[object] = []
    monkeypatch.setattr(
        "desktop.window.self_test.run_self_test",
        lambda *given: asked.append(given) or 2,
    )
    picture = tmp_path / "window.png"
    assert run("--self-test", "clip.mp4", "--screenshot", str(picture)).exit_code == 2
    assert run("--self-test", "clip.mp4", "--expected", "golden.jsonl").exit_code == 2
    clip = Path("clip.mp4")
    assert asked == [(clip, picture, None), (clip, None, Path("golden.jsonl"))]
