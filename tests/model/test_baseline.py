"""What is usual: norms measured on data and the person's running means."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from model.baseline import PRIOR_CLIPS, Baseline, Norm, Norms, measure_norms
from model.cues import CUES
from model.errors import BundleError


def test_the_shipped_norms_cover_every_cue() -> None:
    norms = Norms.load()
    assert set(norms.cues) == set(CUES)
    assert all(0 < norm.own_sd <= norm.sd for norm in norms.cues.values())


def test_norms_survive_a_file(tmp_path: Path) -> None:
    norms = Norms.load()
    norms.save(tmp_path / "norms.json")
    assert Norms.load(tmp_path / "norms.json") == norms


@pytest.mark.parametrize("content", ["", "{}", '{"cues": {"pitch": {"mean": 1}}}', "[]"])
def test_damaged_norms_are_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "norms.json"
    path.write_text(content)
    with pytest.raises(BundleError, match="norms"):
        Norms.load(path)


def test_norms_part_the_spread_within_people_from_that_between_them() -> None:
    rng = np.random.default_rng(0)
    rows = [
        (person, {"pitch": centre + rng.normal(0, 2)})
        for person, centre in (("low", 15.0), ("high", 25.0))
        for _ in range(200)
    ]
    pitch = measure_norms(rows, "test", Norms.load().cues).cues["pitch"]
    assert pitch.mean == pytest.approx(20, abs=0.4)
    assert pitch.sd == pytest.approx(np.hypot(5, 2), rel=0.08)
    assert pitch.own_sd == pytest.approx(2, rel=0.1)


def test_strangers_clips_share_out_as_those_of_known_people_do() -> None:
    """Known people hardly vary here, strangers a lot: it is the share that carries over."""
    rng = np.random.default_rng(0)
    known = [
        (str(person), {"pitch": 20.0 + centre + rng.normal(0, 0.4)})
        for person, centre in enumerate(rng.normal(0, 0.3, 100))
        for _ in range(10)
    ]
    strangers = [(None, {"pitch": 20.0 + rng.normal(0, 5)}) for _ in range(2000)]
    pitch = measure_norms([*known, *strangers], "test", Norms.load().cues).cues["pitch"]
    assert pitch.own_sd / pitch.sd == pytest.approx(0.8, rel=0.1)


def test_norms_of_intensities_are_on_the_square_root_scale() -> None:
    rows = [(None, {"jaw_drop": value}) for value in np.linspace(0, 1, 500) ** 2]
    jaw = measure_norms(rows, "test", Norms.load().cues).cues["jaw_drop"]
    assert jaw.mean == pytest.approx(0.5, abs=0.01)
    assert jaw.sd == jaw.own_sd  # nobody is known


def test_a_cue_that_never_moves_keeps_a_spread() -> None:
    rows = [("one", {"jaw_drop": 0.0})] * 50
    assert measure_norms(rows, "test", Norms.load().cues).cues["jaw_drop"].own_sd > 0


def test_too_few_clips_are_refused_without_provisional_norms() -> None:
    with pytest.raises(ValueError, match="clips tell anything"):
        measure_norms([(None, {"pitch": 20.0})], "test")


def test_means_are_drawn_towards_the_population_by_count() -> None:
    person = Baseline("running")
    population = np.array([10.0, 0.0])
    assert person.mean("voice_embedding", population).tolist() == [10.0, 0.0]
    distances = []
    for _ in range(20):
        person.update("voice_embedding", [20.0, 4.0])
        distances.append(20.0 - person.mean("voice_embedding", population)[0])
    prior = PRIOR_CLIPS["running"]
    assert distances[0] == pytest.approx(10 * prior / (1 + prior))
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] == pytest.approx(10 * prior / (20 + prior))


def test_the_running_mean_is_the_mean() -> None:
    vectors = np.random.default_rng(0).normal(size=(30, 4))
    person = Baseline("running")
    for vector in vectors:
        person.update("face_embedding", vector)
    weight = person.weight("face_embedding")
    expected = weight * vectors.mean(axis=0)
    np.testing.assert_allclose(person.mean("face_embedding", np.zeros(4)), expected)


def test_a_neutral_clip_counts_for_more_than_any_clip() -> None:
    neutral, running = Baseline("neutral"), Baseline("running")
    for person in (neutral, running):
        person.update("face_embedding", [1.0])
    assert neutral.weight("face_embedding") > running.weight("face_embedding")


def test_loudness_is_never_drawn_towards_other_microphones() -> None:
    person = Baseline("running")
    norm = Norm(-30.0, 5.0, 5.0)
    assert person.cue_weight("loudness") == 0.0
    person.update_cues({"loudness": -12.0})
    assert person.cue_weight("loudness") == 1.0
    assert person.cue_mean("loudness", norm) == -12.0


def test_a_slope_is_compared_with_zero_whoever_speaks() -> None:
    person = Baseline("running")
    person.update_cues({"pitch_slope": -9.0})
    assert person.cue_mean("pitch_slope", Norm(0.0, 5.0, 5.0)) == 0.0
    assert person.cue_weight("pitch_slope") == 0.0


def test_a_mean_is_nobodys_until_there_is_a_clip_in_it() -> None:
    person = Baseline("neutral")
    assert person.kind_of("voice") == "none"
    person.update("voice", [1.0])
    assert (person.kind_of("voice"), person.kind_of("face")) == ("neutral", "none")


def test_state_survives_json() -> None:
    person = Baseline("running")
    person.update_cues({"pitch": 20.0, "jaw_drop": 0.25})
    person.update("face_embedding", [1.0, 2.0])
    copy = Baseline.from_json(json.loads(json.dumps(person.to_json())))
    assert copy.to_json() == person.to_json()


@pytest.mark.parametrize("data", [{}, {"kind": "other", "vectors": {}}, {"kind": "running"}])
def test_foreign_json_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a baseline"):
        Baseline.from_json(data)


@pytest.mark.parametrize("vector", [[1.0, 2.0, 3.0], [np.nan, 1.0]])
def test_vectors_that_do_not_fit_are_refused(vector: list[float]) -> None:
    person = Baseline("running")
    person.update("face_embedding", [1.0, 2.0])
    with pytest.raises(ValueError, match="does not fit"):
        person.update("face_embedding", vector)


def test_no_baseline_is_never_updated() -> None:
    with pytest.raises(ValueError, match="never updated"):
        Baseline().update("face_embedding", [1.0])


def test_a_clip_that_is_taken_out_has_never_been() -> None:
    """The cue is one-sided, so that its mean is that of square roots; the last clip's is gone."""
    rng = np.random.default_rng(0)
    clips = [({"face": rng.normal(size=3)}, {"jaw_drop": float(rng.random())}) for _ in range(3)]
    clips.append(({"voice": rng.normal(size=2)}, {"pitch": 20.0}))

    def known(of: list[tuple[dict, dict]]) -> Baseline:
        baseline = Baseline("running")
        for vectors, cues in of:
            for name, vector in vectors.items():
                baseline.update(name, vector)
            baseline.update_cues(cues)
        return baseline

    everything = known(clips)
    before = everything.to_json()
    for out in (1, 3):
        found = everything.without(*clips[out]).to_json()["vectors"]
        expected = known([clip for at, clip in enumerate(clips) if at != out]).to_json()["vectors"]
        assert found.keys() == expected.keys()
        for name, vector in expected.items():
            assert found[name]["count"] == vector["count"]
            assert found[name]["mean"] == pytest.approx(vector["mean"])
    assert everything.to_json() == before
