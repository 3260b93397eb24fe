"""Untrained media tokens are words already: the emotions' names, and cues with their levels."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from model.claims.lexicon import said_nouns  # noqa: E402
from model.cues import modality_cues  # noqa: E402
from model.layout import MODALITIES, STEP_COUNTS  # noqa: E402
from model.network.word_tokens import (  # noqa: E402
    LOWERED_WORDS,
    RAISED_WORDS,
    UNKNOWN_WORD,
    begin_with_words,
)

from .tiny_omni import CLASSES, WIDTHS, tiny_omni  # noqa: E402


@pytest.fixture(scope="module")
def begun():
    model, processor = tiny_omni()
    begin_with_words(model, processor.tokenizer)
    return model, processor


def embedding(begun, text: str) -> torch.Tensor:
    model, processor = begun
    ids = processor.tokenizer(text, add_special_tokens=False)["input_ids"]
    return model.lm_head.weight.detach()[torch.tensor(ids)].mean(0)


def tokens(begun, modality: str, cues: torch.Tensor) -> torch.Tensor:
    step_width, summary_width = WIDTHS[modality]
    projector = begun[0].model.projectors[modality]
    with torch.inference_mode():
        steps = torch.zeros(1, STEP_COUNTS[modality], step_width)
        return projector(steps, torch.zeros(1, summary_width), cues)[0][0]


@pytest.mark.parametrize("modality", MODALITIES)
def test_a_sure_summary_is_the_emotions_name(begun, modality: str) -> None:
    projector = begun[0].model.projectors[modality]
    for index, emotion in enumerate(CLASSES):
        sure = projector.summary_out(torch.eye(len(CLASSES))[index])
        torch.testing.assert_close(sure.detach(), embedding(begun, f" {emotion}"))


@pytest.mark.parametrize(
    ("deviation", "measured", "word"),
    [
        (0.0, 1.0, RAISED_WORDS[0]), (0.7, 1.0, RAISED_WORDS[1]), (1.0, 1.0, RAISED_WORDS[2]),
        (3.0, 1.0, RAISED_WORDS[3]), (-0.7, 1.0, LOWERED_WORDS[1]), (-1.0, 1.0, LOWERED_WORDS[2]),
        (-3.0, 1.0, LOWERED_WORDS[3]), (0.0, 0.0, UNKNOWN_WORD),
    ],
)  # fmt: skip
def test_a_cue_is_its_name_and_its_level(begun, deviation, measured, word) -> None:
    names = modality_cues("voice")
    cues = torch.zeros(1, len(names), 3)
    cues[0, 2] = torch.tensor([deviation, measured, 0.0])
    cues[0, :2, 0], cues[0, :2, 1] = 4.0, 1.0  # two that stand before it
    cues[0, 3:, 1] = 0.0
    token = tokens(begun, "voice", cues)[1 + STEP_COUNTS["voice"] + 2]
    name = embedding(begun, f" {next(iter(said_nouns(names[2])))}")
    words = {*RAISED_WORDS, *LOWERED_WORDS, UNKNOWN_WORD}
    near = {w: float(torch.cosine_similarity(token, name + embedding(begun, w), 0)) for w in words}
    assert near[word] == max(near.values())
    assert near[word] > 0.9
