"""Prompts are those that the network was trained on; tags are never shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.labels import LABEL_SETS
from model.layout import (
    ABSENT,
    ANSWER,
    END_THINK,
    FUSED,
    MODALITIES,
    PLACEHOLDERS,
    token_count,
)
from model.runtime.prompt import Prompts, RationaleStream, read_answer
from model.runtime.responder import subsets_of

from ..tiny_tokenizer import tiny_tokenizer

WIDTH = 4
TOKENS = {
    m: np.full((token_count(m), WIDTH), 10.0 * (i + 1), np.float32)
    + np.arange(token_count(m), dtype=np.float32)[:, None] / 100
    for i, m in enumerate(MODALITIES)
}
FUSED_ROWS = np.array([[7.0] * WIDTH, [8.0] * WIDTH], np.float32)
ABSENT_ROWS = np.array([[1.0] * WIDTH, [2.0] * WIDTH], np.float32)


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Prompts:
    path: Path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    tiny_tokenizer().save(str(path))
    return Prompts(path, ABSENT_ROWS)


@pytest.mark.parametrize("shown", subsets_of(MODALITIES))
def test_prompt_is_the_one_that_torch_reads(prompts: Prompts, shown: frozenset[str]) -> None:
    pytest.importorskip("torch")
    from model.network.processing import prompt_text

    ids = np.concatenate(prompts.prompt(TOKENS, shown))
    media = prompts.media(TOKENS, FUSED_ROWS)
    stands_for = [ABSENT[m] for m in MODALITIES]
    stands_for += [PLACEHOLDERS[m] for m in MODALITIES for _ in TOKENS[m]]
    stands_for += [FUSED] * len(FUSED_ROWS)
    placeholder_ids = [prompts.ids(token)[0] for token in stands_for]
    assert len(media) == len(placeholder_ids)
    as_torch = [i if i >= 0 else placeholder_ids[-1 - i] for i in ids.tolist()]
    assert as_torch == prompts.ids(prompt_text([m for m in MODALITIES if m in shown]))


@pytest.mark.parametrize("shown", subsets_of(MODALITIES))
def test_every_place_holds_its_own_row(prompts: Prompts, shown: frozenset[str]) -> None:
    ids = np.concatenate(prompts.prompt(TOKENS, shown, 1))
    rows = prompts.media(TOKENS, FUSED_ROWS)[-1 - ids[ids < 0]]
    expected = [
        TOKENS[m] if m in shown else ABSENT_ROWS[[index]] for index, m in enumerate(MODALITIES)
    ]
    np.testing.assert_array_equal(rows, np.concatenate([*expected, FUSED_ROWS[[1]]]))


def test_prompts_that_show_the_same_begin_alike(prompts: Prompts) -> None:
    both, face, voice = (
        prompts.prompt(TOKENS, shown, row)
        for row, shown in enumerate((MODALITIES, ["face"], ["voice"]))
    )
    assert both[0] == face[0] == voice[0] == prompts.start
    assert both[1] == face[1] != voice[1]
    assert both[2] == voice[2] != face[2]
    assert len({tuple(parts[3]) for parts in (both, face, voice)}) == 3


def test_a_window_with_one_modality_has_that_ones_rows_only(prompts: Prompts) -> None:
    voice = {"voice": TOKENS["voice"]}
    np.testing.assert_array_equal(
        prompts.media(voice, FUSED_ROWS), np.concatenate([ABSENT_ROWS, TOKENS["voice"], FUSED_ROWS])
    )
    ids = np.concatenate(prompts.prompt(voice, ["voice"]))
    assert (-1 - ids[ids < 0]).tolist() == [0, *range(2, 3 + token_count("voice"))]


def test_a_label_is_its_own_tokens_and_begins_no_other(prompts: Prompts) -> None:
    assert prompts.text(prompts.label("happy")) == "happy"
    ids = [tuple(prompts.label(label)) for label in {x for s in LABEL_SETS.values() for x in s}]
    assert not any(a != b and b[: len(a)] == a for a in ids for b in ids)
    assert prompts.text(prompts.answer) == ANSWER


def test_tokens_of_the_turn_are_not_text(prompts: Prompts) -> None:
    assert prompts.text([prompts.end_of_turn, *prompts.ids("calm")]) == "calm"


PIECES = st.sampled_from(
    ["a", " smile", ".", "<", "</", "</th", "<think>", "think>", "/", ">", "é"]
)
RATIONALES = st.lists(PIECES, max_size=12).map("".join)


@given(RATIONALES, RATIONALES, st.lists(st.integers(0, 80), max_size=20))
def test_no_part_of_the_closing_tag_is_ever_shown(body: str, rest: str, cuts: list[int]) -> None:
    text = body + END_THINK + rest
    body = text.partition(END_THINK)[0]
    stream, shown = RationaleStream(), ""
    for cut in [*sorted(cuts), len(text)]:
        shown += stream.push(text[:cut])
        assert body.startswith(shown)
        assert stream.closed == (END_THINK in text[:cut])
    assert shown == body
    assert stream.text == body.strip()


@given(RATIONALES, st.lists(st.integers(0, 60), max_size=20))
def test_an_unclosed_rationale_is_shown_but_for_what_may_be_its_tag(
    text: str, cuts: list[int]
) -> None:
    while END_THINK in text:
        text = text.replace(END_THINK, "")
    stream = RationaleStream()
    shown = "".join(stream.push(text[:cut]) for cut in [*sorted(cuts), len(text)])
    assert text.startswith(shown)
    assert END_THINK.startswith(text[len(shown) :])
    assert not stream.closed


def test_half_a_character_waits_for_its_other_half() -> None:
    stream = RationaleStream()
    assert [stream.push(text) for text in ("caf", "caf�", "café", "café </", "café <b")] == [
        "caf", "", "é", " ", "<b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("a smile</think><answer>happy</answer>", "happy"),
        ("a smile</think>\n<answer> happy </answer><answer>sad</answer>", "happy"),
        ("a smile</think><answer>hap", "hap"),
        ("a smile</think>happy", ""),
        ("<answer>happy</answer>", ""),
        ("<answer>happy</answer></think><answer>sad</answer>", "sad"),
        ("", ""),
    ],
)
def test_the_answer_is_what_follows_the_rationale(written: str, answer: str) -> None:
    assert read_answer(written) == answer
