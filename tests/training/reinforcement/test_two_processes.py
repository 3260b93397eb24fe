"""Several processes train one policy: each on prompts of its own, all with the same outcome."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("trl")

from ..several_processes import in_two_processes
from . import two_processes


def test_two_processes_share_the_work_and_agree(tmp_path: Path) -> None:
    one, two = in_two_processes(two_processes.main, tmp_path)
    assert one["adapter"] == pytest.approx(two["adapter"], abs=1e-9)
    assert one["rewards"] == two["rewards"]
    assert not set(one["seen"]) & set(two["seen"])
