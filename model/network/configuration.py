"""`OmniConfig`: one configuration class for every size of the network."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

from transformers import LlamaConfig, PretrainedConfig


class OmniConfig(PretrainedConfig):
    """Configuration of `OmniForConditionalGeneration`.

    Attributes:
        text_config: the language model's own configuration (Llama-shaped).
        face_step_width, face_summary_width: widths of a frame's vector and of the face's summary.
        voice_step_width, voice_summary_width: the same for the voice.
        hidden: width inside the projectors.
        classes: emotions that the projectors' own classifiers tell apart, in this order.
        token_scale: root mean square of the language model's embeddings.
        placeholder_ids, absent_ids: token ids that stand for a present and an absent modality.
        fused_id: token id that stands for what all present modalities say together.
    """

    model_type = "r1_omni"
    sub_configs = {"text_config": LlamaConfig}  # noqa: RUF012 - transformers' own convention
    auto_map: ClassVar[dict[str, str]] = {}  # TRL reads it; None would make it fail

    text_config: dict[str, Any] | LlamaConfig | None = None
    face_step_width: int = 254
    face_summary_width: int = 295
    voice_step_width: int = 512
    voice_summary_width: int = 1050
    hidden: int = 256
    classes: list[str] | tuple[str, ...] = ()
    token_scale: float = 0.1
    placeholder_ids: dict[str, int] = dataclasses.field(default_factory=dict)
    absent_ids: dict[str, int] = dataclasses.field(default_factory=dict)
    fused_id: int = -1
    tie_word_embeddings: bool = True

    @property
    def text(self) -> LlamaConfig:
        """`text_config`, which is always a configuration once built."""
        assert isinstance(self.text_config, LlamaConfig)
        return self.text_config

    def __post_init__(self, **kwargs: Any) -> None:
        if not isinstance(self.text_config, LlamaConfig):
            self.text_config = LlamaConfig(**(self.text_config or {}))
        super().__post_init__(**kwargs)
