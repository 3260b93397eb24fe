"""Files side by side: the same results in the same order, and no process left behind."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from model.analysis import Analysis, AnalysisOptions
from model.bundle import Bundle
from model.errors import ConfigError, MediaError
from model.runtime.analyzer import Analyzer
from model.runtime.batch import FileResult, analyze_files

DIRECT = AnalysisOptions(direct=True)
WITHIN_S = 60

BATCH = """
import multiprocessing, sys
from pathlib import Path
from model.analysis import AnalysisOptions
from model.bundle import Bundle
from model.runtime.batch import analyze_files

if __name__ == "__main__":
    bundle, clip = Bundle.load(Path(sys.argv[1])), Path(sys.argv[2])
    for _ in analyze_files(bundle, [clip] * 1000, AnalysisOptions(direct=True), 2):
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
"""


@pytest.fixture(scope="module")
def bundle(bundle_folder: Path) -> Bundle:
    return Bundle.load(bundle_folder)


def untimed(analyses: tuple[Analysis, ...]) -> list[Analysis]:
    return [dataclasses.replace(analysis, timings_ms={}) for analysis in analyses]


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process_id}/stat")
    return not state.exists() or state.read_text().rpartition(") ")[2][0] != "Z"


def test_results_come_in_order_and_equal_to_one_by_one(
    bundle: Bundle, samples: list[Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    files = [samples[0], broken, *samples[1:3]]
    results = list(analyze_files(bundle, files, DIRECT, workers=2))
    assert [result.file for result in results] == files
    assert str(broken) in str(results[1].error)
    alone = Analyzer(bundle, threads=1)
    for result in (results[0], *results[2:]):
        assert untimed(result.analyses) == untimed(tuple(alone.analyze_file(result.file, DIRECT)))
    assert not multiprocessing.active_children()


def test_an_error_is_raised_after_what_came_before_it(samples: list[Path]) -> None:
    told = FileResult(samples[0], (), MediaError("cut off")).told()
    with pytest.raises(MediaError, match="cut off"):
        next(told)


def test_who_stops_listening_leaves_no_process(bundle: Bundle, samples: list[Path]) -> None:
    results = analyze_files(bundle, samples[:1] * 100, DIRECT, workers=2)
    next(results)
    begun = time.monotonic()
    results.close()
    assert time.monotonic() - begun < WITHIN_S
    assert not multiprocessing.active_children()


def test_a_killed_worker_is_told_in_a_sentence(bundle: Bundle, samples: list[Path]) -> None:
    results = analyze_files(bundle, samples[:1] * 100, DIRECT, workers=2)
    next(results)
    multiprocessing.active_children()[0].kill()
    with pytest.raises(MediaError, match="fewer than 2 `--workers`"):
        list(results)
    assert not multiprocessing.active_children()


def test_workers_that_have_died_meanwhile_are_told_in_a_sentence(
    bundle: Bundle, samples: list[Path]
) -> None:
    results = analyze_files(bundle, samples[:1] * 100, DIRECT, workers=2)
    next(results)
    multiprocessing.active_children()[0].kill()
    deadline = time.monotonic() + WITHIN_S
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(MediaError, match="fewer than 2 `--workers`"):
        list(results)


def test_a_model_that_no_worker_can_load_is_told_as_what_it_is(
    bundle: Bundle, samples: list[Path], monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.setenv("R1_OMNI_DECODER", "abacus")
    with pytest.raises(ConfigError, match="R1_OMNI_DECODER=abacus: it should be cpu or cuda"):
        list(analyze_files(bundle, samples[:2], DIRECT, workers=2))
    assert "Traceback" not in capfd.readouterr().err
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform == "win32", reason="looks at processes as POSIX does")
def test_workers_end_with_a_parent_that_is_killed(bundle_folder: Path, samples: list[Path]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BATCH, str(bundle_folder), str(samples[0])],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        workers = [int(word) for word in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)
    assert len(workers) == 2
    deadline = time.monotonic() + WITHIN_S
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, workers))
