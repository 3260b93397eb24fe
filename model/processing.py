"""From a window's tracks to the network's inputs; the same code for training and for the window.

Every vector is read against a reference: the person's own mean as far as the `Baseline` knows it,
otherwise the population's (`Statistics`), and divided by the population's standard deviation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from model.baseline import Baseline, Kind
from model.cues import Modality
from model.errors import BundleError
from model.evidence import Evidence
from model.sentence import QT_TRANSLATE_NOOP

FloatArray = npt.NDArray[np.float32]
MAX_DEVIATION = 6.0
"""Standardised values are clipped here: a broken measurement must not drown the others."""

OWN_MEANS: tuple[Kind, ...] = ("neutral", "running")
"""The last columns of a summary: 1 where it was read against the person's own mean of this kind."""


@dataclass(frozen=True)
class Vectors:
    """One modality of a window as the frozen encoders see it, before any reference.

    Attributes:
        steps: float32 (steps, width), a frame of the face or a segment of the voice each.
        pooled: float32 (pooled_width,), the whole window; the person's mean of it is the reference.
            Its first `width` entries are on the same scale as a step.
    """

    steps: FloatArray
    pooled: FloatArray


def face_vectors(
    embeddings: FloatArray, scores: FloatArray, blendshapes: FloatArray, pose_deg: FloatArray
) -> Vectors:
    """Put a face's measurements of each picked frame side by side.

    Args:
        embeddings: (frames, 192) and scores: (frames, 7), of the face encoder.
        blendshapes: (frames, 52). pose_deg: (frames, 3).
    """
    log_scores = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    steps = np.concatenate([embeddings, log_scores, blendshapes, pose_deg], 1, dtype=np.float32)
    return Vectors(steps, steps.mean(0).astype(np.float32))


def voice_vectors(segments: FloatArray, mean: FloatArray, std: FloatArray) -> Vectors:
    """Put the chosen levels of the speech encoder side by side.

    Args:
        segments: (levels, segments, width). mean, std: (levels, width) over the true frames.
    """
    steps = segments.transpose(1, 0, 2).reshape(segments.shape[1], -1).astype(np.float32)
    return Vectors(steps, np.concatenate([mean.ravel(), std.ravel()]).astype(np.float32))


@dataclass(frozen=True)
class Statistics:
    """Population mean and SD of `Vectors.pooled` per modality, and the SD of its steps."""

    mean: Mapping[Modality, FloatArray]
    sd: Mapping[Modality, FloatArray]
    step_sd: Mapping[Modality, FloatArray]

    def save(self, path: Path) -> None:
        parts = {"mean": self.mean, "sd": self.sd, "step_sd": self.step_sd}
        tensors = {f"{m}.{name}": part[m] for name, part in parts.items() for m in part}
        save_file(tensors, path)

    @classmethod
    def load(cls, path: Path) -> Statistics:
        """Read statistics; `BundleError` if the file is missing or damaged."""
        try:
            tensors = load_file(path)
            names = sorted({name.split(".")[0] for name in tensors})
            parts = [
                {m: tensors[f"{m}.{part}"] for m in names} for part in ("mean", "sd", "step_sd")
            ]
        except (OSError, KeyError, SafetensorError) as error:
            text = QT_TRANSLATE_NOOP(
                "errors", "{path}: missing or damaged; assemble the model again."
            )
            raise BundleError(text, path=path) from error
        return cls(*parts)  # type: ignore[arg-type]


@dataclass(frozen=True)
class MediaInputs:
    """What a projector reads: steps (steps, width), summary (width,), cues (cues, 3), float32.

    A summary is the pooled vector, then the cues, then the flags of `OWN_MEANS`.
    """

    steps: FloatArray
    summary: FloatArray
    cues: FloatArray


def media_inputs(
    modality: Modality,
    vectors: Vectors,
    evidence: Evidence,
    baseline: Baseline,
    statistics: Statistics,
) -> MediaInputs:
    """Apply the person's baseline and the population's scale to one modality of a window."""
    population = statistics.mean[modality]
    reference = baseline.mean(modality, population).astype(np.float32)
    width = vectors.steps.shape[1]
    steps = (vectors.steps - reference[:width]) / statistics.step_sd[modality]
    pooled = (vectors.pooled - reference) / statistics.sd[modality]
    cues = evidence.vector(modality)
    own = [float(baseline.kind_of(modality) == kind) for kind in OWN_MEANS]
    summary = np.concatenate([_clip(pooled), cues.ravel(), own])
    return MediaInputs(_clip(steps), summary.astype(np.float32), cues)


def observe(baseline: Baseline, modality: Modality, vectors: Vectors) -> None:
    """Take a window of the person into a neutral or running baseline."""
    baseline.update(modality, vectors.pooled)


def _clip(values: FloatArray) -> FloatArray:
    return np.clip(values, -MAX_DEVIATION, MAX_DEVIATION).astype(np.float32)
