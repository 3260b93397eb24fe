"""`python -m training publish`: make a trained stage the default model of the package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from model.errors import ConfigError
from model.release_info import FILES, RELEASE_FOLDER, Release, names_in
from training.release import Stage, copy_release, other_folder
from training.tensors import load_tensors

LARGEST_BYTES = 25_000_000


@dataclass(frozen=True)
class PublishRecipe:
    """Options: which stage becomes the default model, under which name, and where it is put."""

    stage: str
    version: str
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
            load_tensors(source / name, "train that stage again, or name another with stage=…")
    copy_release(source, target)
    stage.version = recipe.version
    stage.save(target)
    release = Release.load(target)
    console.print(f"{target}: {size / 1e6:.1f} MB, fingerprint {release.fingerprint}")
    return release
