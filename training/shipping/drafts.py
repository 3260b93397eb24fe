"""`python -m training drafts`: the table from which a rationale's next tokens are guessed.

It is counted over rationales that the grammar writes for training windows, in the very tokens that
the network learns (`model.runtime.drafts` says what it is good for).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from model.layout import ANSWER, END_ANSWER, END_OF_TURN, END_THINK, THINK
from model.release_info import DRAFTS_FILE
from model.runtime.drafts import LONGEST, SHARE_UNITS, context_keys
from model.weights.fetch import cache_dir, fetch_component
from model.weights.sources import SMOLLM2
from model.weights.tokenizer import tokenizer_from_gguf
from model.weights.vocabulary import read_language_model
from training.config import NotNegative, Positive, Several
from training.data.pairs import PairKind, Window
from training.encoders.fold_windows import FoldWindows, training_banks
from training.progress import track
from training.rationales.grammar import write_rationale
from training.release import Stage

MIX: dict[PairKind, float] = {"congruent": 0.6, "face": 0.2, "voice": 0.2}
_TELLING = 0.1
"""A context is kept if its share differs by so much from that of a shorter one."""


@dataclass(frozen=True)
class DraftsRecipe:
    """Options: `windows` are written about, and `contexts` of what follows them are kept."""

    stage: str
    prepared: str
    windows: Positive = 8000
    contexts: Positive = 80_000
    folds: Several = 3
    seed: NotNegative = 0


def write_drafts(recipe: DraftsRecipe, console: Console) -> Path:
    """Count what follows what in written rationales and save it into the stage's folder."""
    source = Path(recipe.stage)
    stage = Stage.load(source)
    banks = training_banks(Path(recipe.prepared), source, stage)
    windows = FoldWindows(
        banks, source, stage.classes, MIX, recipe.windows, 1, recipe.folds, (1.0, 1.0, 1.0),
        recipe.seed,
    )  # fmt: skip
    tokenizer = tokenizer_from_gguf(read_language_model(fetch_component(SMOLLM2, cache_dir())))
    texts = (
        think_branch(windows.drawn(index), tokenizer)
        for index in track(range(recipe.windows), "rationales")
    )
    table = count(texts, recipe.contexts)
    save_file(table, source / DRAFTS_FILE)
    size = (source / DRAFTS_FILE).stat().st_size
    console.print(f"{source / DRAFTS_FILE}: {len(table['keys'])} contexts, {size / 1e3:.0f} kB")
    return source / DRAFTS_FILE


def think_branch(window: Window, tokenizer: Tokenizer) -> list[int]:
    """The think form of a window's answer in the tokens that `training.data.branches` teaches."""
    rationale = write_rationale(window.evidence, window.emotion)
    return [
        token
        for piece in think_pieces(rationale, window.emotion)
        for token in tokenizer.encode(piece, add_special_tokens=False).ids
    ]


def think_pieces(rationale: str, emotion: str) -> tuple[str, ...]:
    """The think form of an answer in the pieces of text that are cut into tokens each by itself."""
    return THINK, rationale + END_THINK, ANSWER, f"{emotion}{END_ANSWER}{END_OF_TURN}"


def count(texts: Iterable[Sequence[int]], contexts: int) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of `model.runtime.drafts.Drafts`: the contexts that are met most often.

    A context is left out where a shorter one says the same.
    """
    followers: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for text in texts:
        for place in range(1, len(text)):
            for size in range(1, min(LONGEST, place) + 1):
                followers[tuple(text[place - size : place])][text[place]] += 1
    told: dict[tuple[int, ...], tuple[int, float]] = {}
    for context in sorted(followers, key=len):
        (token, times), total = followers[context].most_common(1)[0], followers[context].total()
        shorter = _shorter(told, context)
        if total > 1 and not (shorter[0] == token and abs(shorter[1] - times / total) < _TELLING):
            told[context] = token, times / total
    often = sorted(told, key=lambda context: (-followers[context].total(), context))[:contexts]
    table = {context_keys(context)[-1]: told[context] for context in often}
    keys = sorted(table)
    return {
        "keys": np.array(keys, np.uint32),
        "tokens": np.array([table[key][0] for key in keys], np.uint16),
        "shares": np.array([round(table[key][1] * SHARE_UNITS) for key in keys], np.uint8),
    }


def _shorter(
    told: dict[tuple[int, ...], tuple[int, float]], context: tuple[int, ...]
) -> tuple[int, float]:
    """What is told of the longest proper end of a context."""
    ends = (context[start:] for start in range(1, len(context)))
    return next((told[end] for end in ends if end in told), (-1, 0.0))
