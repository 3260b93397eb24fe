"""`python -m training publish`: make a trained stage the default model of the package."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from rich.console import Console

from model.errors import ConfigError
from model.release_info import FILES, RELEASE_FOLDER, Release, names_in
from training.config import Rule
from training.release import (
    UNPUBLISHED,
    Stage,
    copy_release,
    load_references,
    other_folder,
    stage_cure,
)
from training.tensors import load_tensors

LARGEST_BYTES = 25_000_000
_A_NAME = Rule(
    f"a name of letters, digits, dots and dashes, and not {UNPUBLISHED}",
    lambda name: re.fullmatch(r"[\w.+-]+", name) is not None and name != UNPUBLISHED,
)


@dataclass(frozen=True)
class PublishRecipe:
    """Options: which stage becomes the default model, under which name, and where it is put.

    What cites a model names it by its `version`, so every model wants one of its own.
    """

    stage: str
    version: Annotated[str, _A_NAME]
    output: str = str(RELEASE_FOLDER)


def publish(recipe: PublishRecipe, console: Console) -> Release:
    """Copy a calibrated stage's files into the release folder.

    Raises:
        ConfigError: the stage lacks a file, is damaged or larger than a release may be, or `output`
            is its folder.
    """
    source, target = Path(recipe.stage), Path(recipe.output)
    other_folder("publish", source, target)
    missing = [name for name in FILES if not (source / name).is_file()]
    if missing:
        raise ConfigError(
            f"{source}: no {missing[0]}; publish what `python -m training sft` wrote."
        )
    size = sum((source / name).stat().st_size for name in names_in(source))
    if size > LARGEST_BYTES:
        raise ConfigError(f"{source}: {size / 1e6:.0f} MB; a release may have 25 MB.")
    stage = Stage.load_started(source)
    for name in names_in(source):  # a damaged one would take the place of a model that runs
        if name.endswith(".safetensors"):
            load_tensors(source / name, stage_cure(source))
    load_references(source)
    copy_release(source, target)
    stage.version = recipe.version
    stage.save(target)
    release = Release.load(target)
    console.print(f"{target}: {size / 1e6:.1f} MB, fingerprint {release.fingerprint}")
    return release
