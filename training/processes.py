"""The processes that train one network side by side, as `torchrun` or `accelerate` tells them."""

from __future__ import annotations

import os


def process_count() -> int:
    """How many there are; 1 where nobody launched several."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_main_process() -> bool:
    """Whether this is the one that writes files."""
    return os.environ.get("RANK", "0") == "0"
