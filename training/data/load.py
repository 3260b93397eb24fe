"""Prepared sets → banks of one split, ready for pairing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from model.cues import Modality
from model.errors import ConfigError, DataError
from model.features import FRAMES
from model.layout import MODALITIES
from model.network.face_encoder import FaceEncoder, standardise
from model.processing import face_vectors, voice_vectors
from training.data.bank import Bank
from training.data.copies import are_new, digests
from training.data.store import PreparedSet, copy_name, read_set

Float32 = npt.NDArray[np.float32]
FACE_SETS = ("faces_fer2013", "faces_muxspace")
VOICE_SETS = ("voices_tess", "voices_nemo", "voices_emodb", "voices_urdu")


def encode_faces(encoder: FaceEncoder, crops: npt.NDArray[np.uint8]) -> dict[str, Float32]:
    """Crops (n, 48, 48) → "embeddings" (n, width) and "scores" (n, 7)."""
    parts = []
    with torch.inference_mode():
        for start in range(0, len(crops), 256):
            parts.append(encoder(standardise(torch.from_numpy(crops[start : start + 256]))))
    embeddings, scores = (torch.cat(values).numpy() for values in zip(*parts, strict=True))
    return {"embeddings": embeddings, "scores": scores}


def encoded_once(
    encoder: FaceEncoder, crops: npt.NDArray[np.uint8], kept: Path
) -> dict[str, Float32]:
    """`encode_faces`, from the file `kept` where it holds what this encoder makes of these crops.

    Reading all faces takes a minute, and every command of training begins with it. Where the folder
    may not be written to, nothing is kept.
    """
    digest = hashlib.sha256(crops.tobytes())
    for name, tensor in encoder.state_dict().items():
        digest.update(name.encode() + tensor.numpy().tobytes())
    if kept.is_file():
        with suppress(SafetensorError), safe_open(kept, "numpy") as file:
            if (file.metadata() or {}).get("of") == digest.hexdigest():
                return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    encoded = encode_faces(encoder, crops)
    own = kept.with_suffix(f".{os.getpid()}")  # each process of a training comes here
    with suppress(OSError, SafetensorError):
        save_file(encoded, own, {"of": digest.hexdigest()})
        own.replace(kept)
    return encoded


def face_bank(prepared: PreparedSet, encoder: FaceEncoder, kept: Path) -> Bank:
    """A bank of faces; a still picture is shown for all frames. For `kept`: `encoded_once`."""
    crops = prepared.tensors["crops"]
    count, frames = crops.shape[:2]
    encoded = encoded_once(encoder, crops.reshape(-1, *crops.shape[2:]), kept)
    steps, pooled = [], []
    for row in range(count):
        rows = slice(row * frames, (row + 1) * frames)
        vectors = face_vectors(
            encoded["embeddings"][rows],
            encoded["scores"][rows],
            prepared.tensors["blendshapes"][row],
            prepared.tensors["pose_deg"][row],
        )
        steps.append(np.broadcast_to(vectors.steps, (FRAMES, vectors.steps.shape[1])))
        pooled.append(vectors.pooled)
    bank = _bank("face", prepared, np.stack(steps).astype(np.float16), np.stack(pooled))
    bank.pictures = [digest.hex() for digest in digests(_pictures(prepared))]
    return bank


def voice_bank(prepared: PreparedSet, levels: tuple[int, ...]) -> Bank:
    """A bank of voices, as the chosen levels of the speech encoder hear them.

    Raises:
        ConfigError: not all of them are kept in the set.
    """
    chosen, kept = list(levels), prepared.tensors["segments"].shape[1]
    if max(chosen) >= kept:
        raise ConfigError(
            f"{prepared.name}: holds the first {kept} levels of the speech encoder, so level "
            f"{max(chosen)} is not there; take lower levels=, or prepare the set with more."
        )
    tensors = {n: prepared.tensors[n][:, chosen] for n in ("segments", "mean", "std")}
    vectors = [
        voice_vectors(*(tensors[n][row].astype(np.float32) for n in ("segments", "mean", "std")))
        for row in range(len(prepared.index))
    ]
    steps = np.stack([v.steps for v in vectors]).astype(np.float16)
    return _bank("voice", prepared, steps, np.stack([v.pooled for v in vectors]))


def holds_faces(name: str) -> bool:
    """Whether a prepared set of that name is one of faces, not of voices."""
    return name.startswith("faces_") or (name.startswith("clips_") and name.endswith("_face"))


def load_split(
    folder: Path,
    split: str,
    encoder: FaceEncoder,
    levels: tuple[int, ...],
    modalities: Collection[Modality] = MODALITIES,
) -> dict[Modality, Bank]:
    """The banks of a split, of all `modalities`, as `found_banks` reads them.

    Raises:
        DataError: of one of them nothing of that split is prepared.
    """
    banks = found_banks(folder, split, encoder, levels, modalities)
    for modality in modalities:
        if modality not in banks:
            raise DataError(
                f"{folder}: no {modality} of the {split} split is prepared; run `python -m "
                "training prepare` with sets, or with folders of your own, that have some (where "
                f"their index.csv states no split, people's names draw it; state {split} there)."
            )
    return banks


def found_banks(
    folder: Path,
    split: str,
    encoder: FaceEncoder,
    levels: tuple[int, ...],
    modalities: Collection[Modality] = MODALITIES,
) -> dict[Modality, Bank]:
    """What is prepared of a split, of the training sets and of the user's own clips.

    Training sets that were not prepared are left out, and so is a modality that nothing shows.
    Sets of a modality that is not asked for are not read. Of other splits, pictures that are in the
    training split as well are left out (`training.data.copies`).
    Virtual speakers, whose copies are numbered, are in the training split; excerpts are in none.
    """
    banks: dict[Modality, list[Bank]] = {modality: [] for modality in MODALITIES}
    names = _prepared_names(folder)
    asked_of_faces = split != "train" and "face" in modalities
    known = _learned_pictures(folder, names) if asked_of_faces else set()
    for name in names:
        modality: Modality = "face" if holds_faces(name) else "voice"
        if modality not in modalities:
            continue
        prepared = of_split(read_set(folder / name), split)
        if known and modality == "face":
            prepared = prepared.select(are_new(_pictures(prepared), known))
        if not len(prepared.index):
            continue
        if modality == "face":
            kept = folder / name / f"encoded-{split}.safetensors"
            banks["face"].append(face_bank(prepared, encoder, kept))
        else:
            banks["voice"].append(voice_bank(prepared, levels))
    return {kind: concatenate(found) for kind, found in banks.items() if found}


def of_split(prepared: PreparedSet, split: str) -> PreparedSet:
    """The clips of one split."""
    return prepared.select((prepared.index.split == split).to_numpy())


def _learned_pictures(folder: Path, names: Iterable[str]) -> set[bytes]:
    sets = (of_split(read_set(folder / name), "train") for name in names if holds_faces(name))
    return {digest for prepared in sets for digest in digests(_pictures(prepared))}


def _pictures(prepared: PreparedSet) -> list[bytes]:
    return [crops.tobytes() for crops in prepared.tensors["crops"]]


def _prepared_names(folder: Path) -> list[str]:
    """The sets of `folder` that are trained on, in an order that does not change."""
    public = [name for name in (*FACE_SETS, *VOICE_SETS) if (folder / name).is_dir()]
    patterns = ("clips_*", *(copy_name(name, "[0-9]*") for name in VOICE_SETS))
    return public + sorted(path.name for pattern in patterns for path in folder.glob(pattern))


def concatenate(banks: list[Bank]) -> Bank:
    """One bank of several of the same modality."""
    lists = ("cues", "emotions", "people", "clips", "sources")
    whole = Bank(
        banks[0].modality,
        np.concatenate([b.steps for b in banks]),
        np.concatenate([b.pooled for b in banks]),
        *([value for b in banks for value in getattr(b, name)] for name in lists),
    )
    whole.pictures = [digest for b in banks for digest in b.pictures or []] or None
    return whole


def _bank(
    modality: str,
    prepared: PreparedSet,
    steps: npt.NDArray[np.float16],
    pooled: npt.NDArray[np.float32],
) -> Bank:
    index = prepared.index
    people = [p if isinstance(p, str) else None for p in index.person]
    return Bank(
        modality,  # type: ignore[arg-type]
        steps,
        pooled,
        prepared.cue_values(),
        list(index.emotion),
        people,
        list(index["clip"]),
        list(index.source),
    )
