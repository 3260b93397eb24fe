"""Public parts + what we trained → a verified bundle in the user's cache; no torch involved."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file

from model import __version__
from model.baseline import Norms
from model.bundle import FORMAT, MANIFEST, Bundle, BundleFile, label_sets
from model.errors import BundleError, ConfigError
from model.processing import Statistics
from model.release_info import (
    CODES_FILE,
    DECIDING,
    DRAFTS_FILE,
    PEAKS_FILE,
    RELEASE_FOLDER,
    Release,
    cure,
)
from model.runtime.drafts import Drafts
from model.sentence import QT_TRANSLATE_NOOP, Sentence
from model.weights.codes import grid_tensors
from model.weights.ctranslate2 import read_whisper_encoder
from model.weights.download import check_space, sha256_of, storage
from model.weights.fetch import Progress, cache_dir, fetch_component
from model.weights.locks import one_at_a_time
from model.weights.sources import FACE_LANDMARKER, SMOLLM2, WHISPER_BASE
from model.weights.tokenizer import tokenizer_from_gguf
from model.weights.vocabulary import read_language_model

Tensors = dict[str, npt.NDArray[Any]]
OURS = "trained by r1-omni"
OUR_LICENCE = "LicenseRef-research-and-personal-use"
SHIPPED = RELEASE_FOLDER / "bundle"
"""Where an installed application has brought its bundle along; elsewhere there is none."""
BUNDLE_VARIABLE = "R1_OMNI_BUNDLE"
"""Names a bundle of the user's own, from `python -m model export`, to be taken instead."""
NEEDED_BYTES = 180_000_000
"""At most, while it is assembled: constants that are not kept are more than the bundle itself."""
_LORA_PREFIX = "model.language_model."
_THE_MODEL = Sentence(QT_TRANSLATE_NOOP("errors", "the model"))


@dataclass(frozen=True)
class Parts:
    """The public files that a bundle is made from."""

    language_model: Path
    speech_encoder: Path
    face_landmarker: Path


def default_bundle(
    progress: Progress | None = None,
    say: Callable[[str], None] | None = None,
    again: bool = False,
) -> Bundle:
    """The bundle to run: the user's own, shipped, in the cache, or fetched and assembled there.

    One in the cache that is damaged is assembled anew.

    Raises:
        BundleError: a public part cannot be had, the disk is full, or a file of a bundle that is
            not in the cache has been changed.
    """
    own = os.environ.get(BUNDLE_VARIABLE)
    if own and not again:
        return _own_bundle(Path(own))
    if (SHIPPED / MANIFEST).is_file():
        return _verified(SHIPPED)
    release = Release.load(RELEASE_FOLDER)
    folder, say = bundle_folder(release), say or (lambda _: None)
    if not again and (found := _usable(folder)):
        return found
    parts = public_parts(progress)
    with _alone(folder, say):
        # Another process may have assembled it while we waited.
        if not again and (found := _usable(folder, say)):
            return found
        return _assembled(parts, release, folder, say)


def bundle_folder(release: Release) -> Path:
    """Where the bundle of a release belongs; one of another format is not in its way."""
    return cache_dir() / "bundles" / f"{release.fingerprint}-{FORMAT}"


def _own_bundle(folder: Path) -> Bundle:
    try:
        return _verified(folder)
    except BundleError as error:
        raise BundleError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{folder}, which {variable} or --bundle names, is no bundle that can be run; "
                "write it with `python -m model export STAGE {folder}`, or name none.",
            ),
            folder=folder, variable=BUNDLE_VARIABLE,
        ) from error  # fmt: skip


def _verified(folder: Path) -> Bundle:
    bundle = Bundle.load(folder)
    bundle.verify()
    return bundle


def _usable(folder: Path, say: Callable[[str], None] = lambda _: None) -> Bundle | None:
    """The bundle in `folder`, if it is there and whole; `say` hears of one that is not whole."""
    if not os.path.isfile(folder / MANIFEST):  # `Path` raises where nobody may look
        return None
    try:
        return _verified(folder)
    except BundleError:
        text = QT_TRANSLATE_NOOP("errors", "anew, because {folder} is damaged")
        say(Sentence(text, folder=folder))
        return None


