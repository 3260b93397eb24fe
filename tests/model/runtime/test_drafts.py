"""Guesses follow the longest context that the table knows, as far as they are likely."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from model.errors import BundleError
from model.runtime.drafts import LONGEST, MOST, SHARE_UNITS, Drafts, context_keys


def table(*entries: tuple[list[int], int, float]) -> Drafts:
    """A table of (context, what follows, its share)."""
    rows = sorted((context_keys(context)[-1], token, share) for context, token, share in entries)
    return Drafts(
        np.array([key for key, _, _ in rows], np.uint32),
        np.array([token for _, token, _ in rows], np.uint16),
        np.array([round(share * SHARE_UNITS) for _, _, share in rows], np.uint8),
    )


def test_the_longest_known_context_decides() -> None:
    drafts = table(([5], 6, 1.0), ([4, 5], 7, 1.0), ([3, 4, 5], 8, 1.0))
    assert drafts.guess([1, 5]) == [6]
    assert drafts.guess([1, 4, 5]) == [7]
    assert drafts.guess([3, 4, 5]) == [8]
    assert drafts.guess([5, 4]) == []


def test_guesses_go_on_from_guesses() -> None:
    drafts = table(([1], 2, 1.0), ([2], 3, 1.0), ([2, 3], 9, 1.0))
    assert drafts.guess([1]) == [2, 3, 9]
    assert table(([1], 1, 1.0)).guess([1]) == [1] * MOST


def test_unlikely_guesses_are_not_made() -> None:
    assert table(([1], 2, 0.1)).guess([1]) == []
    assert table(([1], 2, 0.6), ([2], 3, 0.6)).guess([1]) == [2]


def test_without_a_table_nothing_is_guessed(tmp_path: Path) -> None:
    assert Drafts.load(tmp_path / "none").guess([1, 2, 3]) == []


def test_a_saved_table_guesses_alike(tmp_path: Path) -> None:
    path = tmp_path / "drafts.safetensors"
    save_file(
        {
            "keys": np.array([context_keys([1])[0]], np.uint32),
            "tokens": np.array([40_000], np.uint16),
            "shares": np.array([SHARE_UNITS], np.uint8),
        },
        path,
    )
    assert Drafts.load(path).guess([7, 1]) == [40_000]


def test_a_damaged_table_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "drafts.safetensors"
    save_file({"keys": np.zeros(9, np.uint32)}, path)
    for content in (path.read_bytes(), path.read_bytes()[:-1]):  # not all of it, cut short
        path.write_bytes(content)
        with pytest.raises(BundleError, match=r"drafts\.safetensors: damaged"):
            Drafts.load(path)


def test_a_key_stands_for_the_last_tokens_alone() -> None:
    keys = context_keys(range(100, 200))
    assert len(set(keys)) == LONGEST
    assert context_keys([1, 2, *range(150, 200)]) == keys
    assert context_keys([199]) == keys[:1]
    assert context_keys([198, 199]) != context_keys([199, 198])
