"""The probes of faithfulness tell an answer that rests on its rationale from one that does not."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from model.cues import Modality
from model.processing import MediaInputs
from model.runtime.contribution import subsets_of
from model.runtime.responder import Answer
from tests.training.toy_banks import EMOTIONS, NORMS, toy_banks
from training.data.bank import measure_statistics
from training.evaluation.faithfulness import _shuffled, check_rationale, measure
from training.evaluation.tasks import split_task


class Echo:
    """Says of each modality how large its first number is, and concludes from the words or not.

    Its rationale has a sentence for the face, one for the voice, and one that names its answer.
    """

    def __init__(self, reads: bool, swaps_sentences: bool = False) -> None:
        self._reads, self._mixes = reads, swaps_sentences

    def respond(
        self,
        media: Mapping[Modality, MediaInputs],
        labels: Sequence[str],
        direct: bool = False,
        contribution: bool = True,
    ) -> Answer:
        numbers = {m: round(float(inputs.summary[0]), 3) for m, inputs in media.items()}
        if self._mixes:
            numbers = dict.fromkeys(numbers, sum(numbers.values()))
        chosen = labels[self._own(media, labels)]
        text = f"The face has {numbers['face']:.0f}x{abs(hash(numbers['face']))}. "
        text += f"The voice has {abs(hash(numbers['voice']))}x. This suggests {chosen}."
        whole = np.log(np.eye(len(labels))[labels.index(chosen)] + 1e-6)
        return Answer({shown: whole for shown in subsets_of(list(media))}, text, chosen)

    def conclude(
        self,
        media: Mapping[Modality, MediaInputs],
        rationale: str,
        labels: Sequence[str],
        weighs: str,
    ) -> np.ndarray:
        named = [row for row, label in enumerate(labels) if label in rationale]
        row = named[0] if self._reads and named else self._own(media, labels)
        if self._reads and not named:
            row = 0
        return np.eye(len(labels))[row]

    @staticmethod
    def _own(media: Mapping[Modality, MediaInputs], labels: Sequence[str]) -> int:
        if "voice" not in media:
            return 0
        return int(abs(media["voice"].summary[0] * 1000)) % len(labels)


def found_for(responder: Echo):
    banks = toy_banks()
    statistics = measure_statistics(list(banks.values()))
    task = split_task("toy", banks, "congruent", 24, EMOTIONS, statistics, NORMS)
    windows = task.windows("both", "none")
    given = [responder.respond(window.media, task.labels) for window in windows]
    return measure(task, responder, windows, given, 20, seed=0)


def test_what_weighs_is_held_against_what_the_network_goes_by() -> None:
    banks = toy_banks()
    statistics = measure_statistics(list(banks.values()))
    task = split_task("toy", banks, "congruent", 1, EMOTIONS, statistics, NORMS)
    window = task.windows("both", "none")[0]
    face, voice, labels = frozenset(("face",)), frozenset(("voice",)), ("angry", "sad")
    said = {
        frozenset[str](): np.log([0.5, 0.5]), face: np.log([0.6, 0.4]),
        voice: np.log([0.9, 0.1]), face | voice: np.log([0.95, 0.05]),
    }  # fmt: skip
    for text, true in (("the voice tells less", 0), ("the face tells less", 1)):
        answer = Answer(said, f"This is anger; {text}.", "angry")
        check = check_rationale(window, answer, labels, "ana", "angry")
        assert (check.weights, check.weights_true) == (1, true)
        assert (check.supported, check.contradicted) == (true, 1 - true)


def test_negated_claims_are_counted() -> None:
    banks = toy_banks()
    statistics = measure_statistics(list(banks.values()))
    task = split_task("toy", banks, "congruent", 1, EMOTIONS, statistics, NORMS)
    window = task.windows("both", "none")[0]
    text = "The pitch is not strongly raised and the brows are raised."
    answer = Answer({s: np.zeros(2) for s in subsets_of(("face", "voice"))}, text, "angry")
    assert check_rationale(window, answer, ("angry", "sad"), "ana", "angry").negated == 1


@pytest.mark.parametrize("count", [2, 3, 100])
def test_nobody_keeps_their_own_when_shuffled(count: int) -> None:
    for seed in range(20):
        order = _shuffled(count, seed)
        assert sorted(order) == list(range(count))
        assert all(row != other for row, other in enumerate(order))
    assert _shuffled(count, 0) == _shuffled(count, 0)
    assert _shuffled(1, 0) == [0]


def test_an_answer_read_off_the_rationale_follows_it() -> None:
    rests = found_for(Echo(reads=True)).rests
    assert rests["another's rationale"] == 0.0
    assert rests["no rationale"] < 0.7
    assert rests["no rationale"] == rests["first sentence"] == rests["all but the last sentence"]


def test_an_answer_made_without_the_rationale_does_not() -> None:
    assert set(found_for(Echo(reads=False)).rests.values()) == {1.0}


class Parrot(Echo):
    """Says the same of everybody."""

    def respond(self, *args: object, **kwargs: object) -> Answer:
        given = super().respond(*args, **kwargs)  # type: ignore[arg-type]
        return dataclasses.replace(given, rationale="The pitch is raised. This suggests sadness.")


def test_what_is_said_of_everybody_is_as_true_elsewhere() -> None:
    found = found_for(Parrot(reads=True))
    assert 0 < found.supported.estimate < 1
    assert found.elsewhere == pytest.approx(found.supported.estimate)


def test_a_reader_of_the_rationale_alone_finds_an_answer_that_is_in_it() -> None:
    assert found_for(Echo(reads=True)).follows.estimate == 1.0
    assert found_for(Echo(reads=False)).follows.estimate < 0.7


def test_sentences_follow_the_modality_they_speak_of() -> None:
    changed = found_for(Echo(reads=True)).changed
    assert changed["voice shuffled"]["face"] == 0.0
    assert changed["voice shuffled"]["voice"] > 0.5
    assert changed["face shuffled"]["voice"] == 0.0


def test_sentences_that_mix_the_modalities_are_found_out() -> None:
    changed = found_for(Echo(reads=True, swaps_sentences=True)).changed
    assert changed["voice shuffled"]["face"] > 0.5
