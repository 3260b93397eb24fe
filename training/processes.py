"""The processes that train one network side by side, as `torchrun` or `accelerate` tells them."""

from __future__ import annotations

import os


def process_count() -> int:
    """How many there are; 1 where nobody launched several."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Which of them this is; the first one writes what all have made."""
    return int(os.environ.get("RANK", "0"))
