"""What training hands over: one folder that the exporter, the evaluator and the next stage read.

stage.json                 widths, levels, classes, temperature, how it was trained; written last
statistics.safetensors     population statistics (`model.processing.Statistics`)
norms.json                 cue norms (`model.baseline.Norms`)
face_encoder.safetensors   the face CNN
trunks.safetensors         the projectors' trunks (before the cold start)
folds.safetensors          trunks that each left a fold of the training clips out
adapter.safetensors        projectors and LoRA, once there are any
drafts.safetensors         what follows what in rationales (`shipping.drafts`), where it was counted
peaks.safetensors          how large activations become (`shipping.peaks`), where it was measured
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from model.baseline import Norms
from model.cues import Modality
from model.errors import BundleError, ConfigError
from model.layout import CUE_COUNTS, STEP_COUNTS
from model.processing import OWN_MEANS, Statistics
from model.release_info import OPTIONAL_FILES, RELEASE_FOLDER, names_in
from training.whole_files import write_whole

STAGE_FILE = "stage.json"
STATISTICS_FILE = "statistics.safetensors"
NORMS_FILE = "norms.json"
ADAPTER_FILE = "adapter.safetensors"
TRUNKS_FILE, FOLDS_FILE = "trunks.safetensors", "folds.safetensors"
UNPUBLISHED = "unpublished"


@dataclass
class Stage:
    """The facts of a trained model that are not tensors.

    Attributes:
        classes: emotions of the projectors' classifiers, in order.
        levels: of the speech encoder, that the voice is read at.
        version: name under which the model was published.
        hidden: width inside the projectors.
        folded: `training.data.folds.fingerprint` of each modality's clips that the folds were made
            of.
        lora_rank, lora_alpha: of the adapter; 0 before there is one.
        temperature: that label scores are divided by, fitted on the dev split.
        unsure_below: probability under which the answer is shown as unsure.
        history: one line a stage, oldest first.
        learned: of each modality the people outside of the training split whose clips its trunk has
            learned since, as `training.data.acquaintance.names` calls them; nobody asks about them.
    """

    classes: list[str]
    levels: list[int]
    version: str = UNPUBLISHED
    hidden: int = 256
    folded: dict[str, str] = field(default_factory=dict)
    lora_rank: int = 0
    lora_alpha: int = 0
    temperature: float = 1.0
    unsure_below: float = 0.4
    history: list[str] = field(default_factory=list)
    learned: dict[str, list[str]] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Write it into `folder`, in place of the one there."""
        write_whole(folder / STAGE_FILE, json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def load(cls, folder: Path) -> Stage:
        """Read what `save` wrote.

        Raises:
            ConfigError: there is none, or it is damaged.
        """
        path = folder / STAGE_FILE
        if not path.is_file():
            raise ConfigError(
                f"{folder}: no stage of training lies here (no {STAGE_FILE}); run `python -m "
                "training trunks` or `sft` first, or name another folder with stage=…."
            )
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return cls(**data)
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(f"{path}: damaged ({error}); {stage_cure(folder)}.") from error

    @classmethod
    def load_started(cls, folder: Path) -> Stage:
        """A stage that has been through `sft`.

        Raises:
            ConfigError: it has not.
        """
        stage = cls.load(folder)
        if not stage.lora_rank:
            raise ConfigError(
                f"{folder}: has no cold start yet; run `python -m training sft` first."
            )
        return stage


def stage_cure(folder: Path) -> str:
    """What helps where a file of the stage in `folder` is missing or damaged."""
    again = "reinstall r1-omni" if folder == RELEASE_FOLDER else "train that stage again"
    return f"{again}, or name another folder with stage=…"


def load_references(folder: Path) -> tuple[Statistics, Norms]:
    """What the stage in `folder` reads clips against.

    Raises:
        ConfigError: one of the two is missing or damaged.
    """
    statistics, norms = folder / STATISTICS_FILE, folder / NORMS_FILE
    try:
        path = statistics
        loaded = Statistics.load(path)
        path = norms
        return loaded, Norms.load(path)
    except BundleError as error:  # it names what helps a bundle
        raise ConfigError(f"{path}: missing or damaged; {stage_cure(folder)}.") from error


def other_folder(command: str, source: Path, output: Path) -> None:
    """Refuse to write a stage over the one that it is made from.

    Raises:
        ConfigError: both are the same folder.
    """
    if source.resolve() == output.resolve():
        raise ConfigError(f"{command}: the output should be another folder than the stage.")


def begin_stage(folder: Path) -> None:
    """Make the folder of a stage; one that lay there is none any more until it is saved anew.

    Whatever ends a command meanwhile, half of a stage is not taken for the whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAGE_FILE).unlink(missing_ok=True)


def copy_release(source: Path, target: Path) -> None:
    """Put the files of a release into `target`, and take away those that it has not.

    It is a stage only when its `Stage` has been saved there, too (`begin_stage`).
    """
    names = names_in(source)
    begin_stage(target)
    for name in set(OPTIONAL_FILES).difference(names):
        (target / name).unlink(missing_ok=True)  # of another release: they fit no other weights
    copy_files([name for name in names if name != STAGE_FILE], source, target)


def copy_files(names: Iterable[str], source: Path, target: Path) -> None:
    """Put files of one stage's folder into another's."""
    for name in names:
        (target / name).write_bytes((source / name).read_bytes())


def widths(statistics: Statistics) -> dict[Modality, tuple[int, int, int, int]]:
    """Per modality: steps, step width, summary width (vectors, cues, own means), cues."""
    return {
        m: (
            STEP_COUNTS[m],
            len(statistics.step_sd[m]),
            len(statistics.mean[m]) + 3 * CUE_COUNTS[m] + len(OWN_MEANS),
            CUE_COUNTS[m],
        )
        for m in statistics.mean
    }
