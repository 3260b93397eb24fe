"""Rounding to four bits: what others do is as good as it claims to be."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from model.weights.grid import quantise
from training.shipping.quantisers import (
    AFTERWARDS,
    affine,
    compensated,
    in_eight_bits,
    making_good,
    nearest,
)


@pytest.fixture(scope="module")
def weight() -> Tensor:
    """Rows with a few weights that stand out, as trained ones have."""
    torch.manual_seed(0)
    weight = torch.randn(48, 192) * 0.05
    weight[torch.rand_like(weight) < 0.01] *= 6
    return weight


def error(weight: Tensor, left: Tensor) -> float:
    return float((weight - left).square().mean().sqrt() / weight.square().mean().sqrt())


@pytest.mark.parametrize("method", AFTERWARDS)
def test_at_most_sixteen_values_are_left_in_a_block(method: str, weight: Tensor) -> None:
    rounded, bits = AFTERWARDS[method]
    left = rounded(weight)
    assert left.shape == weight.shape
    size = 64 if "blocks of 64" in method else 32
    assert max(len(block.unique()) for block in left.reshape(-1, size)) <= 16
    assert 0.02 < error(weight, left) < 0.15
    assert 4 < bits <= 5


@pytest.mark.parametrize("method", AFTERWARDS)
def test_what_is_zero_stays_zero(method: str) -> None:
    zero = torch.zeros(2, 64)
    assert torch.equal(AFTERWARDS[method][0](zero), zero)


def test_a_search_beats_the_plain_rule(weight: Tensor) -> None:
    lost = {method: error(weight, rounded(weight)) for method, (rounded, _) in AFTERWARDS.items()}
    assert lost["our grid's search, symmetric"] < lost["round to nearest, symmetric"]
    assert lost["k-quant search, asymmetric"] < lost["round to nearest, asymmetric"]
    assert error(weight, in_eight_bits(weight)) < 0.01


def test_values_on_the_codes_are_kept() -> None:
    codes = torch.arange(-8, 8).repeat(3, 4).float()
    assert torch.equal(nearest(codes * 0.5), codes * 0.5)
    torch.testing.assert_close(affine(codes * 0.5 + 3), codes * 0.5 + 3)


def test_compensation_lowers_the_error_of_what_is_read(weight: Tensor) -> None:
    torch.manual_seed(1)
    mixing = torch.randn(192, 192) / 14
    inputs = torch.randn(600, 192) @ mixing  # columns that depend on one another
    left = compensated(weight, inputs.T @ inputs)
    lost = [
        float((inputs @ (weight - other).T).square().mean()) for other in (left, nearest(weight))
    ]
    assert lost[0] < 0.7 * lost[1]


def test_a_known_grid_is_kept_to(weight: Tensor) -> None:
    """Scales stay; what a small addition asks for is made good better than by leaving it out."""
    torch.manual_seed(1)
    inputs = torch.randn(600, 24) @ torch.randn(24, 192) + 0.1 * torch.randn(600, 192)
    grid = quantise(weight.numpy())
    scales, public = torch.from_numpy(grid.scale), torch.from_numpy(grid.dequantise())
    added = public + torch.randn(48, 4) @ torch.randn(4, 192) * 0.001
    left = compensated(added, inputs.T @ inputs, scales)
    codes = left / scales.repeat_interleave(32, 1)
    torch.testing.assert_close(codes, codes.round(), atol=1e-4, rtol=0)
    assert codes.round().abs().max() <= 8
    lost = [float((inputs @ (added - other).T).square().mean()) for other in (left, public)]
    assert lost[0] < 0.5 * lost[1]
    # What is on the grid already stays where it is.
    torch.testing.assert_close(compensated(public, inputs.T @ inputs, scales), public)


def test_what_layers_in_front_have_lost_is_made_good(weight: Tensor) -> None:
    torch.manual_seed(1)
    meant = torch.randn(600, 24) @ torch.randn(24, 192) + 0.1 * torch.randn(600, 192)
    read = meant + 0.2 * meant @ torch.randn(192, 192) / 14  # off as a rounded layer is: by rule
    better = making_good(weight, read.T @ read, meant.T @ read)
    lost = [
        float((read @ other.T - meant @ weight.T).square().mean()) for other in (better, weight)
    ]
    assert lost[0] < 0.2 * lost[1]


def test_there_is_nothing_to_make_good_where_nothing_is_lost(weight: Tensor) -> None:
    torch.manual_seed(1)
    inputs = torch.randn(600, 192)
    moments = inputs.T @ inputs
    torch.testing.assert_close(making_good(weight, moments, moments), weight)
