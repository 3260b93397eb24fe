"""Projectors: one token a measurement, at the scale of the language model's own embeddings."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from model.evidence import SPOKEN_FROM  # noqa: E402
from model.network.projector import (  # noqa: E402
    CUE_WIDTH,
    Projector,
    Trunk,
    cue_inputs,
    telling_order,
)

STEPS, CUES, WIDTH, SCALE = 3, 4, 32, 0.1


@pytest.fixture(scope="module")
def projector() -> Projector:
    torch.manual_seed(0)
    return Projector(
        step_width=5, summary_width=6, steps=STEPS, cues=CUES, hidden=8, classes=7,
        tokens_width=WIDTH, scale=SCALE,
    ).eval()  # fmt: skip


@pytest.fixture
def inputs() -> tuple[torch.Tensor, ...]:
    torch.manual_seed(1)
    return torch.randn(2, STEPS, 5), torch.randn(2, 6), torch.randn(2, CUES, 3)


def changed_tokens(projector, inputs, which: int) -> list[int]:
    """Indices of the tokens that move when one input does."""
    other = [value * (1 + (index == which)) for index, value in enumerate(inputs)]
    with torch.inference_mode():
        moved = (projector(*other)[0] - projector(*inputs)[0]).abs().amax((0, 2)) > 1e-6
    return moved.nonzero().flatten().tolist()


def test_shapes(projector, inputs) -> None:
    tokens, scores = projector(*inputs)
    assert tokens.shape == (2, 1 + STEPS + CUES, WIDTH)
    assert scores.shape == (2, 7)


def test_tokens_begin_at_the_embeddings_scale(projector, inputs) -> None:
    tokens = projector(*inputs)[0]
    torch.testing.assert_close(
        tokens.square().mean(2).sqrt(), torch.full(tokens.shape[:2], SCALE), rtol=0.01, atol=0
    )


def test_each_input_moves_its_own_tokens_only(projector, inputs) -> None:
    assert changed_tokens(projector, inputs, 0) == [1, 2, 3]
    assert changed_tokens(projector, inputs, 1) == [0]
    assert changed_tokens(projector, inputs, 2) == [4, 5, 6, 7]


def test_windows_of_a_batch_do_not_mix(projector, inputs) -> None:
    tokens = projector(*inputs)[0]
    alone = projector(*(value[1:] for value in inputs))[0]
    torch.testing.assert_close(alone[0], tokens[1])


def test_level_switches_are_at_the_sizes_at_which_a_rationale_changes_its_words() -> None:
    slight, plain, strong = SPOKEN_FROM
    sizes = torch.tensor([0.0, slight - 0.01, slight, plain, strong, 3.0])
    expected = [0, 0, 1, 2, 3, 3]
    for sign, columns in ((1, slice(4, 7)), (-1, slice(7, 10))):
        cues = torch.stack([sign * sizes, torch.ones(6), torch.zeros(6)], -1)
        words = cue_inputs(cues)
        assert words.shape == (6, CUE_WIDTH)
        assert words[:, columns].sum(1).tolist() == expected
        assert words[:, 4:].sum(1).tolist() == expected
        torch.testing.assert_close(words[:, 1], sizes)


def test_cues_come_in_the_order_in_which_they_deviate(projector, inputs) -> None:
    cues = torch.tensor([[[0.5, 1, 0], [0, 0, 0], [-2.0, 1, 0], [0.0, 1, 0]]])
    assert telling_order(cues).tolist() == [[2, 0, 3, 1]]
    steps, summary = (value[:1] for value in inputs[:2])
    tokens = projector(steps, summary, cues)[0]
    turned = projector(steps, summary, cues * torch.tensor([0.1, 1, 1]))[0]
    torch.testing.assert_close(tokens[:, -1], turned[:, -1])  # the unmeasured one stays last


def test_the_summary_token_knows_the_probabilities_only(projector, inputs) -> None:
    steps, summary, cues = inputs
    with torch.inference_mode():
        before = projector(steps, summary, cues)[0][:, 0]
        projector.trunk.classifier.bias += 3.0  # the same probabilities
        after = projector(steps, summary, cues)[0][:, 0]
        projector.trunk.classifier.bias -= 3.0
    torch.testing.assert_close(before, after)


@pytest.fixture
def adjusted() -> Trunk:
    torch.manual_seed(0)
    trunk = Trunk(inputs=6, hidden=8, classes=3, dropout=0.0)
    trunk.adjustment.copy_(torch.tensor([[1.0, 0, -1], [0, 2, 0]]))
    return trunk.eval()


def test_scores_are_adjusted_to_the_mean_of_the_person_that_was_known(adjusted: Trunk) -> None:
    summaries = torch.randn(1, 6).repeat(3, 1)
    summaries[:, -2:] = torch.tensor([[0.0, 0], [1, 0], [0, 1]])
    with torch.inference_mode():
        stranger, *known = adjusted(summaries)
    torch.testing.assert_close(torch.stack(known) - stranger, adjusted.adjustment.data)


def test_an_adjustment_is_fitted_and_never_learned(adjusted: Trunk) -> None:
    adjusted(torch.ones(1, 6)).sum().backward()
    assert adjusted.adjustment.grad is None
    assert adjusted.classifier.weight.grad is not None


def test_a_trunk_survives_its_state_and_an_older_one_adjusts_nothing(adjusted: Trunk) -> None:
    state = adjusted.state_dict()
    again = Trunk.from_state(state)
    assert torch.equal(again.adjustment, adjusted.adjustment)
    older = {name: value for name, value in state.items() if name != "adjustment"}
    again.load_state_dict(older)
    assert not again.adjustment.any()
    assert torch.equal(again.enter.weight, adjusted.enter.weight)
    assert "adjustment" not in older
