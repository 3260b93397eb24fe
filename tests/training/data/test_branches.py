"""Two branches behind one prompt: neither sees the other, and only they are learned."""

from __future__ import annotations

import dataclasses
import random

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from model.baseline import Baseline  # noqa: E402
from model.evidence import Evidence  # noqa: E402
from model.layout import (  # noqa: E402
    ANSWER,
    END_ANSWER,
    END_OF_TURN,
    END_THINK,
)
from model.network.processing import prompt_text  # noqa: E402
from tests.model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402
from tests.training.toy_banks import NORMS  # noqa: E402
from training.data.branches import IGNORED, BranchCollator  # noqa: E402
from training.data.pairs import Window  # noqa: E402

PRESENT = (("face", "voice"), ("voice",))
RATIONALE = "the voice is loud"
EVIDENCE = Evidence.from_values({}, {}, Baseline(), NORMS)
ROWS = [{"index": 0}, {"index": 1}]
WEIGHTS = ({"happy": {"face": 2.0, "voice": 0.1}}, {})
LEADS = (" face", " weak")


@pytest.fixture(scope="module")
def tiny():
    return tiny_omni()


def window_of(index: int, rng: random.Random) -> Window:
    evidence = dataclasses.replace(EVIDENCE, weights=WEIGHTS[index])
    return Window(tiny_window(PRESENT[index], index), evidence, ("happy", "sad")[index])


def collator(tiny, rationale: str | None = RATIONALE, **options: object) -> BranchCollator:
    writer = None if rationale is None else (lambda window: rationale)
    return BranchCollator(tiny[1], window_of, writer, **options)


def places(tiny, row: int, rationale: str = RATIONALE) -> tuple[int, int, int]:
    """Where the think branch begins, where the direct branch begins, and where it ends."""
    ids, answer = tiny[1].ids, f"{('happy', 'sad')[row]}{END_ANSWER}{END_OF_TURN}"
    start = len(ids(prompt_text(PRESENT[row])))
    direct = len(ids(ANSWER)) + len(ids(answer))
    middle = start + len(tiny[1].think(LEADS[row])) + len(ids(rationale + END_THINK)) + direct
    return start, middle, middle + direct


def logits(tiny, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    inputs = {n: v for n, v in batch.items() if n not in ("labels", "token_weights")}
    with torch.inference_mode():
        return tiny[0](**inputs).logits


def test_the_direct_branch_cannot_see_the_think_branch(tiny) -> None:
    batch = collator(tiny)(ROWS)
    before = logits(tiny, batch)
    for row in range(2):
        start, middle, end = places(tiny, row)
        batch["input_ids"][row, start:middle] = 30
        changed = logits(tiny, batch)
        torch.testing.assert_close(changed[row, middle:end], before[row, middle:end])
        torch.testing.assert_close(changed[row, :start], before[row, :start])
        assert (changed[row, start:middle] - before[row, start:middle]).abs().max() > 0.1


def test_each_branch_reads_as_if_it_were_the_only_one(tiny) -> None:
    batch = collator(tiny)(ROWS)
    got = logits(tiny, batch)
    for row in range(2):
        start, middle, end = places(tiny, row)
        ids = batch["input_ids"][row]
        media = tiny[1].media_tensors([tiny_window(PRESENT[row], row)])
        for first, last in ((start, middle), (middle, end)):
            alone = torch.cat([ids[:start], ids[first:last]])[None]
            expected = logits(tiny, {"input_ids": alone, **media})[0, start:]
            torch.testing.assert_close(got[row, first:last], expected, atol=1e-4, rtol=1e-3)


def test_padding_changes_nothing(tiny) -> None:
    together = logits(tiny, collator(tiny)(ROWS))
    for row in range(2):
        alone = logits(tiny, collator(tiny)([ROWS[row]]))[0]
        torch.testing.assert_close(together[row, : len(alone)], alone, atol=1e-4, rtol=1e-3)


def test_labels_are_where_something_is_to_be_learned(tiny) -> None:
    processor = tiny[1]
    batch = collator(tiny)(ROWS)
    assert batch["labels"].shape == batch["input_ids"].shape
    for row, emotion in enumerate(("happy", "sad")):
        start, middle, end = places(tiny, row)
        labels = batch["labels"][row]
        for begin, given in ((start, processor.think(LEADS[row])), (middle, processor.ids(ANSWER))):
            assert batch["input_ids"][row, begin : begin + len(given)].tolist() == given
            assert (labels[begin : begin + len(given)] == IGNORED).all()
        assert (labels[:start] == IGNORED).all()
        assert (labels[end:] == IGNORED).all()
        learned = labels != IGNORED
        assert (labels[learned] == batch["input_ids"][row][learned]).all()
        think, direct = (
            processor.tokenizer.decode(labels[first:last][learned[first:last]])
            for first, last in ((start, middle), (middle, end))
        )
        answer = f"{emotion}{END_ANSWER}{END_OF_TURN}"
        assert direct == answer
        assert think == f"{RATIONALE}{END_THINK}{ANSWER}{answer}"


def test_answers_weigh_more_than_rationales(tiny) -> None:
    batch = collator(tiny, answer_weight=3.0)(ROWS)
    for row in range(2):
        start, middle, end = places(tiny, row)
        learned = batch["labels"][row] != IGNORED
        weights = batch["token_weights"][row]
        assert set(weights[start:middle][learned[start:middle]].tolist()) == {1.0}
        assert set(weights[middle:end][learned[middle:end]].tolist()) == {3.0}
        assert not weights[~learned].any()


def test_a_rationale_s_verdict_weighs_as_an_answer_does(tiny) -> None:
    """From the emotion's name to the end of the rationale, and nothing before or behind it."""
    said = f"{RATIONALE}: happiness fits, by the face more than by the voice."
    batch = collator(tiny, said, answer_weight=3.0)([ROWS[0]])
    start, middle, _ = places(tiny, 0, said)
    ids, weights = batch["input_ids"][0, start:middle], batch["token_weights"][0, start:middle]
    heavy = tiny[1].tokenizer.decode(ids[weights == 3.0])
    assert heavy.strip() == f"happiness fits, by the face more than by the voice.{END_THINK}"


def test_without_rationales_the_direct_form_is_learned_alone(tiny) -> None:
    batch = collator(tiny, None)(ROWS)
    for row, emotion in enumerate(("happy", "sad")):
        labels = batch["labels"][row]
        text = tiny[1].tokenizer.decode(labels[labels != IGNORED])
        assert text == f"{emotion}{END_ANSWER}{END_OF_TURN}"
    with torch.inference_mode():
        assert torch.isfinite(tiny[0](**batch).loss)


def test_draws_follow_the_seed_and_the_row(tiny) -> None:
    def drawn(seed: int) -> list[float]:
        draws: list[float] = []

        def drawing(index: int, rng: random.Random) -> Window:
            draws.append(rng.random())
            return window_of(index, rng)

        BranchCollator(tiny[1], drawing, None, seed=seed)([ROWS[0], ROWS[0], ROWS[1]])
        return draws

    first, again, other_row = drawn(1)
    assert first == again != other_row
    assert drawn(1) == drawn(1) != drawn(2)
