"""Where an emotion is named, the network learns what the trunks believe beside the label."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from model.baseline import Baseline  # noqa: E402
from model.evidence import Evidence  # noqa: E402
from tests.model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402
from tests.training.toy_banks import NORMS  # noqa: E402
from training.data.branches import BranchCollator  # noqa: E402
from training.data.pairs import Window  # noqa: E402
from training.supervised.answers import Answers, Teacher  # noqa: E402
from training.supervised.distillation import distillation_loss, trunk_beliefs, trunks_of  # noqa: E402

PRESENT = (("face", "voice"), ("voice",))
EMOTIONS = ("happy", "sad")
RATIONALES = {"happy": "the voice is loud. This suggests happiness, in short.",
              "sad": "the voice is soft. Sadness fits best."}  # fmt: skip
EVIDENCE = Evidence.from_values({}, {}, Baseline(), NORMS)


def window_of(index: int, rng: random.Random) -> Window:
    return Window(tiny_window(PRESENT[index], index), EVIDENCE, EMOTIONS[index])


@pytest.fixture(scope="module")
def tiny():
    return tiny_omni()


@pytest.fixture
def batch(tiny) -> dict[str, torch.Tensor]:
    collator = BranchCollator(
        tiny[1], window_of, lambda window: RATIONALES[window.emotion], classes=EMOTIONS
    )
    return collator([{"index": 0}, {"index": 1}])


def test_decisions_stand_where_the_emotion_is_named(tiny, batch) -> None:
    ids = tiny[1].ids
    for row, (noun, label) in enumerate(((" happiness", "happy"), (" Sadness", "sad"))):
        tokens = batch["input_ids"][row, batch["decision_at"][row]]
        assert tokens.tolist() == [ids(noun)[0], ids(label)[0]]
        assert batch["decision_ids"][row, :, row].tolist() == tokens.tolist()
        assert (batch["token_weights"][row, batch["decision_at"][row]] == 4.0).all()


def test_beliefs_are_the_product_of_the_trunks_that_have_something_to_read(tiny, batch) -> None:
    trunks = trunks_of(tiny[0])
    with torch.no_grad():
        said = {m: trunk(batch[f"{m}_summary"]).softmax(-1) for m, trunk in trunks.items()}
    beliefs = trunk_beliefs(trunks, batch).exp()
    product = said["face"][0] * said["voice"][0]
    torch.testing.assert_close(beliefs[0], product / product.sum())
    torch.testing.assert_close(beliefs[1], said["voice"][1])


def losses(tiny, batch, beliefs, distilled=1.0, agreed=0.0) -> tuple[torch.Tensor, torch.Tensor]:
    inputs = {n: v for n, v in batch.items() if not n.startswith("decision")}
    with torch.no_grad():
        outputs = tiny[0](**inputs)
    return outputs.loss, distillation_loss(outputs.logits, batch, beliefs, distilled, agreed)


def test_beliefs_that_equal_the_labels_add_nothing(tiny, batch) -> None:
    sure = torch.tensor([[0.0, -1e9], [-1e9, 0.0]])
    assert float(losses(tiny, batch, sure)[1]) == pytest.approx(0.0, abs=1e-6)


def test_other_beliefs_replace_the_labels_at_the_decisions_only(tiny, batch) -> None:
    """The loss of the opposite belief is the loss of labels with the emotions' words exchanged."""
    opposite = torch.tensor([[-1e9, 0.0], [0.0, -1e9]])
    loss, added = losses(tiny, batch, opposite)
    exchanged = {name: value.clone() for name, value in batch.items()}
    for row in range(2):
        for column in range(2):
            place = exchanged["decision_at"][row, column]
            exchanged["labels"][row, place] = exchanged["decision_ids"][row, column, 1 - row]
    expected = losses(tiny, exchanged, opposite)[0]
    torch.testing.assert_close(loss + added, expected)


