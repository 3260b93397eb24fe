"""The processor's batches: prompts with as many places as there are media tokens."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from model.layout import (  # noqa: E402
    ABSENT,
    ANSWER,
    CUE_COUNTS,
    MODALITIES,
    PLACEHOLDERS,
    STEP_COUNTS,
    THINK,
    token_count,
)
from model.network.modeling import MEDIA_INPUTS  # noqa: E402
from model.network.processing import prompt_text  # noqa: E402

from .tiny_omni import WIDTHS, tiny_omni, tiny_window  # noqa: E402


@pytest.fixture(scope="module")
def processor():
    return tiny_omni()[1]


@pytest.mark.parametrize("present", [MODALITIES, ("face",), ("voice",), ()])
def test_a_prompt_has_a_place_for_every_media_token(processor, present) -> None:
    text, ids = prompt_text(present), processor.ids(prompt_text(present))
    for m in MODALITIES:
        expected = (token_count(m), 0) if m in present else (0, 1)
        assert (text.count(PLACEHOLDERS[m]), text.count(ABSENT[m])) == expected
        places = processor.tokenizer.convert_tokens_to_ids([PLACEHOLDERS[m], ABSENT[m]])
        assert tuple(ids.count(place) for place in places) == expected


@pytest.mark.parametrize("weighs", [(" both", " face"), ()])
def test_a_batch_is_left_padded_and_ends_in_the_tag(processor, weighs: tuple[str, ...]) -> None:
    windows = [tiny_window(), tiny_window(["face"])]
    batch = processor(windows, weighs)
    lengths = batch["attention_mask"].sum(1)
    assert lengths[0] > lengths[1]
    for row, window in enumerate(windows):
        begun = (
            processor.ids(weighs[row]) + processor.ids(THINK) if weighs else processor.ids(ANSWER)
        )
        expected = processor.ids(prompt_text(list(window))) + begun
        assert batch["input_ids"][row, -lengths[row] :].tolist() == expected
        assert batch["attention_mask"][row, -lengths[row] :].all()
    padding = batch["input_ids"][1, : -lengths[1]]
    assert (padding == processor.tokenizer.pad_token_id).all()


def test_every_window_needs_its_word(processor) -> None:
    with pytest.raises(ValueError, match="shorter"):
        processor([tiny_window(), tiny_window()], [" face"])


def test_media_tensors_are_stacked_and_zero_where_absent(processor) -> None:
    windows = [tiny_window(["voice"], 1), tiny_window(seed=2)]
    tensors = processor.media_tensors(windows)
    assert set(tensors) == set(MEDIA_INPUTS)
    for m in MODALITIES:
        step, summary = WIDTHS[m]
        assert tensors[f"{m}_steps"].shape == (2, STEP_COUNTS[m], step)
        assert tensors[f"{m}_summary"].shape == (2, summary)
        assert tensors[f"{m}_cues"].shape == (2, CUE_COUNTS[m], 3)
        np.testing.assert_array_equal(tensors[f"{m}_cues"][1], windows[1][m].cues)
    assert tensors["face_present"].tolist() == [False, True]
    assert tensors["voice_present"].tolist() == [True, True]
    assert not tensors["face_steps"][0].any()


def test_it_survives_saving(processor, tmp_path) -> None:
    processor.save_pretrained(tmp_path)
    again = type(processor).from_pretrained(tmp_path)
    window = tiny_window()
    for name, values in processor([window]).items():
        assert torch.equal(again([window])[name], values), name
