"""The shipped launch files are ones that accelerate reads."""

from __future__ import annotations

from pathlib import Path

import pytest

config_args = pytest.importorskip("accelerate.commands.config.config_args")

FOLDER = Path(__file__).parents[3] / "training" / "launch"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_accelerate_reads_it(path: Path) -> None:
    config = config_args.load_config_from_file(str(path))
    assert config.num_processes == 8
    assert config.mixed_precision == "bf16"
    name = {"ddp": "MULTI_GPU", "fsdp": "FSDP"}[path.stem]
    assert config.distributed_type == name
    assert f"--config_file training/launch/{path.name}" in path.read_text(encoding="utf-8")