def public_parts(progress: Progress | None = None) -> Parts:
    """The public parts in the user's cache, fetched where they are not there."""
    cache = cache_dir()
    wanted = (SMOLLM2, WHISPER_BASE, FACE_LANDMARKER)
    return Parts(*(fetch_component(component, cache, progress) for component in wanted))


def free_folder(folder: Path) -> Path:
    """`folder`, absolute, if a bundle may be written there: nothing but a bundle is replaced.

    Raises:
        ConfigError: something else lies there.
    """
    whole = folder.resolve()
    taken = whole.exists() and not (whole / MANIFEST).is_file()
    if taken and not (whole.is_dir() and not any(whole.iterdir())):
        raise ConfigError(f"{folder}: something other than a bundle lies here; name a new folder.")
    return whole


def assemble(parts: Parts, release: Release, folder: Path, say: Callable[[str], None]) -> Bundle:
    """Write a bundle into `folder`, which appears whole or not at all.

    Raises:
        BundleError: the disk is full or cannot be written, or the release is damaged.
    """
    with _alone(folder, say):
        return _assembled(parts, release, folder, say)


def _alone(folder: Path, say: Callable[[str], None]) -> AbstractContextManager[None]:
    """Keeps two processes from writing the same bundle: they build it in the same place."""
    lock = folder.with_name(folder.name + ".lock")
    waiting = Sentence(QT_TRANSLATE_NOOP("errors", "waiting for another r1-omni"))
    return one_at_a_time(lock, lambda: say(waiting))


def _assembled(parts: Parts, release: Release, folder: Path, say: Callable[[str], None]) -> Bundle:
    _check_copied(release)
    building = folder.with_name(folder.name + ".building")
    with storage(building, NEEDED_BYTES):
        shutil.rmtree(building, ignore_errors=True)  # of a process that was killed
        check_space(folder.parent, NEEDED_BYTES, _THE_MODEL)
        building.mkdir()
        try:
            say(Sentence(QT_TRANSLATE_NOOP("errors", "language model")))
            _language_model(parts.language_model, release, building)
            say(Sentence(QT_TRANSLATE_NOOP("errors", "encoders")))
            _encoders(parts, release, building)
            bundle = _manifest(building, release)
            bundle.save()
            shutil.rmtree(folder, ignore_errors=True)
            building.rename(folder)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
    return Bundle.load(folder)


def _check_copied(release: Release) -> None:
    """Read what is copied as it is: else a damaged file would be found when the bundle is run.

    Raises:
        BundleError: one is damaged.
    """
    readers: dict[str, Callable[[Path], object]] = {
        "norms.json": Norms.load,
        "statistics.safetensors": Statistics.load,
        DRAFTS_FILE: Drafts.load,
    }
    for name, read in readers.items():
        try:
            read(release.folder / name)
        except BundleError as error:
            raise _damaged(release.folder / name) from error


def _language_model(path: Path, release: Release, folder: Path) -> None:
    # Here and below, so that what has its bundle already does not wait for onnx.
    from model.export.decoder_graph import write_decoder
    from model.export.long_graph import write_long_decoder
    from model.export.network_graphs import write_projector

    gguf = read_language_model(path)
    tokenizer_from_gguf(gguf).save(str(folder / "tokenizer.json"))
    adapter = _trained(release, "adapter.safetensors")
    write_decoder(
        folder / "decoder.onnx",
        gguf.shape(),
        grid_tensors(gguf, release.folder / CODES_FILE),
        lora_pairs(adapter, release.lora_scale),
    )
    if (release.folder / PEAKS_FILE).is_file():
        write_long_decoder(folder, _trained(release, PEAKS_FILE))
    for modality in ("face", "voice"):
        weights = under(adapter, f"model.projectors.{modality}.")
        write_projector(folder / f"projector_{modality}.onnx", weights)
    np.save(folder / "absent.npy", under(adapter, "model.absent.")["weight"])
    np.save(folder / "fused.npy", under(adapter, "model.fused.")["weight"].T.copy())
    if (release.folder / DRAFTS_FILE).is_file():
        shutil.copyfile(release.folder / DRAFTS_FILE, folder / DRAFTS_FILE)


