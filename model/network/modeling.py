"""`OmniForConditionalGeneration`: projectors in front of a Llama-shaped language model.

The language model keeps the int4 grid's values (`model.weights.grid`) and learns through LoRA only:
what is trained is what is shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, GenerationMixin, LlamaModel, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutputWithPast

from model.cues import Modality
from model.layout import CUE_COUNTS, MODALITIES, STEP_COUNTS, token_count
from model.network.configuration import OmniConfig
from model.network.projector import Projector

MEDIA_INPUTS = (
    "face_steps", "face_summary", "face_cues", "face_present",
    "voice_steps", "voice_summary", "voice_cues", "voice_present",
)  # fmt: skip
"""Tensors of a batch beside its ids: (n, steps, width), (n, width), (n, cues, 3), bool (n,)."""


def fused_inputs(face: Tensor, voice: Tensor) -> Tensor:
    """What the fused token is made of, (n, classes): the normalised product of the beliefs.

    Args:
        face, voice: the trunks' log-probabilities (n, classes), uniform where one is absent.
    """
    return (face + voice).softmax(-1)


class OmniModel(PreTrainedModel):
    """The backbone: ids and media in, last hidden state out."""

    config_class = OmniConfig
    base_model_prefix = "model"
    _no_split_modules = ("LlamaDecoderLayer",)
    _supports_sdpa = True

    def __init__(self, config: OmniConfig) -> None:
        super().__init__(config)
        self.language_model = LlamaModel(config.text)
        self.projectors = nn.ModuleDict({m: self._projector(config, m) for m in MODALITIES})
        self.absent = nn.Embedding(len(MODALITIES), config.text.hidden_size)
        self.fused = nn.Linear(len(config.classes), config.text.hidden_size, bias=False)
        self.post_init()

    @staticmethod
    def _projector(config: OmniConfig, modality: Modality) -> Projector:
        return Projector(
            getattr(config, f"{modality}_step_width"),
            getattr(config, f"{modality}_summary_width"),
            STEP_COUNTS[modality],
            CUE_COUNTS[modality],
            config.hidden,
            len(config.classes),
            config.text.hidden_size,
            config.token_scale,
        )

    def get_input_embeddings(self) -> nn.Module:
        return self.language_model.embed_tokens

    def set_input_embeddings(self, value: nn.Module) -> None:
        self.language_model.embed_tokens = value

    def embed(self, input_ids: Tensor, media: Mapping[str, Tensor | None]) -> Tensor:
        """Token embeddings (n, length, width) with the media tokens put in their places.

        Rows of a modality's tensors whose `…_present` is false are not looked at; those rows of
        `input_ids` hold the single absent token instead of the placeholders. The fused token is the
        mixture of the emotions' embeddings by the normalised product of the trunks' probabilities.
        """
        embeds = self.get_input_embeddings()(input_ids)
        silent = torch.zeros(len(input_ids), len(self.config.classes), device=embeds.device)
        said = dict.fromkeys(MODALITIES, silent.log_softmax(-1))
        for index, modality in enumerate(MODALITIES):
            absent = input_ids == self.config.absent_ids[modality]
            embeds = torch.where(
                absent.unsqueeze(-1), self.absent.weight[index].to(embeds.dtype), embeds
            )
            present = media.get(f"{modality}_present")
            places = input_ids == self.config.placeholder_ids[modality]
            given = torch.zeros_like(places[:, 0]) if present is None else present
            # Media fill places in order: one too many or too few would shift another window's.
            if not torch.equal(places.sum(1), given.long() * token_count(modality)):
                raise ValueError(f"the prompt's {modality} tokens do not fit the {modality} given")
            inputs = [media.get(f"{modality}_{part}") for part in ("steps", "summary", "cues")]
            # Without rows, too: where processes share a projector out, all of them have to read it.
            rows = [value[given] for value in inputs if value is not None]
            if not rows:
                continue
            tokens, scores = self.projectors[modality](*rows)
            said[modality] = said[modality].index_put(
                (given.nonzero().squeeze(1),), scores.float().log_softmax(-1)
            )
            embeds = embeds.masked_scatter(places.unsqueeze(-1), tokens.to(embeds.dtype))
        told = fused_inputs(said["face"], said["voice"])
        fused = self.fused(told.to(embeds.dtype)).unsqueeze(1)
        return torch.where((input_ids == self.config.fused_id).unsqueeze(-1), fused, embeds)

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        face_steps: Tensor | None = None,
        face_summary: Tensor | None = None,
        face_cues: Tensor | None = None,
        face_present: Tensor | None = None,
        voice_steps: Tensor | None = None,
        voice_summary: Tensor | None = None,
        voice_cues: Tensor | None = None,
        voice_present: Tensor | None = None,
        **kwargs: Any,
    ) -> Any:
        if inputs_embeds is None:
            assert input_ids is not None, "ids or embeddings are needed"
            media = {
                "face_steps": face_steps, "face_summary": face_summary,
                "face_cues": face_cues, "face_present": face_present,
                "voice_steps": voice_steps, "voice_summary": voice_summary,
                "voice_cues": voice_cues, "voice_present": voice_present,
            }  # fmt: skip
            inputs_embeds = self.embed(input_ids, media)
        return self.language_model(
            inputs_embeds=inputs_embeds, attention_mask=attention_mask, **kwargs
        )


class OmniForConditionalGeneration(PreTrainedModel, GenerationMixin):
    """The whole network; media tensors are named in `MEDIA_INPUTS` and go in by name."""

    config_class = OmniConfig
    base_model_prefix = "model"
    _tied_weights_keys = {  # noqa: RUF012 - transformers' own convention
        "lm_head.weight": "model.language_model.embed_tokens.weight"
    }
    _no_split_modules = ("LlamaDecoderLayer",)
    _supports_sdpa = True

    def __init__(self, config: OmniConfig) -> None:
        super().__init__(config)
        self.model = OmniModel(config)
        text = config.text
        self.lm_head = nn.Linear(text.hidden_size, text.vocab_size, bias=False)
        self.post_init()

    def get_input_embeddings(self) -> nn.Module:
        return self.model.get_input_embeddings()

    def set_input_embeddings(self, value: nn.Module) -> None:
        self.model.set_input_embeddings(value)

    def get_output_embeddings(self) -> nn.Module:
        return self.lm_head

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        token_weights: Tensor | None = None,
        logits_to_keep: int | Tensor = 0,
        **kwargs: Any,
    ) -> CausalLMOutputWithPast:
        """Predict the next token.

        With `labels` (n, length; -100 where nothing is learned, not shifted) the loss is the mean
        cross-entropy, weighted by `token_weights` (n, length) if given, and the logits are those of
        the learned positions only, (learned, vocabulary).
        """
        outputs = self.model(input_ids=input_ids, attention_mask=attention_mask, **kwargs)
        hidden = outputs.last_hidden_state
        loss = None
        if labels is not None:
            # The 49k-wide head only where a token is learned: on a CPU that is half of a step.
            learned = labels[:, 1:] != -100
            logits = self.lm_head(hidden[:, :-1][learned])
            losses = nn.functional.cross_entropy(
                logits.float(), labels[:, 1:][learned], reduction="none"
            )
            weights = (
                losses.new_ones(()) if token_weights is None else token_weights[:, 1:][learned]
            )
            loss = (losses * weights).sum() / weights.expand_as(losses).sum()
        else:
            keep = (
                slice(-logits_to_keep, None) if isinstance(logits_to_keep, int) else logits_to_keep
            )
            logits = self.lm_head(hidden[:, keep])
        return CausalLMOutputWithPast(loss=loss, logits=logits, cache=outputs.cache)

    def prepare_inputs_for_generation(
        self,
        input_ids: Tensor,
        face_steps: Tensor | None = None,
        face_summary: Tensor | None = None,
        face_cues: Tensor | None = None,
        face_present: Tensor | None = None,
        voice_steps: Tensor | None = None,
        voice_summary: Tensor | None = None,
        voice_cues: Tensor | None = None,
        voice_present: Tensor | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Media enter with the prompt; later steps find them in the cache, if there is one.

        They are named one by one because `generate` refuses what no signature names. A later step
        is of words alone: embedded here, it asks no question of the values in `forward`, which can
        then be compiled whole.
        """
        media = (
            face_steps, face_summary, face_cues, face_present,
            voice_steps, voice_summary, voice_cues, voice_present,
        )  # fmt: skip
        inputs: dict[str, Any] = super().prepare_inputs_for_generation(input_ids, **kwargs)
        if kwargs.get("is_first_iteration", False) or not kwargs.get("use_cache", True):
            inputs.update(zip(MEDIA_INPUTS, media, strict=True))
        else:
            inputs["inputs_embeds"] = self.get_input_embeddings()(inputs["input_ids"])
            inputs["input_ids"] = None
        return inputs


def register() -> None:
    """Make the classes known to transformers' Auto classes."""
    from transformers import AutoConfig, AutoModelForMultimodalLM, AutoProcessor

    from model.network.processing import OmniProcessor

    AutoConfig.register(OmniConfig.model_type, OmniConfig, exist_ok=True)
    AutoModelForCausalLM.register(OmniConfig, OmniForConditionalGeneration, exist_ok=True)
    AutoModelForMultimodalLM.register(OmniConfig, OmniForConditionalGeneration, exist_ok=True)
    AutoProcessor.register(OmniConfig, OmniProcessor, exist_ok=True)
