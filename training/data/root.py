"""Where the data sets and the caches are."""

from __future__ import annotations

import os
from pathlib import Path

from model.errors import DataError

ENVIRONMENT_VARIABLE = "R1_OMNI_DATA"


def data_root(option: Path | None) -> Path:
    """The folder named by `--data`, else by `R1_OMNI_DATA`.

    Raises:
        DataError: neither is given, or the folder does not exist.
    """
    value = option or os.environ.get(ENVIRONMENT_VARIABLE)
    if not value:
        raise DataError(
            f"no data folder: pass --data FOLDER or set {ENVIRONMENT_VARIABLE} "
            "(`prepare` of folders of your own alone does without: sets=[])."
        )
    root = Path(value)
    if not root.is_dir():
        raise DataError(
            f"{root}: no such folder; --data or {ENVIRONMENT_VARIABLE} should name one."
        )
    return root
