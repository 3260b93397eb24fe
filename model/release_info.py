"""The release: what r1-omni trained itself, as it lies in the package (`model/release/`)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from model.errors import BundleError
from model.sentence import QT_TRANSLATE_NOOP, Sentence

RELEASE_FOLDER = Path(__file__).parent / "release"
DRAFTS_FILE = "drafts.safetensors"
"""A table that makes rationales faster; a release may be without."""
CODES_FILE = "codes.zlib"
"""What training changed of the grid's codes (`model.weights.codes`), where it was settled."""
PEAKS_FILE = "peaks.safetensors"
"""How large the decoder's activations become (`training.shipping.peaks`): makes prompts faster."""
OPTIONAL_FILES = (CODES_FILE, DRAFTS_FILE, PEAKS_FILE)
FILES = (
    "adapter.safetensors",
    "face_encoder.safetensors",
    "norms.json",
    "stage.json",
    "statistics.safetensors",
)
DECIDING = (*(name for name in FILES if name != "stage.json"), CODES_FILE)
"""What the answers of a bundle rest on, but for the temperature in stage.json."""


def names_in(folder: Path) -> list[str]:
    """The files of a release in `folder`: those that it must have, and which others it has."""
    return [*FILES, *(name for name in OPTIONAL_FILES if (folder / name).is_file())]


def cure(folder: Path) -> Sentence:
    """What helps where a file of the release in `folder` is missing or damaged."""
    if folder == RELEASE_FOLDER:
        return Sentence(QT_TRANSLATE_NOOP("errors", "reinstall r1-omni"))
    return Sentence(QT_TRANSLATE_NOOP("errors", "name a folder that `python -m training` wrote"))


@dataclass(frozen=True)
class Release:
    """Facts of the trained parts, from `stage.json`.

    Attributes:
        fingerprint: hash over all files of the release; names the bundle made from it.
    """

    folder: Path
    fingerprint: str
    version: str
    classes: list[str]
    levels: list[int]
    lora_rank: int
    lora_alpha: int
    temperature: float
    unsure_below: float

    @property
    def lora_scale(self) -> float:
        return self.lora_alpha / self.lora_rank

    @classmethod
    def load(cls, folder: Path) -> Release:
        """Read a release folder; `BundleError` if a file is missing or damaged."""
        digest = hashlib.sha256()
        try:
            for name in names_in(folder):
                digest.update((folder / name).read_bytes())
            stage = json.loads((folder / "stage.json").read_text(encoding="utf-8"))
            return cls(
                folder=folder,
                fingerprint=digest.hexdigest()[:16],
                version=stage["version"],
                classes=stage["classes"],
                levels=stage["levels"],
                lora_rank=stage["lora_rank"],
                lora_alpha=stage["lora_alpha"],
                temperature=stage["temperature"],
                unsure_below=stage["unsure_below"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            text = QT_TRANSLATE_NOOP("errors", "{folder}: no complete stage lies here; {cure}.")
            if folder == RELEASE_FOLDER:
                text = QT_TRANSLATE_NOOP(
                    "errors", "{folder}: the trained parts are incomplete; {cure}."
                )
            raise BundleError(text, folder=folder, cure=cure(folder)) from error
