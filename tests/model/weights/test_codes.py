"""Changes of codes survive packing exactly; what is damaged, or of other matrices, is refused."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import BundleError
from model.weights.codes import grid_tensors, pack_changes, settled_matrices
from model.weights.gguf import GgufFile
from model.weights.grid import GridTensor

NAMES = ("model.layers.0.mlp.up_proj.weight", "model.layers.1.mlp.up_proj.weight")
EMBEDDINGS, NORM = "model.embed_tokens.weight", "model.norm.weight"


def language_model(rows: int = 7) -> GgufFile:
    """Two matrices, embeddings and a norm; the number of codes is no multiple of four bytes."""
    rng = np.random.default_rng(1)
    tensors = {name: rng.normal(0, 0.1, (rows, 32)).astype(np.float32) for name in NAMES}
    tensors[EMBEDDINGS] = rng.normal(0, 0.1, (3, 32)).astype(np.float32)
    tensors[NORM] = np.ones(32, np.float32)
    return GgufFile({}, tensors)


def possible_changes(seed: int, farthest: int) -> dict[str, np.ndarray]:
    """Changes that stay within the codes."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, grid in settled_matrices(grid_tensors(language_model())).items():
        codes = grid.q.astype(int).reshape(len(grid.q), -1)
        wished = codes + rng.integers(-farthest, farthest + 1, codes.shape)
        found[name] = (wished.clip(0, 15) - codes).astype(np.int8)
    return found


@given(st.integers(0, 50), st.integers(0, 15))
def test_codes_change_by_just_what_was_packed(seed: int, farthest: int) -> None:
    gguf, changes = language_model(), possible_changes(seed, farthest)
    before = grid_tensors(gguf)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "codes.zlib"
        path.write_bytes(pack_changes(changes))
        after = grid_tensors(gguf, path)
    assert after.keys() == before.keys()
    for name in NAMES:
        old, new = before[name], after[name]
        assert isinstance(old, GridTensor)
        assert isinstance(new, GridTensor)
        moved = new.q.astype(int) - old.q.astype(int)
        np.testing.assert_array_equal(moved.reshape(len(new.q), -1), changes[name])
        np.testing.assert_array_equal(new.scale, old.scale)
    for name in (EMBEDDINGS, NORM):
        assert np.array_equal(getattr(after[name], "q", after[name]),
                              getattr(before[name], "q", before[name]))  # fmt: skip


def test_without_a_file_nothing_changes(tmp_path: Path) -> None:
    gguf = language_model()
    for path in (None, tmp_path / "codes.zlib"):
        for name, tensor in grid_tensors(gguf, path).items():
            expected = grid_tensors(gguf)[name]
            assert np.array_equal(getattr(tensor, "q", tensor), getattr(expected, "q", expected))


def test_what_is_rare_takes_little_room() -> None:
    rng = np.random.default_rng(0)
    changes = {
        NAMES[0]: rng.choice(np.array([-1, 0, 1], np.int8), (1000, 320), p=(0.05, 0.9, 0.05))
    }
    entropy_bits = -sum(p * np.log2(p) for p in (0.05, 0.9, 0.05))
    assert len(pack_changes(changes)) * 8 < 1.05 * entropy_bits * 320_000


def test_changes_of_other_matrices_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "codes.zlib"
    path.write_bytes(pack_changes(possible_changes(0, 2)))
    with pytest.raises(BundleError, match=r"codes\.zlib: damaged"):
        grid_tensors(language_model(rows=6), path)


def test_changes_that_are_far_apart_are_found_again(tmp_path: Path) -> None:
    path, changes = tmp_path / "codes.zlib", {name: np.zeros((7, 32), np.int8) for name in NAMES}
    codes = settled_matrices(grid_tensors(language_model()))[NAMES[1]].q
    changes[NAMES[1]][6, 31] = 1 if codes[6, 0, 31] < 15 else -1
    path.write_bytes(pack_changes(changes))
    after = settled_matrices(grid_tensors(language_model(), path))
    moved = after[NAMES[1]].q.astype(int) - codes
    assert moved.sum() == moved[6, 0, 31] == changes[NAMES[1]][6, 31]


def test_no_change_is_no_bytes_long(tmp_path: Path) -> None:
    path = tmp_path / "codes.zlib"
    path.write_bytes(pack_changes({name: np.zeros((7, 32), np.int8) for name in NAMES}))
    test_without_a_file_nothing_changes(tmp_path)


def test_changes_off_the_grid_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "codes.zlib"
    far = {name: np.full((7, 32), 16, np.int8) for name in NAMES}
    path.write_bytes(pack_changes(far))
    with pytest.raises(BundleError, match="damaged"):
        grid_tensors(language_model(), path)


@pytest.mark.parametrize("damage", ["cut", "flipped", "another file"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    path, packed = tmp_path / "codes.zlib", bytearray(pack_changes(possible_changes(0, 1)))
    if damage == "cut":
        packed = packed[:-9]
    elif damage == "flipped":
        packed[len(packed) // 2] ^= 255
    else:
        packed = bytearray(b"something else")
    path.write_bytes(packed)
    with pytest.raises(BundleError, match="damaged"):
        grid_tensors(language_model(), path)


def test_only_matrices_go_on_the_grid() -> None:
    norm, matrix = np.ones(32, np.float32), np.ones((4, 32), np.float32)
    on_grid = grid_tensors(GgufFile({}, {"norm": norm, "matrix": matrix}))
    assert on_grid["norm"] is norm
    assert isinstance(on_grid["matrix"], GridTensor)
