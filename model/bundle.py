"""The bundle: a folder with everything that analysis needs, and a manifest that can be verified.

bundle.json              the manifest
decoder.onnx(.data)      the language model in int4, what was trained in its codes or as LoRA beside
decoder_long.onnx(.safetensors)  its 8-bit form for long runs, whose weights each machine makes
check.onnx               tells whether the machine computes those exactly; a bundle may be without
whisper.onnx             the first layers of the speech encoder, int8
face_landmarker.task     MediaPipe's three graphs, as published
face_encoder.onnx        ours
projector_face.onnx, projector_voice.onnx      ours
absent.npy, fused.npy    embeddings: of a missing modality; of the emotions; ours
drafts.safetensors       makes rationales faster; a bundle may be without
tokenizer.json, statistics.safetensors, norms.json
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any

from model.errors import BundleError, R1OmniError
from model.labels import LABEL_SETS
from model.sentence import QT_TRANSLATE_NOOP, Sentence
from model.weights.download import sha256_of

MANIFEST = "bundle.json"
FORMAT = 10
NEEDED_FILES = frozenset(
    {
        "absent.npy", "decoder.onnx", "decoder.onnx.data", "face_encoder.onnx",
        "face_landmarker.task", "fused.npy", "norms.json", "projector_face.onnx",
        "projector_voice.onnx", "statistics.safetensors", "tokenizer.json", "whisper.onnx",
    }
)  # fmt: skip
_CURE = Sentence(
    QT_TRANSLATE_NOOP(
        "errors",
        "name another folder, write it again with `python -m model export`, or reinstall r1-omni "
        "if it came with that",
    )
)


@dataclass(frozen=True)
class BundleFile:
    """One file of a bundle."""

    sha256: str
    size_bytes: int
    licence: str
    source: str


@dataclass(frozen=True)
class Bundle:
    """A bundle's manifest and where it is.

    Attributes:
        files: by name within the folder.
        model_version: of the trained parts.
        classes: emotions of the projectors' own classifiers.
        label_sets: the label sets that the answer can be scored over.
        temperature: that label scores are divided by.
        unsure_below: probability under which an answer is shown as unsure.
        levels: of the speech encoder that the voice is read at.
        versions: of the libraries that assembled it.
        made_of: sha256 of each trained file that decides about its answers; empty in a bundle of
            before that was kept.
    """

    folder: Path
    files: dict[str, BundleFile]
    model_version: str
    classes: list[str]
    label_sets: dict[str, list[str]]
    temperature: float
    unsure_below: float
    levels: list[int]
    versions: dict[str, str]
    made_of: dict[str, str] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        return self.folder / name

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files.values())

    def save(self) -> None:
        """Write the manifest; the last step of an assembly."""
        data: dict[str, Any] = {"format": FORMAT, **asdict(self)}
        del data["folder"]
        partial = self.path(MANIFEST + ".partial")
        partial.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
        partial.replace(self.path(MANIFEST))

    @classmethod
    def load(cls, folder: Path) -> Bundle:
        """Read a manifest without looking at the files.

        Raises:
            BundleError: there is none, or it is damaged or of another format.
        """
        path = folder / MANIFEST
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data.pop("format") != FORMAT:
                text = QT_TRANSLATE_NOOP("errors", "{path}: written by another version; {cure}.")
                raise BundleError(text, path=path, cure=_CURE)
            files = {name: BundleFile(**entry) for name, entry in data.pop("files").items()}
            bundle = cls(folder=folder, files=files, **data)
            bundle._check()
        except (
            OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError,
        ) as error:  # fmt: skip
            text = QT_TRANSLATE_NOOP("errors", "{path}: no usable model here; {cure}.")
            raise BundleError(text, path=path, cure=_CURE) from error
        return bundle

    def _check(self) -> None:
        """Raises ValueError where a value or a file that a model is run by is not there."""
        numbers = (self.temperature, self.unsure_below)
        lists = (self.classes, self.levels, *self.label_sets.values())
        texts = (self.model_version, *self.classes, *self.versions.values(), *self.made_of.values())
        counts = (*self.levels, *(file.size_bytes for file in self.files.values()))
        right = (
            all(type(number) in (int, float) and math.isfinite(number) for number in numbers)
            and all(isinstance(found, list) and found for found in lists)
            and all(isinstance(text, str) for text in texts)
            and all(type(count) is int and count >= 0 for count in counts)
            and self.temperature > 0
        )
        if not right:
            raise ValueError("a value is missing or of another type")
        if lacking := NEEDED_FILES - self.files.keys():
            raise ValueError(f"{min(lacking)} is not listed")
        # Whoever wrote the manifest may be a stranger: nothing outside the folder is looked at.
        if outside := [name for name in self.files if PureWindowsPath(name).name != name]:
            raise ValueError(f"{outside[0]} is no file of this folder")

    def verify(self) -> None:
        """Check every file's size and sha256.

        Raises:
            BundleError: a file is missing, cannot be read or is not what the manifest says.
        """
        for name, file in self.files.items():
            path = self.path(name)
            try:
                right = path.stat().st_size == file.size_bytes and sha256_of(path) == file.sha256
            except FileNotFoundError as error:
                text = QT_TRANSLATE_NOOP("errors", "{path}: missing; {cure}.")
                raise BundleError(text, path=path, cure=_CURE) from error
            except OSError as error:
                text = QT_TRANSLATE_NOOP("errors", "{path}: cannot be read ({fault}); {cure}.")
                raise BundleError(text, path=path, fault=error.strerror, cure=_CURE) from error
            if not right:
                text = QT_TRANSLATE_NOOP(
                    "errors", "{path}: changed since it was assembled; {cure}."
                )
                raise BundleError(text, path=path, cure=_CURE)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Say in a sentence that files which are what the manifest says cannot be run.

        Raises:
            BundleError: whatever a library has against one: it is damaged or absurd, or a graph
                asks for weights that lie outside the folder, which onnxruntime refuses.
        """
        try:
            yield
        except R1OmniError:
            raise
        except Exception as error:  # each library has its own
            text = QT_TRANSLATE_NOOP("errors", "{folder}: cannot be loaded ({fault}); {cure}.")
            fault = (str(error) or type(error).__name__).splitlines()[0].rstrip(". ")
            raise BundleError(text, folder=self.folder, fault=fault, cure=_CURE) from error


def label_sets() -> dict[str, list[str]]:
    """The label sets as the manifest holds them."""
    return {name: list(labels) for name, labels in LABEL_SETS.items()}
