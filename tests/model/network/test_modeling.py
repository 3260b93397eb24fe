"""The network keeps its promises to transformers, and looks at what is present only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from model.layout import CUE_COUNTS, MODALITIES, STEP_COUNTS  # noqa: E402
from model.network.modeling import (  # noqa: E402
    MEDIA_INPUTS,
    OmniForConditionalGeneration,
    register,
)
from model.runtime.contribution import fused_inputs  # noqa: E402

from .tiny_omni import WIDTHS, tiny_config, tiny_omni, tiny_window  # noqa: E402


@pytest.fixture(scope="module")
def tiny():
    return tiny_omni()


def logits(model: OmniForConditionalGeneration, batch: dict[str, torch.Tensor]) -> np.ndarray:
    with torch.inference_mode():
        return model(**batch).logits.numpy()


def test_a_saved_model_is_the_same_model(tiny, tmp_path: Path) -> None:
    model, processor = tiny
    model.save_pretrained(tmp_path)
    assert (tmp_path / "model.safetensors").is_file()
    again = OmniForConditionalGeneration.from_pretrained(tmp_path).eval()
    values = again.state_dict()
    assert values.keys() == model.state_dict().keys()
    assert all(torch.equal(value, values[name]) for name, value in model.state_dict().items())
    # MKL rounds by where a matrix happens to lie in memory, on AMD's processors at least.
    batch = processor([tiny_window()])
    np.testing.assert_allclose(logits(again, batch), logits(model, batch), atol=1e-5)
    assert again.lm_head.weight is again.model.language_model.embed_tokens.weight
    assert again.config.placeholder_ids == model.config.placeholder_ids


def test_auto_classes_know_it_once_registered(tiny, tmp_path: Path) -> None:
    register()
    register()  # twice does no harm
    tiny[0].save_pretrained(tmp_path)
    assert isinstance(transformers.AutoConfig.from_pretrained(tmp_path), type(tiny_config()))
    for kind in (transformers.AutoModelForCausalLM, transformers.AutoModelForMultimodalLM):
        assert isinstance(kind.from_pretrained(tmp_path), OmniForConditionalGeneration)


def test_media_are_read(tiny) -> None:
    model, processor = tiny
    batch = processor([tiny_window(seed=1)])
    before = logits(model, batch)
    for name in MEDIA_INPUTS:
        if not name.endswith("present"):
            changed = {**batch, name: batch[name] + 1.0}
            assert np.abs(logits(model, changed) - before).max() > 1e-3, name


@pytest.mark.parametrize("absent", MODALITIES)
def test_tensors_of_an_absent_modality_are_not_looked_at(tiny, absent: str) -> None:
    model, processor = tiny
    rest = [m for m in MODALITIES if m != absent]
    batch = processor([tiny_window(seed=1), tiny_window(rest, seed=2)])
    before = logits(model, batch)
    for part in ("steps", "summary", "cues"):
        batch[f"{absent}_{part}"][1] = 7.0
    np.testing.assert_array_equal(logits(model, batch), before)


def test_a_window_alone_and_left_padded_in_a_batch_are_read_alike(tiny) -> None:
    model, processor = tiny
    windows = [tiny_window(), tiny_window(["voice"]), tiny_window(["face"]), {}]
    batch = processor(windows)
    assert not batch["attention_mask"].bool().all()
    # Positions count from a row's first token, as `generate` counts them.
    batch["position_ids"] = (batch["attention_mask"].cumsum(1) - 1).clamp(min=0)
    together = logits(model, batch)
    for row, window in enumerate(windows):
        alone = logits(model, processor([window]))[0]
        np.testing.assert_allclose(together[row, -len(alone) :], alone, atol=1e-4)


@pytest.mark.parametrize("present", [MODALITIES, ("face",), ("voice",), ()])
def test_generation_with_and_without_a_cache_writes_the_same(tiny, writing, present) -> None:
    model, processor = tiny
    batch = processor([tiny_window(present, seed=3)])
    texts = [model.generate(**batch, **writing, use_cache=cached) for cached in (True, False)]
    assert texts[0].shape[1] > batch["input_ids"].shape[1]
    assert texts[0].tolist() == texts[1].tolist()


def test_batched_generation_writes_what_each_window_alone_gets(tiny, writing) -> None:
    model, processor = tiny
    windows = [tiny_window(seed=4), tiny_window(["face"], seed=5)]
    options = {**writing, "eos_token_id": None}
    batch = processor(windows)
    together = model.generate(**batch, **options)[:, batch["input_ids"].shape[1] :]
    for row, window in enumerate(windows):
        alone = processor([window])
        written = model.generate(**alone, **options)[0, alone["input_ids"].shape[1] :]
        assert together[row].tolist() == written.tolist()


@pytest.mark.parametrize("present", [("face", "voice"), ("voice",), ()])
def test_the_fused_token_mixes_the_emotions_by_what_the_trunks_say(tiny, present) -> None:
    model, processor = tiny[0].model, tiny[1]
    batch = processor([tiny_window(present)])
    with torch.no_grad():
        embeds = model.embed(batch["input_ids"], {n: batch[n] for n in MEDIA_INPUTS})
        product = torch.ones(len(model.config.classes))
        for modality in present:
            product *= model.projectors[modality].trunk(batch[f"{modality}_summary"])[0].softmax(0)
        said = {
            m: model.projectors[m].trunk(batch[f"{m}_summary"])[0].log_softmax(0).double().numpy()
            for m in present
        }
        told = fused_inputs(said, len(product))
        np.testing.assert_allclose(told, product / product.sum(), rtol=1e-5)
        expected = torch.from_numpy(told).float() @ model.fused.weight.T
    (place,) = (batch["input_ids"][0] == model.config.fused_id).nonzero()
    torch.testing.assert_close(embeds[0, place[0]], expected)


@pytest.fixture(scope="module")
def writing(tiny) -> dict[str, object]:
    """Greedy, and without the tokens that stand for media, which a trained model never writes."""
    config = tiny[0].config
    media = [*config.placeholder_ids.values(), *config.absent_ids.values(), config.fused_id]
    return {"max_new_tokens": 8, "do_sample": False, "suppress_tokens": media}


def labelled(batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The batch with the last four tokens to be learned."""
    labels = torch.full_like(batch["input_ids"], -100)
    labels[:, -4:] = batch["input_ids"][:, -4:]
    return {**batch, "labels": labels}


