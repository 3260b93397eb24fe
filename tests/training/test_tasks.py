"""The clips that a model is asked about: all of them, or some drawn at random."""

from __future__ import annotations

import dataclasses

import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from model.cues import Modality
from model.errors import DataError
from training.data.bank import measure_statistics
from training.evaluate import Task
from training.tasks import split_task

from .toy_banks import EMOTIONS, NORMS, toy_banks

BANKS = toy_banks()
STATISTICS = measure_statistics(list(BANKS.values()))
MODALITIES: tuple[Modality, ...] = ("face", "voice")


def toy_task(
    kind: Modality, count: int | None, seed: int = 0, labels: tuple[str, ...] = EMOTIONS
) -> Task:
    return split_task("toy", BANKS, kind, count, labels, STATISTICS, NORMS, seed)


def rows(task: Task, modality: Modality) -> list[int | None]:
    return [pair.row(modality) for pair in task.pairs]


@pytest.mark.parametrize("modality", MODALITIES)
def test_without_a_count_every_clip_is_asked_about(modality: Modality) -> None:
    task = toy_task(modality, None)
    bank = BANKS[modality]
    assert rows(task, modality) == list(range(len(bank)))
    assert [pair.emotion for pair in task.pairs] == bank.emotions
    assert {pair.kind for pair in task.pairs} == {modality}
    assert toy_task(modality, len(bank) + 1).pairs == task.pairs
    assert toy_task(modality, None, seed=1).pairs == task.pairs


@pytest.mark.parametrize("modality", MODALITIES)
def test_some_clips_are_the_same_ones_for_the_same_seed(modality: Modality) -> None:
    task = toy_task(modality, 10)
    assert len(set(rows(task, modality))) == 10
    assert set(task.pairs) < set(toy_task(modality, None).pairs)
    assert toy_task(modality, 10).pairs == task.pairs
    assert set(toy_task(modality, 10, seed=1).pairs) != set(task.pairs)


@pytest.mark.parametrize("seed", range(3))
def test_some_clips_are_not_all_of_the_person_who_comes_first(seed: int) -> None:
    everybody, some = toy_task("voice", None), toy_task("voice", 12, seed)
    assert set(everybody.people[:12]) == {"ana"}
    assert set(some.people) == {"ana", "ben"}
    assert list(some.people) == [BANKS["voice"].people[row] for row in rows(some, "voice")]


def test_clips_are_drawn_from_those_whose_emotion_is_asked_for() -> None:
    task = toy_task("face", 5, labels=("sad", "happy"))
    assert len(task.pairs) == 5
    assert {pair.emotion for pair in task.pairs} == {"sad", "happy"}


def test_what_every_clip_shows_is_the_richest() -> None:
    face, voice = (toy_task(modality, 3) for modality in MODALITIES)
    pairs = (*face.pairs, *voice.pairs)
    assert (face.richest, voice.richest) == ("face", "voice")
    with pytest.raises(DataError, match="toy: some of its clips show no face and others hold no"):
        dataclasses.replace(face, pairs=pairs, people=(*face.people, *voice.people)).richest  # noqa: B018
