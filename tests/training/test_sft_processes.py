"""The cold start in two processes."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("trl")

from .several_processes import in_two_processes
from .tiny_sft import FOLDS, tiny_stage

SCRIPT = Path(__file__).with_name("sft_processes.py")


def test_all_windows_of_a_step_are_of_the_fold_that_its_trunks_have_not_seen(
    tmp_path: Path,
) -> None:
    """Step n is read by the trunks that left fold n % folds out (`FoldTrunks`)."""
    tiny_stage(tmp_path / "stage")
    seen = in_two_processes(SCRIPT, tmp_path)
    for of_a_process in seen:
        steps = [of_a_process[start : start + 2] for start in range(0, len(of_a_process), 2)]
        assert len(steps) == 5
        for step, windows in enumerate(steps):
            assert {fold for _, fold in windows} == {step % FOLDS}
    indices = [index for of_a_process in seen for index, _ in of_a_process]
    assert sorted(indices) == list(range(20)), "18 windows, and two that fill the last step"
