"""Projectors: one token a measurement, at the scale of the language model's own embeddings."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from model.evidence import level  # noqa: E402
from model.network.projector import CUE_WIDTH, Projector, cue_inputs  # noqa: E402

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
    other = [value + (index == which) for index, value in enumerate(inputs)]
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


def test_level_switches_agree_with_the_levels_of_the_rationale() -> None:
    deviations = torch.tensor([-9.0, -1.25, -1.2, -0.5, -0.4, 0.0, 0.4, 0.5, 1.2, 1.25, 3.0])
    cues = torch.stack([deviations, torch.ones(11), torch.zeros(11)], -1)
    words = cue_inputs(cues)
    assert words.shape == (11, CUE_WIDTH)
    very_high, high, low, very_low = words[:, 4:].unbind(-1)
    assert (very_high + high - low - very_low).tolist() == [level(float(z)) for z in deviations]
    torch.testing.assert_close(words[:, 1], deviations.abs())
