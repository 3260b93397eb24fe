"""The prompt and the widths of the network's inputs: what torch, ONNX and the processor agree on.

    <|im_start|>user
    {INSTRUCTION}{face tokens}{voice tokens}{fused token}<|im_end|>
    <|im_start|>assistant
    <answer>label</answer>                              the direct form
     word<think>rationale</think><answer>label</answer>     the think form

The word tells how much face and voice weigh in the direct answer (`model.weighing`). Both forms
share the prompt, so one prefill serves both. The instruction comes first: its part of
the key-value cache is the same for every window.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.cues import FACE_CUES, VOICE_CUES, Modality
from model.features import FRAMES, SEGMENTS

INSTRUCTION = "Which emotion do the face and the voice show?\n"
PROMPT_START = f"<|im_start|>user\n{INSTRUCTION}"
PROMPT_END = "<|im_end|>\n<|im_start|>assistant\n"
THINK, END_THINK, ANSWER, END_ANSWER = "<think>", "</think>", "<answer>", "</answer>"
END_OF_TURN = "<|im_end|>"

# Reserved tokens of SmolLM2's vocabulary that stand for media and never occur in text.
PLACEHOLDERS: dict[Modality, str] = {"face": "<jupyter_start>", "voice": "<jupyter_text>"}
ABSENT: dict[Modality, str] = {"face": "<jupyter_code>", "voice": "<jupyter_output>"}
FUSED = "<jupyter_script>"
"""Stands for what the trunks of all present modalities say together."""
MEDIA_WORDS = (*PLACEHOLDERS.values(), *ABSENT.values(), FUSED)

CUE_COUNTS: dict[Modality, int] = {"face": len(FACE_CUES), "voice": len(VOICE_CUES)}
STEP_COUNTS: dict[Modality, int] = {"face": FRAMES, "voice": SEGMENTS}
MODALITIES: tuple[Modality, ...] = ("face", "voice")


def token_count(modality: Modality) -> int:
    """Media tokens of a present modality: one summary, one a step, one a cue."""
    return 1 + STEP_COUNTS[modality] + CUE_COUNTS[modality]


@dataclass(frozen=True)
class Widths:
    """Widths of one modality's inputs: of a step's vector and of the summary."""

    step: int
    summary: int
