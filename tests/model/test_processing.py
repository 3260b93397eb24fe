"""A window's vectors are read against the person, in the population's unit, within bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.baseline import Baseline, Kind, Norm, Norms
from model.cues import CUES, FACE_CUES, VOICE_CUES
from model.errors import BundleError
from model.evidence import Evidence
from model.processing import (
    MAX_DEVIATION,
    OWN_MEANS,
    Statistics,
    Vectors,
    face_vectors,
    media_inputs,
    observe,
    voice_vectors,
)

NORMS = Norms({name: Norm(0.0 if kind.absolute else 0.5, 0.2, 0.1) for name, kind in CUES.items()})
EVIDENCE = Evidence.from_values({"pitch": 0.9}, {}, Baseline(), NORMS)
RNG = np.random.default_rng(0)
WIDTH, POOLED = 4, 6


def numbers(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


@pytest.fixture
def statistics() -> Statistics:
    """Means 1 and SDs 2 of the pooled values, and SDs 0.5 of the steps."""
    full = {m: np.full(POOLED, 1.0, np.float32) for m in ("face", "voice")}
    return Statistics(
        full,
        {m: 2 * values for m, values in full.items()},
        {m: np.full(WIDTH, 0.5, np.float32) for m in ("face", "voice")},
    )


def vectors(step: float = 1.0, pooled: float = 1.0) -> Vectors:
    return Vectors(np.full((8, WIDTH), step, np.float32), np.full(POOLED, pooled, np.float32))


def test_the_population_is_the_reference_of_a_stranger(statistics: Statistics) -> None:
    inputs = media_inputs("voice", vectors(2.0, 4.0), EVIDENCE, Baseline(), statistics)
    np.testing.assert_allclose(inputs.steps, 2.0)
    np.testing.assert_allclose(inputs.summary[:POOLED], 1.5)


def test_a_known_person_is_the_reference_in_the_populations_unit(statistics: Statistics) -> None:
    person = Baseline("running")
    for _ in range(1000):
        observe(person, "voice", vectors(pooled=3.0))
    inputs = media_inputs("voice", vectors(3.5, 5.0), EVIDENCE, person, statistics)
    np.testing.assert_allclose(inputs.steps, 1.0, atol=0.01)
    np.testing.assert_allclose(inputs.summary[:POOLED], 1.0, atol=0.01)


def test_a_neutral_clip_moves_the_reference_half_way(statistics: Statistics) -> None:
    person = Baseline("neutral")
    observe(person, "voice", vectors(pooled=3.0))
    inputs = media_inputs("voice", vectors(2.0, 2.0), EVIDENCE, person, statistics)
    np.testing.assert_allclose(inputs.summary[:POOLED], 0.0, atol=1e-6)


def test_a_voices_baseline_does_not_move_the_face(statistics: Statistics) -> None:
    person = Baseline("neutral")
    observe(person, "voice", vectors(pooled=9.0))
    inputs = media_inputs("face", vectors(), EVIDENCE, person, statistics)
    assert not inputs.steps.any()
    assert not inputs.summary[:POOLED].any()


@pytest.mark.parametrize("kind", OWN_MEANS)
def test_a_summary_tells_which_mean_of_the_person_it_was_read_against(
    statistics: Statistics, kind: Kind
) -> None:
    """Of each modality by itself: who has only been heard is a stranger to the eye."""
    person = Baseline(kind)
    nothing = media_inputs("voice", vectors(), EVIDENCE, person, statistics)
    assert nothing.summary[-len(OWN_MEANS) :].tolist() == [0, 0]
    observe(person, "voice", vectors())
    heard = media_inputs("voice", vectors(), EVIDENCE, person, statistics)
    assert heard.summary[-len(OWN_MEANS) :].tolist() == [kind == own for own in OWN_MEANS]
    seen = media_inputs("face", vectors(), EVIDENCE, person, statistics)
    assert seen.summary[-len(OWN_MEANS) :].tolist() == [0, 0]


def test_broken_measurements_are_clipped_and_the_cues_go_along(statistics: Statistics) -> None:
    inputs = media_inputs("voice", vectors(1e6, -1e6), EVIDENCE, Baseline(), statistics)
    assert (inputs.steps == MAX_DEVIATION).all()
    assert (inputs.summary[:POOLED] == -MAX_DEVIATION).all()
    np.testing.assert_array_equal(inputs.cues, EVIDENCE.vector("voice"))
    np.testing.assert_array_equal(inputs.summary[POOLED : -len(OWN_MEANS)], inputs.cues.ravel())


@pytest.mark.parametrize(("modality", "cues"), [("face", FACE_CUES), ("voice", VOICE_CUES)])
def test_shapes_and_types(statistics: Statistics, modality: str, cues: tuple[str, ...]) -> None:
    inputs = media_inputs(modality, vectors(), EVIDENCE, Baseline(), statistics)
    assert inputs.steps.shape == (8, WIDTH)
    assert inputs.summary.shape == (POOLED + 3 * len(cues) + len(OWN_MEANS),)
    assert inputs.cues.shape == (len(cues), 3)
    assert {a.dtype for a in (inputs.steps, inputs.summary, inputs.cues)} == {np.dtype("float32")}


def test_a_faces_vectors_hold_log_probabilities_and_their_mean() -> None:
    scores = RNG.normal(0, 3, (8, 7)).astype(np.float32)
    embeddings = RNG.normal(size=(8, 192)).astype(np.float32)
    face = face_vectors(embeddings, scores, np.ones((8, 52)), np.zeros((8, 3)))
    assert face.steps.shape == (8, 192 + 7 + 52 + 3)
    np.testing.assert_allclose(np.exp(face.steps[:, 192:199]).sum(1), 1.0, atol=1e-5)
    np.testing.assert_allclose(face.pooled, face.steps.mean(0), atol=1e-6)
    shifted = face_vectors(embeddings, scores + 5.0, np.ones((8, 52)), np.zeros((8, 3)))
    np.testing.assert_allclose(shifted.steps, face.steps, atol=1e-5)


def test_a_voices_steps_lie_level_by_level_on_the_scale_of_its_mean() -> None:
    segments = np.arange(2 * 8 * 3).reshape(2, 8, 3)
    mean, std = numbers(1, 2, 3, 4, 5, 6).reshape(2, 3), np.full((2, 3), 9.0, np.float32)
    voice = voice_vectors(segments, mean, std)
    assert voice.steps.shape == (8, 6)
    assert voice.steps[5].tolist() == [*segments[0, 5], *segments[1, 5]]
    assert voice.pooled.tolist() == [1, 2, 3, 4, 5, 6] + [9] * 6


def test_statistics_survive_saving(statistics: Statistics, tmp_path: Path) -> None:
    path = tmp_path / "statistics.safetensors"
    statistics.save(path)
    again = Statistics.load(path)
    for part in ("mean", "sd", "step_sd"):
        for modality in ("face", "voice"):
            np.testing.assert_array_equal(
                getattr(again, part)[modality], getattr(statistics, part)[modality]
            )


@pytest.mark.parametrize("content", [None, b"", b"no tensors"])
def test_damaged_statistics_are_told_in_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "statistics.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BundleError, match=r"statistics\.safetensors: missing or damaged"):
        Statistics.load(path)


def test_incomplete_statistics_are_damaged(statistics: Statistics, tmp_path: Path) -> None:
    path = tmp_path / "statistics.safetensors"
    Statistics(statistics.mean, statistics.sd, {"face": statistics.step_sd["face"]}).save(path)
    with pytest.raises(BundleError, match="damaged"):
        Statistics.load(path)
