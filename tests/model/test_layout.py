"""The layout's numbers agree with what they count."""

from __future__ import annotations

from model.cues import FACE_CUES, VOICE_CUES
from model.features import FRAMES, SEGMENTS
from model.layout import (
    ABSENT,
    END_OF_TURN,
    FUSED,
    MEDIA_WORDS,
    MODALITIES,
    PLACEHOLDERS,
    PROMPT_END,
    PROMPT_START,
    token_count,
)


def test_a_modality_has_a_summary_its_steps_and_its_cues() -> None:
    assert token_count("face") == 1 + FRAMES + len(FACE_CUES)
    assert token_count("voice") == 1 + SEGMENTS + len(VOICE_CUES)


def test_tokens_that_stand_for_media_are_all_different() -> None:
    assert {*PLACEHOLDERS.values(), *ABSENT.values(), FUSED} == set(MEDIA_WORDS)
    assert len(set(MEDIA_WORDS)) == len(MEDIA_WORDS) == 2 * len(MODALITIES) + 1
    assert not any(token in PROMPT_START + PROMPT_END for token in MEDIA_WORDS)


def test_the_turns_of_the_prompt_are_opened_and_closed() -> None:
    assert PROMPT_START.startswith("<|im_start|>user\n")
    assert f"{END_OF_TURN}\n<|im_start|>assistant\n" == PROMPT_END