def test_loss_is_the_weighted_mean_over_learned_tokens(tiny) -> None:
    model, processor = tiny
    batch = labelled(processor([tiny_window(seed=1), tiny_window(seed=2)]))
    weights = torch.rand(batch["input_ids"].shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        learned = model(**batch, token_weights=weights)
        plain = model(**batch).loss
        everything = model(**{n: v for n, v in batch.items() if n != "labels"}).logits
    log_probabilities = everything[:, -5:-1].log_softmax(-1)
    losses = -log_probabilities.gather(2, batch["input_ids"][:, -4:, None])[..., 0]
    expected = (losses * weights[:, -4:]).sum() / weights[:, -4:].sum()
    assert learned.loss.item() == pytest.approx(expected.item(), rel=1e-5)
    assert plain.item() == pytest.approx(losses.mean().item(), rel=1e-5)
    assert learned.logits.shape == (8, model.config.text_config.vocab_size)


def test_only_the_last_logits_are_computed_on_request(tiny) -> None:
    model, processor = tiny
    batch = processor([tiny_window()])
    last = logits(model, {**batch, "logits_to_keep": 2})
    np.testing.assert_allclose(last, logits(model, batch)[:, -2:], atol=1e-5)


def test_placeholders_without_media_are_refused(tiny) -> None:
    model, processor = tiny
    batch = processor([tiny_window()])
    with pytest.raises(ValueError, match="face"):
        model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"])
    with pytest.raises(ValueError, match="voice"):
        model(**{**batch, "voice_present": torch.tensor([False])})


def test_media_without_their_placeholders_are_refused(tiny) -> None:
    model, processor = tiny
    batch = processor([tiny_window(["voice"])])
    given = processor([tiny_window()])
    face = {name: given[name] for name in MEDIA_INPUTS if name.startswith("face")}
    with pytest.raises(ValueError, match="face"):
        model(**{**batch, **face})


def test_media_of_one_window_never_reach_another(tiny) -> None:
    model, processor = tiny
    batch = processor([tiny_window(seed=1), tiny_window(["voice"], seed=2)])
    batch["face_present"] = torch.tensor([False, True])  # as many tokens as places, but astray
    with pytest.raises(ValueError, match="face"):
        model(**batch)


def test_one_placeholder_too_few_is_refused(tiny) -> None:
    model, processor = tiny
    batch = processor([tiny_window()])
    places = (batch["input_ids"][0] == model.config.placeholder_ids["voice"]).nonzero()
    batch["input_ids"][0, places[0]] = 20
    with pytest.raises(ValueError, match="voice"):
        model(**batch)


def test_gradients_reach_projectors_and_absent_embeddings(tiny) -> None:
    model, processor = tiny
    batch = labelled(processor([tiny_window(), tiny_window(["voice"])]))
    model.zero_grad()
    model(**batch).loss.backward()
    gradients = {name: p.grad for name, p in model.model.named_parameters()}
    for modality in MODALITIES:
        assert gradients[f"projectors.{modality}.cue_name"].abs().sum() > 0
    assert gradients["absent.weight"].abs().sum(1).tolist()[0] > 0
    assert gradients["absent.weight"].abs().sum(1).tolist()[1] == 0  # every window has a voice
    model.zero_grad()


def test_projectors_have_the_layouts_sizes(tiny) -> None:
    for modality, projector in tiny[0].model.projectors.items():
        assert projector.step_position.shape == (STEP_COUNTS[modality], 64)
        assert projector.cue_name.shape == (CUE_COUNTS[modality], 64)
        assert projector.step_in.in_features == WIDTHS[modality][0]
