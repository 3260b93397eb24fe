"""Changes of the grid's codes: what training made of the language model, in a few megabytes.

A trained adapter is settled into the public weights' own grid (`training.shipping.settle`): scales
stay as the public file gives them, and some codes go up or down. Only these steps are kept, in the
order of the matrices' names: a byte each, twice the distance from the step before, plus one if it
goes down. A code that moves by two is stepped on twice; the largest distance only moves on. The
bytes' own frequencies are all that is to be found in them, so Huffman's code alone packs them
(zlib). Applying them is exact: every machine arrives at the same bits.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.errors import BundleError
from model.release_info import cure
from model.sentence import QT_TRANSLATE_NOOP
from model.weights.gguf import GgufFile
from model.weights.grid import GridTensor, quantise

Changes = npt.NDArray[np.int8]
Tensors = dict[str, GridTensor | npt.NDArray[np.float32]]
"""A language model's by transformers' names; its matrices are on the grid."""
_FARTHEST = 127
"""A distance that only moves on."""


def pack_changes(changes: Mapping[str, Changes]) -> bytes:
    """Changes by matrix, int8 (N, K) each, as the bytes of a release's file."""
    flat = np.concatenate([changes[name].ravel() for name in sorted(changes)])
    places = np.flatnonzero(flat)
    steps = np.abs(flat[places])
    gaps = np.diff(np.concatenate([[0], np.repeat(places, steps)]))
    down = np.repeat(flat[places] < 0, steps)
    # Each step: as many bytes that only move on as its distance asks for, then its own.
    own = np.cumsum(gaps // _FARTHEST + 1) - 1
    told = np.full(own[-1] + 1 if len(own) else 0, 2 * _FARTHEST, np.uint8)
    told[own] = 2 * (gaps % _FARTHEST) + down
    packer = zlib.compressobj(9, strategy=zlib.Z_HUFFMAN_ONLY)
    return packer.compress(told.tobytes()) + packer.flush()


def grid_tensors(gguf: GgufFile, changes: Path | None = None) -> Tensors:
    """The language model's tensors: matrices on the int4 grid, the rest as it is.

    Args:
        changes: a file that `pack_changes` made; if it is there, its codes take their place.

    Raises:
        BundleError: the changes are damaged, or those of other matrices.
    """
    tensors = {name: gguf.tensors[name] for name in gguf.tensors}
    on_grid = {name: quantise(t) if t.ndim == 2 else t for name, t in tensors.items()}
    if changes is None or not changes.is_file():
        return on_grid
    return _changed(on_grid, changes)


def _changed(tensors: Tensors, path: Path) -> Tensors:
    changed = dict(tensors)
    try:
        told = np.frombuffer(zlib.decompress(path.read_bytes()), np.uint8)
        flat = _unpack(told, sum(grid.q.size for grid in settled_matrices(tensors).values()))
        start = 0
        for name, grid in sorted(settled_matrices(tensors).items()):
            own = flat[start : start + grid.q.size].reshape(grid.q.shape)
            start += grid.q.size
            codes = grid.q.astype(np.int8) + own
            if codes.min() < 0 or codes.max() > 15:
                raise ValueError(f"{name}: codes off the grid")
            changed[name] = replace(grid, q=codes.astype(np.uint8))
    except (OSError, zlib.error, ValueError) as error:
        text = QT_TRANSLATE_NOOP("errors", "{path}: damaged; {cure}.")
        raise BundleError(text, path=path, cure=cure(path.parent)) from error
    return changed


def settled_matrices(tensors: Tensors) -> dict[str, GridTensor]:
    """The matrices whose codes may change: all but the embeddings, which are the head too."""
    return {
        name: tensor
        for name, tensor in tensors.items()
        if isinstance(tensor, GridTensor) and "embed_tokens" not in name
    }


def _unpack(told: npt.NDArray[np.uint8], count: int) -> Changes:
    """`count` changes; `ValueError` if a step is beyond them."""
    gaps = told >> 1
    steps = gaps != _FARTHEST
    places = np.cumsum(gaps, dtype=np.int64)[steps]
    if len(places) and places[-1] >= count:
        raise ValueError("changes of other matrices")
    flat = np.zeros(count, np.int8)
    np.add.at(flat, places, (1 - 2 * (told[steps] & 1).astype(np.int8)))
    return flat
