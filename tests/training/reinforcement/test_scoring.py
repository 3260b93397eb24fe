"""A prompt that is read once gives the logits and the gradients of one that each row reads."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from training.reinforcement import scoring  # noqa: E402
from training.reinforcement.scoring import completion_logits  # noqa: E402

from ...model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402

KEPT, ROWS = 6, 3


@pytest.fixture
def tiny():
    return tiny_omni()


def batch_of(processor, windows) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
    """Prompts of windows with completions of 6, 5, 4... tokens behind them."""
    batch = dict(processor(windows))
    torch.manual_seed(2)
    completions = torch.randint(20, 120, (len(windows), KEPT))
    there = torch.arange(KEPT) < KEPT - torch.arange(len(windows)).unsqueeze(1)
    ids = torch.cat([batch.pop("input_ids"), completions], 1)
    mask = torch.cat([batch.pop("attention_mask"), there.long()], 1)
    return ids, mask, batch


def said_and_gradients(model, ids, mask, media) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Log-probabilities of what is there, and what they teach."""
    model.zero_grad()
    logits = completion_logits(model, ids, mask, KEPT, media)
    said = logits.log_softmax(-1).gather(-1, ids[:, -KEPT:, None])[..., 0] * mask[:, -KEPT:]
    said.sum().backward()
    return said.detach(), [p.grad.clone() for p in model.parameters() if p.grad is not None]


@pytest.mark.parametrize("present", [("face", "voice"), ("voice",), ()])
def test_a_common_prompt_is_read_once_and_says_the_same(tiny, monkeypatch, present) -> None:
    model, processor = tiny
    ids, mask, media = batch_of(processor, [tiny_window(present, 1)] * ROWS)
    shared = said_and_gradients(model, ids, mask, media)
    monkeypatch.setattr(scoring, "_one_prompt", lambda *args: False)
    apart = said_and_gradients(model, ids, mask, media)
    torch.testing.assert_close(shared[0], apart[0], atol=1e-5, rtol=1e-4)
    for one, other in zip(shared[1], apart[1], strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("other", [("face", "voice"), ("voice",)])
def test_other_windows_are_not_taken_for_one(tiny, monkeypatch, other) -> None:
    """Neither other media behind the same words, nor another prompt."""
    model, processor = tiny
    windows = [tiny_window(("face", "voice"), 1), tiny_window(other, 2)]
    ids, mask, media = batch_of(processor, windows)
    monkeypatch.setattr(scoring, "_behind_one_prompt", None)
    assert completion_logits(model, ids, mask, KEPT, media).shape[:2] == (2, KEPT)


def test_a_single_row_and_a_single_token_need_no_sharing(tiny) -> None:
    model, processor = tiny
    ids, mask, media = batch_of(processor, [tiny_window()] * 2)
    one = completion_logits(model, ids[:1], mask[:1], KEPT, {n: v[:1] for n, v in media.items()})
    assert one.shape[:2] == (1, KEPT)
    last = completion_logits(model, ids, mask, 1, media)
    assert last.shape[:2] == (2, 1)
