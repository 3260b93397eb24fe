"""The number formats of a GGUF file, turned into float32.

Block formats are laid out in ggml's `ggml-common.h`; the arithmetic is ggml's, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 32  # weights a Q4_1 or Q8_0 block holds

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]


@dataclass(frozen=True)
class Format:
    """How the weights of a tensor are stored.

    Attributes:
        weights: number of weights in a block.
        nbytes: number of bytes of a block.
        decode: uint8 (bytes of whole blocks,) -> float32.
    """

    weights: int
    nbytes: int
    decode: Callable[[ByteArray], FloatArray]


def _from_f32(raw: ByteArray) -> FloatArray:
    return raw.view("<f4").astype(np.float32)


def _from_f16(raw: ByteArray) -> FloatArray:
    return raw.view("<f2").astype(np.float32)


def _from_q8_0(raw: ByteArray) -> FloatArray:
    """Per block: float16 scale, 32 signed bytes."""
    blocks = raw.reshape(-1, 2 + BLOCK)
    weight = blocks[:, 2:].view(np.int8).astype(np.float32)
    weight *= _half_column(blocks, 0)
    return weight


def _from_q4_1(raw: ByteArray) -> FloatArray:
    """Per block: float16 scale and minimum, 16 bytes (low nibbles: weights 0-15, high: 16-31)."""
    blocks = raw.reshape(-1, 4 + BLOCK // 2)
    nibbles = np.ascontiguousarray(blocks[:, 4:])
    weight = np.empty((len(blocks), BLOCK), np.float32)
    weight[:, : BLOCK // 2] = nibbles & 15
    weight[:, BLOCK // 2 :] = nibbles >> 4
    weight *= _half_column(blocks, 0)
    weight += _half_column(blocks, 2)
    return weight


def _half_column(blocks: ByteArray, at: int) -> FloatArray:
    """The float16 in bytes `at`, `at + 1` of each block, as a float32 column."""
    return np.ascontiguousarray(blocks[:, at : at + 2]).view("<f2").astype(np.float32)


# Number of the format in the file -> how to read it.
FORMATS = {
    0: Format(1, 4, _from_f32),
    1: Format(1, 2, _from_f16),
    3: Format(BLOCK, 20, _from_q4_1),
    8: Format(BLOCK, 34, _from_q8_0),
}
