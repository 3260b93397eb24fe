"""The command line without a model: every file has two windows that are known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from typer.testing import CliRunner, Result

from desktop import cli
from model.analysis import Analysis, AnalysisOptions, CheckedClaim, Contribution
from model.errors import MediaError
from model.runtime.tracking import Window

RATIONALE = "The lip corners are raised, and the voice is louder than usual."
BROKEN = "broken.mp4"


def window(file: str, start_s: float = 0.0, rationale: str = RATIONALE) -> Analysis:
    return Analysis(
        file=file,
        start_s=start_s,
        end_s=start_s + 5,
        emotion="happy",
        unsure=True,
        probabilities={"angry": 0.07, "happy": 0.72, "sad": 0.21},
        rationale=rationale,
        rationale_emotion="sad" if rationale else None,
        claims=(
            CheckedClaim("lip corners are raised", "AU12", "face", 0.4, 2.1, "supported"),
            CheckedClaim("voice is louder", "loudness", "voice", 0.0, 5.0, "contradicted"),
            CheckedClaim("nose is wrinkled", "AU9", "face", 0.0, 5.0, "unmeasurable"),
        ),
        contribution=Contribution(face=1.25, voice=-0.5),
        faces=2,
        timings_ms={"face": 200.0, "decode": 900.0},
    )


class FakeEngine:
    """Gives every file two windows, but for one that cannot be read and one that is interrupted."""

    def __init__(self) -> None:
        self.asked: list[tuple[Path, AnalysisOptions]] = []

    def analyze_file(
        self,
        path: Path,
        options: AnalysisOptions,
        on_text: Callable[[str], None] | None = None,
        on_window: Callable[[Any], None] | None = None,
        on_turn: Callable[[Any], None] | None = None,
    ) -> Iterator[Analysis]:
        self.asked.append((path, options))
        if path.name == BROKEN:
            raise MediaError(f"{path}: holds neither picture nor sound.")
        if path.name == "endless.mp4":
            raise KeyboardInterrupt
        rationale = "" if options.direct else RATIONALE
        for end_s in (options.window_s, options.hop_s + options.window_s) if on_window else ():
            on_window(SimpleNamespace(window=Window(str(path), end_s - options.window_s, end_s)))
        for start_s in (0.0, options.hop_s):
            if on_turn:
                on_turn(None)
            for word in rationale.split(" ") if on_text and rationale else ():
                on_text(word + " ")
            yield window(str(path), start_s, rationale)

    def describe(self) -> dict[str, str]:
        return {"bundle": "nano", "provider": "CPUExecutionProvider"}


def run(*arguments: str) -> Result:
    """What a command prints, and its exit code."""
    return CliRunner().invoke(cli.app, list(arguments))
