"""The clips that a model is asked about: all of them, or some drawn at random."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from model.clip import SAMPLE_RATE_HZ
from model.cues import Modality
from model.errors import DataError, MediaError
from model.processing import Vectors
from tests.training.toy_banks import EMOTIONS, NORMS, toy_banks
from training.data import clips
from training.data.bank import measure_statistics
from training.data.clips import person_of
from training.data.layouts import LabelledClip
from training.evaluation.answering import Task
from training.evaluation.tasks import folder_task, split_task

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


OWN = """file,emotion,speaker,split
ana/1.wav,sad,ana,train
ana/2.wav,happy,ana,
ben/1.wav,sad,ben,test
ben/2.wav,happy,ben,test
ben/3.wav,fear,ben,test
ben/silent.wav,sad,ben,test
cem/1.wav,sad,cem,
nobody.wav,sad,,
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of own clips, in all of which but the silent one a voice is heard."""
    folder = tmp_path / "own"
    for line in OWN.splitlines()[1:]:
        path = folder / line.partition(",")[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(line)
    (folder / "index.csv").write_text(OWN)

    monkeypatch.setattr(clips, "beginning", lambda path: path)
    return folder


class Perceiver:
    """Hears a voice wherever somebody is not silent."""

    def perceive(self, path: Path) -> Any:
        voice = {"voice": Vectors(np.zeros((8, 5), np.float32), np.zeros(8, np.float32))}
        return SimpleNamespace(vectors={} if path.stem == "silent" else voice, values={})


def asked_of(folder: Path, learned: set[str], person: str | None = None) -> Task:
    return folder_task(folder, Perceiver(), EMOTIONS, STATISTICS, NORMS, person, learned)  # type: ignore[arg-type]


def test_a_folder_is_asked_about_strangers_only(own: Path) -> None:
    stranger = person_of(LabelledClip(own / "nobody.wav", "sad", None))
    task = asked_of(own, {"cem", stranger})
    assert task.people == ("ben", "ben")
    assert task.left_out == (
        "own: clips left out: 2 of the training split, 2 of people whom the stage has learned, "
        "1 of emotions that are not asked for, 1 in which neither face nor voice was perceived.",
    )


def test_a_clip_that_cannot_be_read_is_left_out_and_told(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beginning(path: Path) -> Path:
        if path.stem == "2":
            raise MediaError(f"'{path}' is empty.")
        return path

    monkeypatch.setattr(clips, "beginning", beginning)
    task = asked_of(own, set())
    assert task.people == ("ben", "cem", "nobody.wav")
    assert task.left_out == (
        f"'{own / 'ben/2.wav'}' is empty.",
        "own: clips left out: 2 of the training split, 1 that cannot be read, "
        "1 of emotions that are not asked for, 1 in which neither face nor voice was perceived.",
    )


def test_of_a_long_clip_the_beginning_is_asked_about_as_it_is_prepared(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, np.zeros(80 * SAMPLE_RATE_HZ, np.float32), SAMPLE_RATE_HZ)
    window = clips.beginning(path)
    assert window is not None
    assert window.end_s == clips.LONGEST_S


def test_who_was_learned_under_another_spelling_is_no_stranger(own: Path) -> None:
    with pytest.raises(DataError, match=r"shows cem, who is Cem elsewhere; write the name alike"):
        asked_of(own, {"Cem"})


def test_who_is_named_for_all_may_have_been_learned(own: Path) -> None:
    assert "nobody.wav" in asked_of(own, set()).clips
    assert "nobody.wav" not in asked_of(own, {"dan"}, "dan").clips


def test_a_folder_of_learned_people_alone_is_told(own: Path) -> None:
    (own / "index.csv").write_text("".join(OWN.splitlines(keepends=True)[:-2]))
    with pytest.raises(DataError, match="own: the stage has learned everybody in it, or the split"):
        asked_of(own, {"ben"})
