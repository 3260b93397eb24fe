"""Ways to put a trained matrix on four bits afterwards, as others do: what is left of the matrix.

What ships goes through the last of these only, and keeps to the grid it was trained on
(docs/decisions/0024). `python -m training requantise` says what the others would lose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from model.weights.grid import quantise

LEVELS = 15
"""Codes of four bits go from 0 to 15."""

Quantiser = Callable[[Tensor], Tensor]


def nearest(weight: Tensor) -> Tensor:
    """Symmetric, blocks of 32, the scale from the largest weight (round to nearest; Q4_0)."""
    blocks = weight.reshape(-1, 32)
    scale = _largest(blocks) / -8
    codes = (blocks / _not_zero(scale)).round().clamp(-8, 7)
    return (codes * scale).view_as(weight)


def affine(weight: Tensor) -> Tensor:
    """Asymmetric, blocks of 32, from the least to the largest weight (Q4_1)."""
    blocks = weight.reshape(-1, 32)
    low = blocks.min(1, keepdim=True).values
    scale = (blocks.max(1, keepdim=True).values - low) / LEVELS
    codes = ((blocks - low) / _not_zero(scale)).round().clamp(0, LEVELS)
    return (codes * scale + low).view_as(weight)


def searched(weight: Tensor, candidates: int = 20) -> Tensor:
    """Asymmetric, blocks of 32: scale and least value are fitted to the codes of several scales.

    Large weights count more, as in llama.cpp's k-quants (`make_qkx2_quants`).
    """
    blocks = weight.reshape(-1, 32)
    matter = blocks.abs() + blocks.square().mean(1, keepdim=True).sqrt()
    low = blocks.min(1, keepdim=True).values.clamp(max=0)
    span = blocks.max(1, keepdim=True).values - low
    best, least = torch.zeros_like(blocks), torch.full_like(low, torch.inf)
    for step in range(candidates + 1):
        levels = LEVELS - 1 + 2 * step / candidates
        codes = ((blocks - low) / _not_zero(span / levels)).round().clamp(0, LEVELS)
        fitted = _fitted(blocks, codes, matter)
        error = (matter * (fitted - blocks).square()).sum(1, keepdim=True)
        best = torch.where(error < least, fitted, best)
        least = torch.minimum(error, least)
    return best.view_as(weight)


def half_quadratic(weight: Tensor, rounds: int = 20) -> Tensor:
    """HQQ (Badri and Shaji, 2023): asymmetric, blocks of 64, zero points for a sparse error.

    The error's l_p norm, p = .7, is lowered by half-quadratic splitting.
    """
    blocks = weight.reshape(-1, 64)
    low, high = blocks.min(1, keepdim=True).values, blocks.max(1, keepdim=True).values
    scale = LEVELS / _not_zero(high - low)
    zero, strength, power = -low * scale, 10.0, 0.7
    best, least = torch.zeros_like(blocks), torch.inf
    for _ in range(rounds):
        codes = (blocks * scale + zero).round().clamp(0, LEVELS)
        left = (codes - zero) / scale
        error = blocks - left
        mean = float(error.abs().mean())
        if mean >= least:
            break
        best, least = left, mean
        shrunk = error.abs() - error.abs().clamp(min=1e-8).pow(power - 1) / strength
        sparse = error.sign() * shrunk.clamp(min=0)
        zero = (codes - (blocks - sparse) * scale).mean(1, keepdim=True)
        strength *= 1.01
    return best.view_as(weight)


def on_our_grid(weight: Tensor) -> Tensor:
    """The shipped grid: symmetric, blocks of 32, least-squares scales (`model.weights.grid`)."""
    return torch.from_numpy(quantise(weight.numpy()).dequantise())


def in_eight_bits(weight: Tensor) -> Tensor:
    """Symmetric, blocks of 32, eight bits (Q8_0)."""
    blocks = weight.reshape(-1, 32)
    scale = blocks.abs().max(1, keepdim=True).values / 127
    return ((blocks / _not_zero(scale)).round() * scale).view_as(weight)


def compensated(weight: Tensor, moments: Tensor, scales: Tensor | None = None) -> Tensor:
    """GPTQ (Frantar et al., 2022): rounding, each column's error made good by those behind it.

    Args:
        weight: (N, K).
        moments: (K, K), sum of x xᵀ over the inputs of the layer.
        scales: (N, K / 32) of the grid to be rounded to, where it is known; columns then come in
            the order in which their inputs are large. Otherwise as `nearest` finds them.
    """
    size, order = len(moments), torch.arange(len(moments))
    if scales is not None:
        order = moments.diagonal().argsort(descending=True)
        scales = scales.repeat_interleave(32, 1)[:, order]
    rest, left = weight[:, order], torch.zeros_like(weight)
    upper = _inverse_factor(moments[order][:, order])
    for start in range(0, size, 32):
        block = slice(start, start + 32)
        own, error = rest[:, block].clone(), torch.zeros_like(rest[:, block])
        scale = scales[:, block] if scales is not None else _largest(own) / -8
        inner = upper[block, block]
        for column in range(32):
            step = scale[:, min(column, scale.shape[1] - 1)]
            value = own[:, column]
            rounded = (value / _not_zero(step)).round().clamp(-8, 7) * step
            left[:, order[start + column]] = rounded
            error[:, column] = (value - rounded) / inner[column, column]
            own[:, column:] -= error[:, column : column + 1] * inner[column, column:]
        rest[:, block.stop :] -= error @ upper[block, block.stop :]
    return left


def making_good(weight: Tensor, moments: Tensor, crossed: Tensor) -> Tensor:
    """The matrix that comes nearest to what `weight` writes, where it reads what is off already.

    Rounded layers in front hand on x instead of y. Least squares of W' x against W y, drawn
    towards W; rounded afterwards it is GPTAQ (Li et al., 2025, arXiv 2504.02692).

    Args:
        weight: (N, K).
        moments: (K, K), sum of x xᵀ.
        crossed: (K, K), sum of y xᵀ.
    """
    change = (crossed - moments).double() @ torch.cholesky_inverse(_factor(moments))
    return weight + (weight.double() @ change).float()


def _factor(moments: Tensor, damping: float = 0.01) -> Tensor:
    """Lower triangular float64 (K, K), whose square is the damped moments."""
    damped = moments.double()
    damped += torch.eye(len(damped)).double() * damping * damped.diagonal().mean()
    return torch.linalg.cholesky(damped)


def _inverse_factor(moments: Tensor) -> Tensor:
    """Upper triangular (K, K), whose square is the inverse of the damped moments."""
    inverse = torch.cholesky_inverse(_factor(moments))
    return torch.linalg.cholesky(inverse, upper=True).float()


def _largest(blocks: Tensor) -> Tensor:
    """The signed weight of largest magnitude of each row, (N, 1)."""
    return blocks.gather(1, blocks.abs().argmax(1, keepdim=True))


AFTERWARDS: Mapping[str, tuple[Quantiser, float]] = {
    "round to nearest, symmetric": (nearest, 4.5),
    "round to nearest, asymmetric": (affine, 5.0),
    "k-quant search, asymmetric": (searched, 5.0),
    "HQQ, asymmetric, blocks of 64": (half_quadratic, 4.5),
    "our grid's search, symmetric": (on_our_grid, 4.5),
}
"""By name, and bits a weight: scales and zero points in 16 bits included."""


def _fitted(blocks: Tensor, codes: Tensor, matter: Tensor) -> Tensor:
    """The least-squares line from codes to weights in each block, `matter` weighing each."""
    total = matter.sum(1, keepdim=True)
    code_mean = (matter * codes).sum(1, keepdim=True) / total
    mean = (matter * blocks).sum(1, keepdim=True) / total
    spread = (matter * (codes - code_mean).square()).sum(1, keepdim=True)
    together = (matter * (codes - code_mean) * (blocks - mean)).sum(1, keepdim=True)
    return mean + together / _not_zero(spread) * (codes - code_mean)


def _not_zero(scale: Tensor) -> Tensor:
    return torch.where(scale == 0, torch.ones_like(scale), scale)
