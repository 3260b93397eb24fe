"""A prompt that is read once gives the logits and the gradients of one that each row reads."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

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


def said_and_gradients(
    model, ids, mask, media, one_prompt
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Log-probabilities of what is there, and what they teach."""
    model.zero_grad()
    logits = completion_logits(model, ids, mask, KEPT, media, one_prompt)
    said = logits.log_softmax(-1).gather(-1, ids[:, -KEPT:, None])[..., 0] * mask[:, -KEPT:]
    said.sum().backward()
    return said.detach(), [p.grad.clone() for p in model.parameters() if p.grad is not None]


@pytest.mark.parametrize("present", [("face", "voice"), ("voice",), ()])
def test_a_common_prompt_is_read_once_and_says_the_same(tiny, present) -> None:
    model, processor = tiny
    batch = batch_of(processor, [tiny_window(present, 1)] * ROWS)
    shared = said_and_gradients(model, *batch, one_prompt=True)
    apart = said_and_gradients(model, *batch, one_prompt=False)
    torch.testing.assert_close(shared[0], apart[0], atol=1e-5, rtol=1e-4)
    for one, other in zip(shared[1], apart[1], strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("other", [("face", "voice"), ("voice",)])
def test_other_windows_are_not_taken_for_one(tiny, other) -> None:
    """Neither other media behind the same words, nor another prompt."""
    model, processor = tiny
    windows = [tiny_window(("face", "voice"), 1), tiny_window(other, 2)]
    ids, mask, media = batch_of(processor, windows)
    with pytest.raises(ValueError, match="several windows"):
        completion_logits(model, ids, mask, KEPT, media, one_prompt=True)


def test_the_network_is_called_as_often_for_a_single_token(tiny) -> None:
    """Another process may have longer completions, and all have to call it equally often."""
    model, processor = tiny
    ids, mask, media = batch_of(processor, [tiny_window()] * 2)
    calls = []
    model.register_forward_pre_hook(lambda *args: calls.append(1))
    counts, logits = [], []
    for one_prompt, kept in ((True, KEPT), (True, 1), (False, 1)):
        calls.clear()
        end = ids.shape[1] - KEPT + kept
        logits.append(
            completion_logits(model, ids[:, :end], mask[:, :end], kept, media, one_prompt)
        )
        counts.append(len(calls))
    assert counts == [2, 2, 1]
    assert logits[1].shape[:2] == (2, 1)
    torch.testing.assert_close(logits[1], logits[2], atol=1e-5, rtol=1e-4)