def test_a_stage_that_teaches_itself_has_no_reason_to_change_its_direct_answers(
    tiny, batch
) -> None:
    """Beside a gradient where labels are learned, there is none at the choice of an answer."""
    pytest.importorskip("trl")
    from training.supervised.sft import ColdStartTrainer

    tell_nouns_apart(batch)
    model, processor = tiny
    trainer = ColdStartTrainer.__new__(ColdStartTrainer)
    trainer.model, trainer._metrics = model, {"train": defaultdict(list), "eval": defaultdict(list)}
    trainer.distilled, trainer.teacher = 1.0, Teacher(tiny_omni()[0], Answers(processor, EMOTIONS))
    loss, outputs = trainer.compute_loss(model, batch, return_outputs=True)
    (gradient,) = torch.autograd.grad(loss, outputs.logits)
    ids = batch["decision_ids"][:, 1]
    chosen = gradient[learned_at(batch, 1)].gather(1, ids)
    # What the answer's mass is worth may change, not how the classes share it.
    said = outputs.logits[learned_at(batch, 1)].softmax(-1).gather(1, ids)
    shares = said / said.sum(1, keepdim=True)
    torch.testing.assert_close(chosen, shares * chosen.sum(1, keepdim=True), atol=1e-6, rtol=1e-3)
    named = gradient[learned_at(batch, 0)].gather(1, batch["decision_ids"][:, 0])
    assert named.abs().max() > 1e-3


def learned_at(batch: dict[str, torch.Tensor], column: int) -> torch.Tensor:
    """Rows of the logits that choose each window's emotion there."""
    learned = batch["labels"][:, 1:] != -100
    order = (learned.flatten().cumsum(0).view(learned.shape) - 1)[[0, 1]]
    return order[range(2), batch["decision_at"][:, column] - 1]


def tell_nouns_apart(batch: dict[str, torch.Tensor]) -> None:
    """The emotions' nouns begin with the same token in the tiny vocabulary: give them others."""
    batch["decision_ids"][:, 0] = torch.tensor([5, 6])
    for row in range(2):
        batch["labels"][row, batch["decision_at"][row, 0]] = 5 + row


def test_a_rationale_that_agrees_learns_the_direct_answer(batch) -> None:
    """As far as the direct answer is the other emotion, the loss of naming that one counts."""
    tell_nouns_apart(batch)
    learned = batch["labels"][:, 1:] != -100
    logits = torch.randn(int(learned.sum()), 200, generator=torch.Generator().manual_seed(0))
    weights = batch["token_weights"][:, 1:][learned]
    ids = batch["decision_ids"]
    answers = logits[learned_at(batch, 1)].gather(1, ids[:, 1]).softmax(1)
    named, expected = learned_at(batch, 0), 0.0
    for row in range(2):
        said = logits[named[row]].log_softmax(-1)
        missed = said[ids[row, 0, row]] - said[ids[row, 0, 1 - row]]
        expected += float(answers[row, 1 - row] * missed * weights[named[row]] / weights.sum())
    whole, half = (
        float(distillation_loss(logits, batch, torch.zeros(2, 2), 0.0, agreed=share))
        for share in (1.0, 0.5)
    )
    assert whole == pytest.approx(expected, abs=1e-5)
    assert half == pytest.approx(whole / 2, abs=1e-5)
    assert abs(whole) > 1e-3


def test_emotions_that_begin_alike_are_counted_once() -> None:
    """A rationale of a third emotion learns of the shared token what the direct answer gives it."""
    at, ids = torch.tensor([[2, 1]]), torch.tensor([[[3, 3, 5], [3, 3, 5]]])
    batch = {"labels": torch.tensor([[-100, 5, 5]]), "decision_at": at, "decision_ids": ids,
             "token_weights": torch.ones(1, 3)}  # fmt: skip
    logits = torch.full((2, 8), -9.0)
    logits[0, [3, 5]], logits[1, [3, 5]] = torch.tensor([1.0, 0.0]), torch.tensor([-1.0, 2.0])
    said = logits.log_softmax(-1)
    direct = torch.tensor([1.0, 0.0]).softmax(0)
    expected = (said[1, 5] - direct @ said[1, [3, 5]]) / 2
    found = distillation_loss(logits, batch, torch.zeros(1, 3), 0.0, agreed=1.0)
    assert float(found) == pytest.approx(float(expected), abs=1e-5)


def test_the_direct_answer_does_not_learn_from_the_rationale(tiny, batch) -> None:
    tell_nouns_apart(batch)
    inputs = {n: v for n, v in batch.items() if not n.startswith("decision")}
    logits = tiny[0](**inputs).logits.detach().requires_grad_()
    added = distillation_loss(logits, batch, torch.zeros(2, 2), 0.0, 1.0)
    (gradient,) = torch.autograd.grad(added, logits)
    thought, direct = (learned_at(batch, column) for column in (0, 1))
    assert (gradient[thought].abs().sum(1) > 0).all()
    assert not gradient[direct].any()
