"""Long runs of the decoder in 8-bit products.

Weights that are neighbours in an output add up to so little that a pair of products fits into 16
bits, in which AVX2 without VNNI adds pairs: every processor computes the same, and exactly.
`model.export.long_graph` writes the graph; its constants, the int4 weights rounded once more, each
machine makes at its first start and keeps in the user's cache. They would double the bundle.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from safetensors import safe_open

from model.errors import BundleError
from model.runtime.session import FLOAT32_PRODUCTS, WEIGHTS_FOLDER, make_session
from model.weights.download import check_space, sha256_of
from model.weights.fetch import cache_dir
from model.weights.grid import BLOCK, GridTensor
from model.weights.locks import one_at_a_time

LONG_GRAPH, LONG_TABLE = "decoder_long.onnx", "decoder_long.safetensors"
"""The graph, and what its constants are made of (`write_constants`)."""
LONG_DATA = "decoder_long.onnx.data"
CHECK_GRAPH = "check.onnx"
CHECK_ROWS = 24
ROWS_AT_ONCE = 128
"""Rows that are made in one go: what whole matrices take stays with the process."""
_CPU = ["CPUExecutionProvider"]
_SHA256 = re.compile(r"[0-9a-f]{64}")

Float32 = npt.NDArray[np.float32]
Int8 = npt.NDArray[np.int8]
Bytes = npt.NDArray[np.uint8]
Table = Mapping[str, npt.NDArray[Any]]


def long_session(folder: Path, threads: int) -> ort.InferenceSession | None:
    """What reads long runs of a bundle's decoder; `None` where 8 bits are not to be had.

    That is the case for bundles without peaks, on processors that add other products in 16 bits
    than those of neighbours, and where the cache is full or cannot be written.

    Raises:
        ValueError: what the constants are made of is damaged.
    """
    if not (folder / LONG_GRAPH).is_file() or not products_are_exact(folder / CHECK_GRAPH):
        return None
    made = _made(folder)
    if made is None:
        return None
    entries = {**FLOAT32_PRODUCTS, WEIGHTS_FOLDER: str(made)}
    return make_session((folder / LONG_GRAPH).read_bytes(), threads, _CPU, entries)


def products_are_exact(path: Path) -> bool:
    """Whether products of the largest pairs are what they should be, 1 and -1 in turns."""
    session = make_session(path, 1, _CPU)
    (shape,) = (value.shape for value in session.get_inputs())
    (product,) = session.run(None, {"x": np.ones(shape, np.float32)})
    signs = np.resize(np.array([1, -1], np.float32), np.shape(product)[-1])
    return bool(np.allclose(product, signs, rtol=0.001))


def _made(folder: Path) -> Path | None:
    """The folder of the cache that holds the constants, verified; made if they are not there."""
    with safe_open(folder / LONG_TABLE, "numpy") as file:
        table = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        digest = str(file.metadata()["sha256"])
    if not _SHA256.fullmatch(digest):  # it names a folder, and the bundle may be a stranger's
        raise ValueError(f"{LONG_TABLE} does not say what is to be made")
    path = cache_dir() / "long" / digest[:16] / LONG_DATA
    if not _is_right(path, digest):
        # One name, whoever makes them: what a killed process has left is written over.
        partial = path.with_suffix(".part")
        try:
            with one_at_a_time(path.with_suffix(".lock"), lambda: None):
                try:
                    if not _is_right(path, digest):
                        write_constants(partial, folder / "decoder.onnx.data", table)
                        partial.replace(path)
                finally:
                    partial.unlink(missing_ok=True)
        except (OSError, BundleError):
            return None
    return path.parent


def _is_right(path: Path, digest: str) -> bool:
    """Whether the file is there, can be read and is as it should be."""
    try:
        return sha256_of(path) == digest
    except OSError:
        return False


def write_constants(path: Path, data_path: Path, table: Table) -> None:
    """Write the constants of the graph for long runs.

    Args:
        data_path: of `decoder.onnx.data`.
        table: "size" int64 (): of the file. "copies" int64 (n, 3): where pieces of the data begin,
            how long they are, and where they go. For each linear i in 8 bits "i.scale" float32
            (N,), "i.smooth" float32 (K,), and "i.at" int64 (3,): where its packed codes and their
            scales begin, and where its weights go.
    """
    data = np.memmap(data_path, np.uint8, "r")
    size = int(table["size"])
    check_space(path.parent, size, "weights in 8 bits")  # a full disk would kill whoever writes
    made = np.memmap(path, np.uint8, "w+", shape=(size,))
    for begin, length, target in table["copies"]:
        made[target : target + length] = data[begin : begin + length]

    def make(index: int) -> None:
        scale, smooth = table[f"{index}.scale"], table[f"{index}.smooth"]
        codes, scales, target = table[f"{index}.at"]
        height, width = len(scale), len(smooth)
        weight = made[target : target + height * width].view(np.int8).reshape(width, height).T
        for row in range(0, height, ROWS_AT_ONCE):
            begin = codes + row * width // 2
            begin_scales = scales + row * width // BLOCK * 4
            part = scale[row : row + ROWS_AT_ONCE]
            weight[row : row + len(part)] = eight_bit(data, begin, begin_scales, part, smooth)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(make, range(sum(name.endswith(".at") for name in table))))
    made.flush()


def eight_bit(data: Bytes, codes: int, scales: int, scale: Float32, smooth: Float32) -> Int8:
    """Rows of a linear in steps of `scale`, each channel multiplied by `smooth`: int8 (N, K).

    Elementwise float32 all through, so that every machine makes the same.

    Args:
        data: of `decoder.onnx.data`.
        codes, scales: where the packed codes begin, and the scales of their blocks.
    """
    grid = grid_at(data, codes, scales, len(scale), len(smooth))
    weight = GridTensor(grid.q, grid.scale / scale[:, None]).dequantise()
    weight *= smooth
    return np.rint(weight, out=weight).astype(np.int8)


def grid_at(data: Bytes, codes: int, scales: int, rows: int, width: int) -> GridTensor:
    """The matrix (rows, width) whose packed codes and their scales begin there in `data`."""
    packed = data[codes:][: rows * width // 2].reshape(rows, -1, BLOCK // 2)
    scale = data[scales:][: rows * width // BLOCK * 4].view(np.float32).reshape(rows, -1)
    return GridTensor.from_packed(packed, scale)
