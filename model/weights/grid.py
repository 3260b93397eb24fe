"""The int4 grid: symmetric, blocks of 32 weights along the input, one float32 scale a block.

The decoder lives on this grid in training and in the exported bundle alike, and every machine
computes it anew from the public file. So that all arrive at the same bits, each operation is an
elementwise float32 one or a float64 sum in a fixed order; there is no matrix product.

The scale of a block minimises its squared error: for each of a few candidates the codes are
rounded, and the least-squares scale of those codes has error sum(w²) - sum(w·d)² / sum(d²).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
ZERO_POINT = 8  # codes 0..15 stand for -8..7
# Divisors of the block's weight of largest magnitude. A negative one puts that weight at the end
# of the codes that reaches -8, a positive one at the end that reaches 7.
_DIVISORS = (-8.0, -7.4, -8.7, 7.0, 7.6, 6.5, 8.4, -9.6)
_CHUNK_BLOCKS = 2048  # 256 kB of float32: stays in the cache of one core

FloatArray = NDArray[np.float32]
CodeArray = NDArray[np.uint8]


@dataclass(frozen=True)
class GridTensor:
    """A weight matrix (N, K) on the grid.

    Attributes:
        q: uint8 (N, K/32, 32), codes 0..15; 8 stands for zero.
        scale: float32 (N, K/32), may be negative.
    """

    q: CodeArray
    scale: FloatArray

    @classmethod
    def from_packed(cls, packed: CodeArray, scale: FloatArray) -> GridTensor:
        """The matrix whose `packed` codes, uint8 (N, K/32, 16), are these."""
        codes = np.stack([packed & 15, packed >> 4], -1)
        return cls(codes.reshape(*packed.shape[:2], BLOCK), scale)

    def dequantise(self) -> FloatArray:
        """The weights as float32 (N, K)."""
        weight = self.q.astype(np.float32)
        weight -= np.float32(ZERO_POINT)
        weight *= self.scale[..., None]
        return weight.reshape(len(self.q), -1)

    def packed(self) -> CodeArray:
        """uint8 (N, K/32, 16) as onnxruntime's MatMulNBits wants it: even codes in low nibbles."""
        return self.q[..., 0::2] | (self.q[..., 1::2] << np.uint8(4))


def quantise(weight: FloatArray) -> GridTensor:
    """Puts a weight matrix on the grid.

    Args:
        weight: float32 (N, K), K a multiple of 32, finite.

    Raises:
        ValueError: K is not a multiple of 32.
    """
    rows, width = weight.shape
    if width % BLOCK:
        raise ValueError(f"a row of {width} weights is not made of whole blocks of {BLOCK}")
    blocks = np.ascontiguousarray(weight, np.float32).reshape(-1, BLOCK)
    codes = np.empty(blocks.shape, np.uint8)
    scale = np.empty(len(blocks), np.float32)
    for start in range(0, len(blocks), _CHUNK_BLOCKS):
        part = slice(start, start + _CHUNK_BLOCKS)
        # One block a column: sums over a block then run down the columns, in a fixed order.
        column_codes, scale[part] = _quantise_columns(np.ascontiguousarray(blocks[part].T))
        codes[part] = column_codes.T
    shape = (rows, width // BLOCK)
    return GridTensor(codes.reshape(*shape, BLOCK), scale.reshape(shape))


def _quantise_columns(blocks: FloatArray) -> tuple[CodeArray, FloatArray]:
    """Codes uint8 (32, B) and scales (B,) for blocks (32, B)."""
    peak = _peaks(blocks)
    best_scale = np.zeros_like(peak)
    best_gain = np.full(peak.shape, -1.0)
    scratch = np.empty_like(blocks)
    for divisor in _DIVISORS:
        codes = _round(blocks, peak / np.float32(divisor), scratch)
        scale, gain = _fit(blocks, codes)
        better = gain > best_gain
        np.copyto(best_scale, scale, where=better)
        np.copyto(best_gain, gain, where=better)
    codes = _round(blocks, best_scale, scratch)
    scale, _ = _fit(blocks, codes)
    codes = codes + np.float32(ZERO_POINT)
    return codes.astype(np.uint8), scale


def _peaks(blocks: FloatArray) -> FloatArray:
    """The signed weight of largest magnitude of each column, shape (B,)."""
    high: FloatArray = blocks.max(axis=0)
    low = blocks.min(axis=0)
    np.copyto(high, low, where=high < -low)
    return high


def _round(blocks: FloatArray, scale: FloatArray, out: FloatArray) -> FloatArray:
    """Codes -8..7 (as float32) nearest to `blocks / scale`; zero where the scale is zero."""
    inverse = np.zeros_like(scale)
    np.divide(np.float32(1), scale, out=inverse, where=scale != 0)
    np.multiply(blocks, inverse, out=out)
    np.rint(out, out=out)
    np.clip(out, np.float32(-8), np.float32(7), out=out)
    return out


def _fit(blocks: FloatArray, codes: FloatArray) -> tuple[FloatArray, NDArray[np.float64]]:
    """Least-squares scale (B,) of the codes, and the squared error it removes (B,)."""
    products = (blocks * codes).astype(np.float64)
    dot = products[0].copy()
    for row in products[1:]:  # np.sum would choose its own order
        dot += row
    norm = np.add.reduce(codes * codes, axis=0).astype(np.float64)  # small whole numbers: exact
    scale = np.zeros_like(dot)
    np.divide(dot, norm, out=scale, where=norm > 0)
    return scale.astype(np.float32), dot * scale
