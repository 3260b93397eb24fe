"""The responder on a tiny random language model: the same questions, the same answers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from model.bundle import Bundle, label_sets
from model.export.decoder_graph import write_decoder
from model.export.network_graphs import write_projector
from model.layout import (
    ANSWER,
    CUE_COUNTS,
    END_ANSWER,
    END_THINK,
    FUSED,
    MODALITIES,
    PLACEHOLDERS,
    STEP_COUNTS,
    THINK,
)
from model.processing import MediaInputs
from model.runtime import responder as module
from model.runtime.contribution import contributions
from model.runtime.decoder import Decoder
from model.runtime.responder import Responder, subsets_of
from model.runtime.scoring import log_softmax
from model.weighing import weight_word

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from model.network.modeling import fused_inputs  # noqa: E402
from model.network.projector import Projector  # noqa: E402

from ..export.tiny_decoder import SHAPE, make_tiny_decoder  # noqa: E402
from ..tiny_tokenizer import tiny_tokenizer  # noqa: E402

LABELS = ("angry", "happy", "sad")
WIDTHS = {"face": (6, 10), "voice": (5, 12)}
FLOAT32_ACTIVATIONS = 1
NOTHING, FACE, VOICE = frozenset[str](), frozenset(("face",)), frozenset(("voice",))
BOTH = FACE | VOICE


def projector(modality: str) -> Projector:
    torch.manual_seed(len(modality))
    step, summary = WIDTHS[modality]
    return Projector(
        step, summary, STEP_COUNTS[modality], CUE_COUNTS[modality], hidden=16, classes=3,
        tokens_width=SHAPE.hidden_size, scale=0.3,
    ).eval()  # fmt: skip


def emotions() -> np.ndarray:
    """Embeddings of the three emotions."""
    return np.random.default_rng(4).normal(0, 0.3, (3, SHAPE.hidden_size)).astype(np.float32)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder: Path = tmp_path_factory.mktemp("bundle")
    tiny = make_tiny_decoder()
    write_decoder(folder / "decoder.onnx", SHAPE, tiny.base, tiny.lora,
                  accuracy_level=FLOAT32_ACTIVATIONS)  # fmt: skip
    for m in MODALITIES:
        weights = {name: value.numpy() for name, value in projector(m).state_dict().items()}
        write_projector(folder / f"projector_{m}.onnx", weights)
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    absent = np.random.default_rng(3).normal(0, 0.3, (2, SHAPE.hidden_size))
    np.save(folder / "absent.npy", absent.astype(np.float32))
    np.save(folder / "fused.npy", emotions())
    return Bundle(
        folder=folder, files={}, model_version="tiny", classes=list(LABELS),
        label_sets=label_sets(), temperature=1.0, unsure_below=0.4, levels=[1], versions={},
    )  # fmt: skip


@pytest.fixture(scope="module")
def responder(bundle: Bundle) -> Responder:
    return Responder(bundle, threads=1)


@pytest.fixture(autouse=True)
def _short_rationales(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_NEW_TOKENS", 12)


def window(*present: str, seed: int = 0) -> dict[str, MediaInputs]:
    rng = np.random.default_rng(seed)

    def normal(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(np.float32)

    whole = {
        m: MediaInputs(
            normal(STEP_COUNTS[m], WIDTHS[m][0]), normal(WIDTHS[m][1]), normal(CUE_COUNTS[m], 3)
        )
        for m in MODALITIES
    }
    return {m: whole[m] for m in present}


def test_subsets_come_smallest_first_and_the_whole_last() -> None:
    assert subsets_of(["face", "voice"]) == [NOTHING, FACE, VOICE, BOTH]
    assert subsets_of(["voice"]) == [NOTHING, VOICE]
    assert subsets_of([]) == [NOTHING]


def test_probabilities_over_the_labels_sum_to_one_for_every_subset(responder) -> None:
    answer = responder.respond(window("face", "voice"), LABELS, direct=True)
    assert list(answer.log_probabilities) == [NOTHING, FACE, VOICE, BOTH]
    for values in answer.log_probabilities.values():
        assert values.shape == (len(LABELS),)
        assert np.exp(values).sum() == pytest.approx(1.0)
    assert answer.whole is answer.log_probabilities[BOTH]
    assert (answer.rationale, answer.rationale_emotion) == ("", None)


def test_what_is_measured_reaches_the_answer(responder) -> None:
    answer = responder.respond(window("face", "voice"), LABELS, direct=True)
    other = responder.respond(window("face", "voice", seed=9), LABELS, direct=True)
    assert np.abs(answer.whole - other.whole).max() > 0.01
    np.testing.assert_allclose(
        answer.log_probabilities[NOTHING], other.log_probabilities[NOTHING], atol=1e-4
    )


def test_a_rationale_leaves_the_probabilities_alone(responder) -> None:
    media = window("face", "voice")
    direct = responder.respond(media, LABELS, direct=True)
    think = responder.respond(media, LABELS)
    again = responder.respond(media, LABELS, direct=True)
    for shown, values in direct.log_probabilities.items():
        np.testing.assert_array_equal(think.log_probabilities[shown], values)
        np.testing.assert_array_equal(again.log_probabilities[shown], values)


@pytest.mark.parametrize("direct", [False, True])
def test_the_answer_is_told_once_and_before_any_word(responder, direct: bool) -> None:
    told: list[object] = []
    answer = responder.respond(
        window("face", "voice"), LABELS, direct, on_text=told.append, on_answer=told.append
    )
    np.testing.assert_array_equal(told[0], answer.whole)
    assert "".join(map(str, told[1:])) == answer.rationale


def test_a_twin_answers_while_a_rationale_is_written(responder) -> None:
    media, twin = window("face", "voice"), responder.twin()
    alone, meanwhile = responder.respond(media, LABELS), []
    answer = responder.respond(
        media, LABELS, on_text=lambda _: meanwhile.append(twin.respond(media, LABELS, direct=True))
    )
    assert answer.rationale == alone.rationale
    for other in meanwhile:
        np.testing.assert_array_equal(other.whole, alone.whole)


def test_without_contributions_only_the_whole_is_scored(responder) -> None:
    media = window("face", "voice")
    alone = responder.respond(media, LABELS, direct=True, contribution=False)
    assert list(alone.log_probabilities) == [BOTH]
    every = responder.respond(media, LABELS, direct=True)
    np.testing.assert_allclose(alone.whole, every.whole, atol=1e-4)


@pytest.mark.parametrize("present", MODALITIES)
def test_an_absent_modality_is_like_one_that_is_not_shown(responder, present: str) -> None:
    both = responder.respond(window("face", "voice"), LABELS, direct=True)
    one = responder.respond(window(present), LABELS)
    assert list(one.log_probabilities) == [NOTHING, frozenset((present,))]
    for shown, values in one.log_probabilities.items():
        np.testing.assert_allclose(values, both.log_probabilities[shown], atol=1e-4)


def test_the_temperature_divides_the_scores(bundle, responder) -> None:
    media = window("face", "voice")
    cold = responder.respond(media, LABELS, direct=True).whole
    warm = Responder(dataclasses.replace(bundle, temperature=2.0), threads=1)
    expected = log_softmax((cold / 2.0).astype(np.float32))
    np.testing.assert_allclose(warm.respond(media, LABELS, direct=True).whole, expected, atol=1e-4)


def test_labels_are_scored_as_torch_scores_them(bundle, responder) -> None:
    from model.network.processing import prompt_text

    media, tiny, tokenizer = window("face", "voice"), make_tiny_decoder(), tiny_tokenizer()
    with torch.no_grad():
        both = [
            projector(m)(*(torch.from_numpy(value)[None] for value in
                           (media[m].steps, media[m].summary, media[m].cues)))
            for m in MODALITIES
        ]  # fmt: skip
        rows = [tokens[0].numpy() for tokens, _ in both]
        said = [scores.log_softmax(-1) for _, scores in both]
        rows.append(fused_inputs(*said).numpy() @ emotions())
    prompt = np.array(tokenizer.encode(prompt_text(MODALITIES) + ANSWER).ids)
    places = np.isin(prompt, [tokenizer.token_to_id(t) for t in (*PLACEHOLDERS.values(), FUSED)])
    prompt[places] = -1 - np.arange(places.sum())
    scores = []
    for label in LABELS:
        tail = tokenizer.encode(label).ids
        embeds = tiny.embed(np.array([*prompt, *tail]), np.concatenate(rows))
        logits = log_softmax(tiny.logits(embeds.astype(np.float32))[len(prompt) - 1 : -1])
        scores.append(sum(logits[place, token] for place, token in enumerate(tail)))
    got = responder.respond(media, LABELS, direct=True).whole
    np.testing.assert_allclose(got, log_softmax(np.array(scores, np.float32)), atol=2e-3)


def test_a_rationale_is_told_piece_by_piece_without_its_tag(responder, monkeypatch) -> None:
    text = f"the lip corners <are> up{END_THINK}{ANSWER}happy{END_ANSWER}"
    told: list[str] = []

    def dictated(self: Decoder, after, logits, stop_ids, most, on_token, guess) -> list[int]:
        ids = tiny_tokenizer().encode(text).ids
        for token in ids:
            on_token(token)
        return ids

    monkeypatch.setattr(Decoder, "generate", dictated)
    timings: dict[str, float] = {}
    answer = responder.respond(window("face"), LABELS, on_text=told.append, timings=timings)
    assert answer.rationale == "".join(told) == "the lip corners <are> up"
    assert answer.rationale_emotion == "happy"
    assert len(told) > 5
    assert timings.keys() == {"prefill", "labels", "rationale"}


def test_a_rationale_without_an_end_has_no_emotion(responder) -> None:
    told: list[str] = []
    answer = responder.respond(window("voice"), LABELS, on_text=told.append)
    assert answer.rationale == "".join(told).strip()
    assert answer.rationale_emotion is None


def test_a_conclusion_reads_the_rationale_it_is_given(responder) -> None:
    media = window("face", "voice")
    one, two, other = (
        responder.conclude(media, text, LABELS, word)
        for text, word in (("a loud voice", " face"), ("sad", " face"), ("a loud voice", " voice"))
    )
    assert one.shape == (len(LABELS),)
    assert np.exp(one).sum() == pytest.approx(1.0)
    assert np.abs(one - two).max() > 1e-3
    assert np.abs(one - other).max() > 1e-4
    again = responder.conclude(media, "a loud voice", LABELS, " face")
    np.testing.assert_array_equal(again, one)


@pytest.mark.parametrize("present", [("face", "voice"), ("voice",)])
def test_a_rationale_is_told_what_weighs_in_the_direct_answer(
    responder, monkeypatch, present: tuple[str, ...]
) -> None:
    """It begins behind the prompt, the word for the contributions, and the tag, without a gap."""
    media, begun = window(*present), []

    def begin(self: Decoder, after: int, *_: object) -> list[int]:
        assert after + 1 == self.size == (self._bias[after] == 0).sum()
        begun.extend(self._ids[: after + 1])
        return []

    monkeypatch.setattr(Decoder, "generate", begin)
    answer = responder.respond(media, LABELS)
    best = LABELS[int(answer.whole.argmax())]
    word = weight_word(contributions(answer.log_probabilities, LABELS)[best])
    assert answer.weighs == word
    tokenizer = tiny_tokenizer()
    lead = tokenizer.encode(word).ids + tokenizer.encode(THINK).ids
    assert begun[-len(lead) :] == lead
