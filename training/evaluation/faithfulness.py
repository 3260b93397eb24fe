"""Is a rationale true, does its answer follow from it, and does the answer rest on it?

True: every claim is checked against the window's evidence. Follows: a reader that neither sees nor
hears gives the same answer behind it. Rests on it: the answer is asked for
early, with the rationale cut short, and behind somebody else's rationale (early answering and
corrupted reasoning, after Lanham et al. 2023, arXiv 2307.13702); and a modality is shuffled among
the clips to see which sentences follow it.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence

import numpy as np

from model.checking import tally, true_elsewhere
from model.claims import WEIGHT_CUES, find_claims, mentions_modality, skeleton
from model.cues import Modality
from model.layout import MODALITIES
from model.runtime.contribution import contributions
from model.runtime.responder import Answer
from model.weighing import weight_word
from training.data.pairs import Window
from training.evaluation.answering import Responder, Task, answers
from training.evaluation.report import Faithfulness, RationaleCheck, score_rationales
from training.progress import track
from training.rationales.repetition import said_again

NOTHING = weight_word({})
"""What a rationale is told where neither face nor voice weighs."""


def measure(
    task: Task,
    responder: Responder,
    windows: Sequence[Window],
    given: Sequence[Answer],
    swaps: int,
    seed: int,
) -> Faithfulness:
    """Hold what was said of the windows (the task's first) against their evidence.

    Args:
        given: the responder's answer to each window, with its rationale.
        swaps: how many of them are explained again with each modality shuffled, and asked for
            their answer behind other rationales.
    """
    read = [_read(responder, answer.rationale, task) for answer in track(given, "read alone")]
    checks = [
        check_rationale(window, answer, task.labels, who, alone)
        for window, answer, who, alone in zip(windows, given, task.people, read, strict=False)
    ]
    some = list(windows[:swaps])
    changed: dict[str, Mapping[Modality, float]] = {}
    if len(some) > 1 and all(len(window.media) == len(MODALITIES) for window in some):
        order = _shuffled(len(some), seed)
        for swapped in MODALITIES:
            mixed = [one.swap(some[other], swapped) for one, other in zip(some, order, strict=True)]
            after = answers(responder, task, mixed, False, f"{swapped} shuffled")
            changed[f"{swapped} shuffled"] = counterfactual(given[: len(after)], after)
    return dataclasses.replace(
        score_rationales(checks),
        skeletons=diversity(given),
        elsewhere=true_elsewhere(
            [(a.rationale, w.evidence) for a, w in zip(given, windows, strict=False)],
            [w.evidence for w in windows],
        ),
        changed=changed,
        rests=rests_on_rationale(task, responder, some, given, seed) if some else {},
    )


def check_rationale(
    window: Window, answer: Answer, labels: Sequence[str], who: str, read_alone: str
) -> RationaleCheck:
    """Hold a rationale's claims against the window's evidence, its answer against other ones.

    Args:
        read_alone: the answer that the rationale alone leads to.
    """
    weights = contributions(answer.log_probabilities, labels)
    evidence = dataclasses.replace(window.evidence, weights=weights)
    claims = find_claims(answer.rationale, window.media)
    found = tally(claims, evidence, answer.rationale_emotion)
    of_weights = tally(
        [claim for claim in claims if claim.cue in WEIGHT_CUES], evidence, answer.rationale_emotion
    )
    chosen = labels[int(answer.whole.argmax())]
    return RationaleCheck(
        speaker=who,
        supported=found.supported,
        contradicted=found.contradicted,
        unmeasurable=found.unmeasurable,
        absent=found.absent,
        agrees=answer.rationale_emotion == chosen,
        follows=answer.rationale_emotion == read_alone,
        empty=not answer.rationale,
        repeats=said_again(claims) > 0,
        negated=sum(claim.negated for claim in claims),
        weights=of_weights.measurable,
        weights_true=of_weights.supported,
    )


def diversity(answered: Sequence[Answer]) -> dict[str, int]:
    """Number of distinct skeletons of rationales and of their sentences."""
    texts = [answer.rationale for answer in answered]
    sentences = [sentence for text in texts for sentence in _sentences(text)]
    return {
        "rationales": len({skeleton(text) for text in texts}),
        "sentences": len({skeleton(sentence) for sentence in sentences}),
    }


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in text.split(".") if sentence.strip()]


def sentences_about(text: str, modality: Modality) -> list[str]:
    """The sentences of a rationale that speak of one modality and of no other."""
    return [s for s in _sentences(text) if mentions_modality(s) == {modality}]


def counterfactual(before: Sequence[Answer], after: Sequence[Answer]) -> dict[Modality, float]:
    """Share of rationales in which the sentences about a modality changed."""
    changed: dict[Modality, float] = {}
    for modality in ("face", "voice"):
        pairs = [
            (sentences_about(a.rationale, modality), sentences_about(b.rationale, modality))
            for a, b in zip(before, after, strict=True)
        ]
        changed[modality] = float(np.mean([old != new for old, new in pairs]))
    return changed


def rests_on_rationale(
    task: Task, responder: Responder, windows: Sequence[Window], given: Sequence[Answer], seed: int
) -> dict[str, float]:
    """Share of windows whose answer behind another rationale is the one behind their own.

    "no rationale", "first sentence", "all but the last sentence", and "another's rationale": of a
    window whose own answer differs, where the share is of those that keep their own answer.
    """
    whole = [
        _answer(responder, w, a.rationale, task, a.weighs)
        for w, a in zip(windows, given, strict=False)
    ]
    cuts = {
        "no rationale": lambda text: "",
        "first sentence": lambda text: text.split(". ")[0].rstrip(".") + ".",
        "all but the last sentence": lambda text: text.rpartition(". ")[0] + ".",
    }
    kept = {}
    for name, cut in cuts.items():
        pairs = list(zip(windows, given, strict=False))
        after = [
            _answer(responder, w, cut(a.rationale), task, a.weighs) for w, a in track(pairs, name)
        ]
        kept[name] = float(np.mean([one == two for one, two in zip(whole, after, strict=True)]))
    others = [
        (row, other)
        for row, other in enumerate(_shuffled(len(whole), seed))
        if whole[row] != whole[other]
    ]
    stayed = [
        _answer(responder, windows[row], given[other].rationale, task, given[row].weighs)
        == whole[row]
        for row, other in track(others, "another's rationale")
    ]
    return {**kept, "another's rationale": float(np.mean(stayed)) if stayed else float("nan")}


def _read(responder: Responder, rationale: str, task: Task) -> str:
    # To who neither sees nor hears nothing weighs.
    return task.labels[int(responder.conclude({}, rationale, task.labels, NOTHING).argmax())]


def _answer(responder: Responder, window: Window, rationale: str, task: Task, weighs: str) -> int:
    return int(responder.conclude(window.media, rationale, task.labels, weighs).argmax())


def _shuffled(count: int, seed: int) -> list[int]:
    """For each row another one, at random: one cycle through all of them (Sattolo 1986)."""
    order, rng = list(range(count)), random.Random(seed)
    for last in range(count - 1, 0, -1):
        other = rng.randrange(last)
        order[last], order[other] = order[other], order[last]
    return order
