"""`python -m training vocabulary`: the tokens that rationales need, beyond the frequent ones.

To be run when the grammar or the lexicon learns new words; a model trained before keeps its own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from tokenizers import Tokenizer

import model.weights
from model.claims.lexicon import ENTRIES
from model.cues import CUES, Modality
from model.evidence import Cue, Evidence
from model.labels import LABEL_SETS
from model.layout import PROMPT_END, PROMPT_START
from model.network.word_tokens import LOWERED_WORDS, RAISED_WORDS, UNKNOWN_WORD
from model.weights.fetch import cache_dir, fetch_component
from model.weights.gguf import read_gguf
from model.weights.sources import SMOLLM2
from model.weights.tokenizer import tokenizer_from_gguf
from model.weights.vocabulary import FREQUENT, WORDS_FILE
from training.rationales.grammar import write_rationale
from training.shipping.drafts import think_pieces

RATIONALES = 20_000
_SPREAD = 1.6
"""Standard deviation of the cues that are written about: every strength comes up."""


def write_words(console: Console) -> Path:
    """Write the list into the package; returns its path."""
    tokenizer = tokenizer_from_gguf(read_gguf(fetch_component(SMOLLM2, cache_dir())))
    needed = sorted({token for text in texts() for token in _tokens(tokenizer, text)})
    path = Path(model.weights.__path__[0]) / WORDS_FILE
    words = [str(tokenizer.id_to_token(token)) for token in needed if token >= FREQUENT]
    path.write_text("\n".join(words) + "\n", encoding="utf-8")
    console.print(f"{path}: {len(words)} tokens beyond the {FREQUENT} most frequent ones")
    return path


def texts() -> Iterator[str]:
    """Rationales about made-up measurements, and every word of the lexicon and the label sets."""
    emotions = sorted({label for labels in LABEL_SETS.values() for label in labels})
    rng = random.Random(0)
    for _ in range(RATIONALES):
        rationale = write_rationale(made_up(rng), emotion := rng.choice(emotions))
        yield from think_pieces(rationale, emotion)
    for emotion in emotions:
        yield from (emotion, f" {emotion}")
    yield from (PROMPT_START, PROMPT_END)
    yield from (*RAISED_WORDS, *LOWERED_WORDS, UNKNOWN_WORD)
    for entry in ENTRIES.values():
        for wording in entry.wordings:
            yield from (f" {noun.text}" for noun in (*wording.nouns, *entry.acts))
            yield from (f" {word}" for word in (*wording.raised, *wording.lowered))


def made_up(rng: random.Random) -> Evidence:
    """Measurements of a face, a voice, or both, one cue in five missing."""
    choices: tuple[tuple[Modality, ...], ...] = (("face",), ("voice",), ("face", "voice"))
    shown = rng.choice(choices)
    cues = {
        name: Cue(name, c.modality, 0.0, c.unit, 0.0, "person", rng.gauss(0, _SPREAD), 0.0, 1.0)
        for name, c in CUES.items()
        if c.modality in shown and rng.random() < 0.8
    }
    return Evidence(cues, frozenset(shown))


def _tokens(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids
