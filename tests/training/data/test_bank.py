"""A clip's baseline is made from the same person's other clips, as the application would."""

from __future__ import annotations

import random

import numpy as np
import pytest

from model.baseline import Baseline
from tests.training.toy_banks import WIDTHS, toy_bank, toy_banks
from training.data.bank import MAX_RUNNING_CLIPS, Bank, measure_statistics


@pytest.fixture
def bank() -> Bank:
    return toy_bank("voice", ("ana", "ben", None), 16)


@pytest.mark.parametrize("seeded", [True, False])
@pytest.mark.parametrize("kind", ["none", "neutral", "running"])
def test_references_are_other_clips_of_the_same_person(bank: Bank, kind: str, seeded: bool) -> None:
    for row in range(len(bank)):
        rng = random.Random(row) if seeded else None
        rows = bank.reference_rows(row, kind, rng)
        assert row not in rows
        assert len(set(rows)) == len(rows)
        assert {bank.people[other] for other in rows} <= {bank.people[row]}
        assert bool(rows) == (kind != "none" and bank.people[row] is not None)
        if kind == "neutral" and rows:
            assert [bank.emotions[other] for other in rows] == ["neutral"]


def test_all_other_clips_without_a_draw_and_a_few_with(bank: Bank) -> None:
    assert bank.reference_rows(3, "running", None) == [row for row in range(16) if row != 3]
    counts = {len(bank.reference_rows(3, "running", random.Random(s))) for s in range(200)}
    assert counts == set(range(1, MAX_RUNNING_CLIPS + 1))


def test_of_all_other_clips_as_many_as_are_known(bank: Bank) -> None:
    few = bank.reference_rows(3, "running", None, 4)
    assert few == bank.reference_rows(3, "running", None, 4)
    assert len(set(few)) == 4
    assert set(few) < set(bank.reference_rows(3, "running", None))
    assert few != bank.reference_rows(4, "running", None, 4)
    everybody = bank.reference_rows(3, "running", None)
    assert bank.reference_rows(3, "running", None, 40) == everybody
    assert len(bank.reference_rows(3, "neutral", None, 4)) == 1


def test_an_only_clip_has_no_reference() -> None:
    bank = toy_bank("voice", ("ana", "ben"), 1)
    assert bank.reference_rows(0, "running", None) == []
    assert bank.reference_rows(0, "neutral", random.Random(0)) == []


def test_observed_clips_make_the_mean(bank: Bank) -> None:
    person = Baseline("running")
    bank.observe(person, [1, 2, 3])
    assert person.count("voice") == 3
    mean = bank.pooled[1:4].mean(0)
    population = np.zeros_like(mean)
    np.testing.assert_allclose(
        person.mean("voice", population), person.weight("voice") * mean, atol=1e-6
    )


def test_strangers_mean_stands_in_for_a_strangers_own(bank: Bank) -> None:
    baseline = Baseline("neutral")
    bank.observe_strangers(baseline, random.Random(0))
    neutral = [row for row, emotion in enumerate(bank.emotions) if emotion == "neutral"]
    assert baseline.count("voice") == 1
    np.testing.assert_allclose(
        baseline.mean("voice", np.zeros(WIDTHS["voice"][1])),
        baseline.weight("voice") * bank.pooled[neutral].mean(0),
        atol=1e-5,
    )
    assert baseline.cue_weight("pitch") > 0


def test_strangers_show_a_few_emotions_and_never_the_same_ones_for_all(bank: Bank) -> None:
    seen = set()
    for seed in range(50):
        baseline = Baseline("running")
        bank.observe_strangers(baseline, random.Random(seed))
        assert 1 <= baseline.count("voice") <= MAX_RUNNING_CLIPS
        seen.add(tuple(baseline.mean("voice", np.zeros(WIDTHS["voice"][1])).round(4)))
    assert len(seen) > 10


def test_a_selection_is_a_bank_of_its_own(bank: Bank) -> None:
    chosen = bank.select(np.array([20, 3]))
    assert chosen.clips == ["voice-20", "voice-3"]
    assert chosen.people == ["ben", "ana"]
    assert chosen.reference_rows(0, "running", None) == []
    np.testing.assert_array_equal(chosen.vectors(1).pooled, bank.vectors(3).pooled)


def test_statistics_are_those_of_the_clips() -> None:
    banks = toy_banks()
    statistics = measure_statistics(list(banks.values()))
    for modality, bank in banks.items():
        np.testing.assert_allclose(statistics.mean[modality], bank.pooled.mean(0))
        np.testing.assert_allclose(statistics.sd[modality], bank.pooled.std(0), atol=2e-3)
        assert statistics.step_sd[modality].shape == (WIDTHS[modality][0],)
        assert (statistics.step_sd[modality] > 0).all()
