"""Going on with an interrupted run, and with no other.

A checkpoint does not say what its run is made of, so that is written down when the run begins: the
recipe's options and the files of the stage that it starts from. Of files the content counts: a
folder of the same name may have been written anew since.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.errors import ConfigError
from model.release_info import DECIDING
from model.weights.download import sha256_of
from training.release import FOLDS_FILE, TRUNKS_FILE, other_folder
from training.running.processes import process_count, rank
from training.whole_files import write_whole

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RECORD_FILE = "begun_with.json"
LEARNED_FROM = (*DECIDING, TRUNKS_FILE, FOLDS_FILE)
"""A stage's files that training reads; `calibrate` may change its stage.json in between."""
MAY_CHANGE = {"stage", "output", "threads", "save_steps", "kept_every"}
"""Options that change nothing of what comes out, and folders."""
_WRITTEN_LAST = "trainer_state.json"
"""Of a checkpoint, by transformers: one without it was being saved when the run was killed."""


def made_of(recipe: DataclassInstance, source: Path, names: Iterable[str]) -> dict[str, Any]:
    """What decides about the outcome of `recipe`, as JSON keeps it.

    Args:
        source: folder of the stage that it starts from.
        names: files of that folder; of each the hash is taken, None of one that is not there.
    """
    options = {name: kept for name, kept in asdict(recipe).items() if name not in MAY_CHANGE}
    return as_kept({**options, **contents(source, names)})


def contents(source: Path, names: Iterable[str] = LEARNED_FROM) -> dict[str, str | None]:
    """The hash of each of these files of a stage's folder, `None` of one that is not there."""
    return {name: sha256_of(source / name) if (source / name).is_file() else None for name in names}


def begun_elsewhere(output: Path, source: Path) -> bool:
    """Whether what lies in `output` began from another stage than the one in `source`.

    What has no record of its beginning is taken as it is.
    """
    path = output / RECORD_FILE
    return path.is_file() and bool(differences(_read(path), contents(source)))


def as_kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON gives them back."""
    kept: dict[str, Any] = json.loads(json.dumps(facts))
    return kept


def write_record(path: Path, facts: Mapping[str, Any]) -> None:
    """Keep what something is made of."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(facts, indent=1) + "\n")


def differences(record: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """How what is recorded differs, each in a few words; an option newer than it does not."""
    return [
        f"another {name}" if name in LEARNED_FROM else f"{name}={record[name]}, not {kept}"
        for name, kept in asked.items()
        if name in record and record[name] != kept
    ]


def goes_on(command: str, recipe: DataclassInstance, source: Path, output: Path) -> str | None:
    """The last whole checkpoint of this very run in `output`; a run that begins is written down.

    Raises:
        ConfigError: the checkpoint there is of another run, or of who knows which; or `output` is
            the stage's own folder.
    """
    other_folder(command, source, output)
    asked = made_of(recipe, source, LEARNED_FROM) | {"processes": process_count()}
    path, checkpoint = output / RECORD_FILE, _last_checkpoint(output)
    if checkpoint is not None:
        different = differences(_read(path), asked)
        if different:
            raise ConfigError(
                f"{output}: holds a checkpoint of a run with {', '.join(different)}; choose "
                "another output=…, or remove that folder to begin anew."
            )
        return str(checkpoint)
    if rank() == 0:
        write_record(path, asked)
    return None


def _last_checkpoint(output: Path) -> Path | None:
    whole = {
        int(found[1]): path
        for path in output.glob("checkpoint-*")
        if (found := re.fullmatch(r"checkpoint-(\d+)", path.name))
        and (path / _WRITTEN_LAST).is_file()
    }
    return whole[max(whole)] if whole else None


def _read(path: Path) -> dict[str, Any]:
    """Without a record nobody knows whether the checkpoint fits the stage, so none is taken."""
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{path.parent}: holds a checkpoint, and no readable {path.name} that tells what it "
            "was made from; choose another output=…, or remove that folder to begin anew."
        ) from error
    return record
