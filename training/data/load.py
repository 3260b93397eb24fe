"""Prepared sets → banks of one split, ready for pairing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from model.cues import Modality
from model.features import FRAMES
from model.network.face_encoder import FaceEncoder, standardise
from model.processing import face_vectors, voice_vectors
from training.data.bank import Bank
from training.data.store import PreparedSet, copy_name, read_set

FACE_SETS = ("faces_fer2013", "faces_muxspace")
VOICE_SETS = ("voices_tess", "voices_nemo", "voices_emodb", "voices_urdu")


def encode_faces(
    encoder: FaceEncoder, crops: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Crops (n, 48, 48) → embeddings (n, 192) and scores (n, 7), float32."""
    parts = []
    with torch.inference_mode():
        for start in range(0, len(crops), 256):
            parts.append(encoder(standardise(torch.from_numpy(crops[start : start + 256]))))
    return tuple(torch.cat(values).numpy() for values in zip(*parts, strict=True))  # type: ignore[return-value]


def face_bank(prepared: PreparedSet, encoder: FaceEncoder) -> Bank:
    """A bank of faces; a still picture is shown for all frames."""
    crops = prepared.tensors["crops"]
    count, frames = crops.shape[:2]
    embeddings, scores = encode_faces(encoder, crops.reshape(-1, *crops.shape[2:]))
    steps, pooled = [], []
    for row in range(count):
        rows = slice(row * frames, (row + 1) * frames)
        vectors = face_vectors(
            embeddings[rows],
            scores[rows],
            prepared.tensors["blendshapes"][row],
            prepared.tensors["pose_deg"][row],
        )
        steps.append(np.broadcast_to(vectors.steps, (FRAMES, vectors.steps.shape[1])))
        pooled.append(vectors.pooled)
    return _bank("face", prepared, np.stack(steps).astype(np.float16), np.stack(pooled))


def voice_bank(prepared: PreparedSet, levels: tuple[int, ...]) -> Bank:
    """A bank of voices, as the chosen levels of the speech encoder hear them."""
    chosen = list(levels)
    tensors = {n: prepared.tensors[n][:, chosen] for n in ("segments", "mean", "std")}
    vectors = [
        voice_vectors(*(tensors[n][row].astype(np.float32) for n in ("segments", "mean", "std")))
        for row in range(len(prepared.index))
    ]
    steps = np.stack([v.steps for v in vectors]).astype(np.float16)
    return _bank("voice", prepared, steps, np.stack([v.pooled for v in vectors]))


def load_split(
    folder: Path, split: str, encoder: FaceEncoder, levels: tuple[int, ...]
) -> dict[Modality, Bank]:
    """The face and the voice bank of a split of the training sets and of the user's own clips.

    Virtual speakers, whose copies are numbered, are in the training split; excerpts are in none.
    """
    patterns = ("clips_*", *(copy_name(name, "[0-9]*") for name in VOICE_SETS))
    more = sorted(path.name for pattern in patterns for path in folder.glob(pattern))
    sets = [read_set(folder / name) for name in (*FACE_SETS, *VOICE_SETS, *more)]
    rows = [s.select((s.index.split == split).to_numpy()) for s in sets]
    filled = [s for s in rows if len(s.index)]
    banks = [
        face_bank(s, encoder) if "crops" in s.tensors else voice_bank(s, levels) for s in filled
    ]
    return {m: concatenate([b for b in banks if b.modality == m]) for m in ("face", "voice")}


def concatenate(banks: list[Bank]) -> Bank:
    """One bank of several of the same modality."""
    lists = ("cues", "emotions", "people", "clips", "sources")
    return Bank(
        banks[0].modality,
        np.concatenate([b.steps for b in banks]),
        np.concatenate([b.pooled for b in banks]),
        *([value for b in banks for value in getattr(b, name)] for name in lists),
    )


def _bank(
    modality: str,
    prepared: PreparedSet,
    steps: npt.NDArray[np.float16],
    pooled: npt.NDArray[np.float32],
) -> Bank:
    index = prepared.index
    people = [p if isinstance(p, str) else None for p in index.person]
    cues = [prepared.cue_values(row) for row in range(len(index))]
    return Bank(
        modality,  # type: ignore[arg-type]
        steps,
        pooled,
        cues,
        list(index.emotion),
        people,
        list(index["clip"]),
        list(index.source),
    )
