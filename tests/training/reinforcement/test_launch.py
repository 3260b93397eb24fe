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
    name, precision = {
        "ddp": ("MULTI_GPU", "bf16"), "fsdp": ("FSDP", "bf16"), "zero3": ("DEEPSPEED", "no"),
    }[path.stem]  # fmt: skip
    assert config.distributed_type == name
    assert config.mixed_precision == precision
    assert f"--config_file training/launch/{path.name}" in path.read_text(encoding="utf-8")