def _encoders(parts: Parts, release: Release, folder: Path) -> None:
    from model.export.network_graphs import write_face_encoder
    from model.export.whisper_graph import write_whisper_encoder

    whisper = read_whisper_encoder(parts.speech_encoder, layers=max(release.levels))
    write_whisper_encoder(folder / "whisper.onnx", whisper.tensors, max(release.levels), int8=True)
    face = _float32(_trained(release, "face_encoder.safetensors"))
    write_face_encoder(folder / "face_encoder.onnx", face)
    shutil.copyfile(parts.face_landmarker, folder / "face_landmarker.task")
    for name in ("statistics.safetensors", "norms.json"):
        shutil.copyfile(release.folder / name, folder / name)


def _trained(release: Release, name: str) -> Tensors:
    path = release.folder / name
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> BundleError:
    text = QT_TRANSLATE_NOOP("errors", "{path}: missing or damaged; {cure}.")
    return BundleError(text, path=path, cure=cure(path.parent))


def lora_pairs(adapter: Tensors, scale: float) -> dict[str, tuple[Any, Any, float]]:
    """The adapter's pairs by the linear they belong to ("layers.0.self_attn.q_proj")."""
    ending = ".lora_A.weight"
    names = [name.removesuffix(ending) for name in adapter if name.endswith(ending)]
    return {
        name.removeprefix(_LORA_PREFIX): (
            adapter[f"{name}.lora_A.weight"].astype(np.float32),
            adapter[f"{name}.lora_B.weight"].astype(np.float32),
            scale,
        )
        for name in names
    }


def under(tensors: Tensors, prefix: str) -> Tensors:
    """The tensors below `prefix`, float32, by their names there."""
    found = {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
    if not found:
        raise BundleError(
            QT_TRANSLATE_NOOP(
                "errors",
                "the trained adapter lacks {prefix}*; name a folder that `python -m training` of "
                "this version wrote, or reinstall r1-omni.",
            ),
            prefix=prefix,
        )
    return _float32(found)


def _float32(tensors: Tensors) -> Tensors:
    return {name: tensor.astype(np.float32) for name, tensor in tensors.items()}


def _manifest(folder: Path, release: Release) -> Bundle:
    public = {
        "decoder.onnx.data": (
            SMOLLM2.licence,
            f"{SMOLLM2.origin}, int4, fewer tokens, trained by us",
        ),
        "tokenizer.json": (SMOLLM2.licence, f"{SMOLLM2.origin}, fewer tokens"),
        "whisper.onnx": (WHISPER_BASE.licence, f"{WHISPER_BASE.origin}, int8"),
        "face_landmarker.task": (FACE_LANDMARKER.licence, FACE_LANDMARKER.origin),
    }
    files = {}
    for path in sorted(folder.iterdir()):
        licence, source = public.get(path.name, (OUR_LICENCE, OURS))
        files[path.name] = BundleFile(sha256_of(path), path.stat().st_size, licence, source)
    libraries = ("numpy", "onnx", "onnxruntime", "tokenizers", "ai-edge-litert")
    return Bundle(
        folder=folder,
        files=files,
        model_version=release.version,
        classes=release.classes,
        label_sets=label_sets(),
        temperature=release.temperature,
        unsure_below=release.unsure_below,
        levels=release.levels,
        versions={"r1-omni": __version__, **{name: version(name) for name in libraries}},
        made_of={
            name: sha256_of(release.folder / name)
            for name in DECIDING
            if (release.folder / name).is_file()
        },
    )
