"""The decode loop: every way of reading the same tokens gives the same logits."""

from __future__ import annotations

import numpy as np
import pytest

from model.export.decoder_graph import write_decoder
from model.runtime.decoder import Decoder, log_softmax
from model.weights.gguf import LlamaShape
from model.weights.grid import quantise

SHAPE = LlamaShape(
    layers=2, hidden_size=64, intermediate_size=96, heads=4, kv_heads=2, vocab_size=96,
    max_positions=128, rope_theta=10000.0, rms_norm_eps=1e-5,
)  # fmt: skip
CLOSE = {"atol": 1e-4}
RANDOM = np.random.default_rng(5)
PROMPT = RANDOM.integers(0, SHAPE.vocab_size, 18)
MEDIA = RANDOM.normal(0, 0.2, (4, SHAPE.hidden_size)).astype(np.float32)
PROMPT[6:10] = -1 - np.arange(4)


def random_weights() -> dict[str, object]:
    rng, width, inner = np.random.default_rng(0), SHAPE.hidden_size, SHAPE.intermediate_size
    half = width // 2  # the width of two key/value heads of four
    linears = {
        "self_attn.q_proj": (width, width), "self_attn.k_proj": (half, width),
        "self_attn.v_proj": (half, width), "self_attn.o_proj": (width, width),
        "mlp.gate_proj": (inner, width), "mlp.up_proj": (inner, width),
        "mlp.down_proj": (width, inner),
    }  # fmt: skip
    shapes = {"model.embed_tokens": (SHAPE.vocab_size, width), "model.norm": (width,)}
    for index in range(SHAPE.layers):
        layer = f"model.layers.{index}"
        shapes |= {f"{layer}.{name}": shape for name, shape in linears.items()}
        shapes |= {f"{layer}.input_layernorm": (width,)}
        shapes |= {f"{layer}.post_attention_layernorm": (width,)}
    return {
        f"{name}.weight": np.ones(shape, np.float32)
        if len(shape) == 1
        else quantise(rng.normal(0, 0.2, shape).astype(np.float32))
        for name, shape in shapes.items()
    }


@pytest.fixture(scope="module")
def decoder(tmp_path_factory) -> Decoder:
    path = tmp_path_factory.mktemp("decoder") / "d.onnx"
    write_decoder(path, SHAPE, random_weights(), accuracy_level=1)
    return Decoder(path, threads=1, max_tokens=64)


@pytest.fixture
def whole(decoder) -> np.ndarray:
    """Logits after the whole prompt, read at once."""
    return decoder.prefill([PROMPT], MEDIA)[0].copy()


def test_reading_in_parts_equals_reading_at_once(decoder, whole):
    decoder.prefill([PROMPT[:7]], MEDIA)
    decoder.feed(PROMPT[7:12], MEDIA)
    for token in PROMPT[12:]:
        decoder.step([token])
    np.testing.assert_allclose(decoder.logits[0], whole, **CLOSE)
    assert decoder.lengths.tolist() == [len(PROMPT)]


def test_rewinding_equals_a_fresh_start(decoder, whole):
    place = decoder.mark()
    decoder.feed([3, 1, 4, 1, 5])
    decoder.rewind(place)
    np.testing.assert_array_equal(decoder.logits[0], whole)
    again = decoder.feed([9, 2, 6]).copy()
    np.testing.assert_allclose(decoder.prefill([[*PROMPT, 9, 2, 6]], MEDIA), again, **CLOSE)


def test_rows_of_a_batch_equal_single_prompts(decoder):
    rows = [PROMPT, PROMPT[:5], PROMPT[8:], PROMPT[11:14]]
    batch = decoder.prefill(rows, MEDIA).copy()
    after = decoder.feed([7, 8]).copy()
    for index, row in enumerate(rows):
        np.testing.assert_allclose(decoder.prefill([row], MEDIA)[0], batch[index], **CLOSE)
        np.testing.assert_allclose(decoder.feed([7, 8])[0], after[index], **CLOSE)


def test_a_selected_row_goes_on_alone(decoder):
    decoder.prefill([PROMPT[:5], PROMPT], MEDIA)
    decoder.select(1)
    selected = decoder.feed([4, 2, 3]).copy()
    decoder.prefill([PROMPT], MEDIA)
    np.testing.assert_allclose(selected, decoder.feed([4, 2, 3]), **CLOSE)


def test_something_else_may_be_asked_while_a_text_is_written(decoder):
    decoder.prefill([PROMPT], MEDIA)
    undisturbed = decoder.generate([], 6)
    decoder.prefill([PROMPT], MEDIA)

    def interrupt(token: int) -> None:
        with decoder.aside():
            decoder.prefill([PROMPT[:5][::-1]], MEDIA)
            decoder.score([[4], [2, 3]])

    assert decoder.generate([], 6, on_token=interrupt) == undisturbed


def test_scores_are_the_log_probabilities_of_the_continuations(decoder):
    rows = [PROMPT, PROMPT[8:15]]
    continuations = [[5], [7, 9], [7, 9, 11], [7, 12], [30, 31, 32, 33]]
    before = decoder.prefill(rows, MEDIA).copy()
    scores = decoder.score(continuations)
    np.testing.assert_array_equal(decoder.logits, before)
    for i, row in enumerate(rows):
        for j, tokens in enumerate(continuations):
            logits = [decoder.prefill([row], MEDIA)[0]]
            logits += [decoder.step([token])[0] for token in tokens[:-1]]
            expected = sum(log_softmax(x)[t] for x, t in zip(logits, tokens, strict=True))
            assert scores[i, j] == pytest.approx(expected, abs=1e-3)


def test_first_tokens_of_all_kinds_share_one_unit_of_probability(decoder, whole):
    scores = decoder.score([[token] for token in range(SHAPE.vocab_size)])
    assert np.exp(scores).sum() == pytest.approx(1.0)


def test_greedy_text_takes_the_most_probable_token_each_time(decoder, whole):
    told: list[int] = []
    text = decoder.generate([], 6, on_token=told.append)
    assert text == told
    assert decoder.lengths.tolist() == [len(PROMPT) + 6]
    decoder.prefill([PROMPT], MEDIA)
    for token in text:
        assert token == decoder.logits[0].argmax()
        decoder.step([token])


def test_text_ends_at_a_stop_token_at_a_wish_and_at_the_end_of_the_cache(decoder, whole):
    place = decoder.mark()
    text = decoder.generate([], 6)
    decoder.rewind(place)
    assert decoder.generate([text[2]], 6) == text[: text.index(text[2])]
    decoder.rewind(place)
    assert decoder.generate([], 6, on_token=lambda token: token == text[0]) == text[:1]
    decoder.rewind(place)
    assert len(decoder.generate([], 10_000)) == 64 - len(PROMPT)
    assert decoder.room == 0


def test_sampling_follows_its_seed(decoder, whole):
    place, texts = decoder.mark(), []
    for seed in (1, 1, 2):
        decoder.rewind(place)
        texts.append(decoder.generate([], 12, temperature=1.5, seed=seed))
    assert texts[0] == texts[1] != texts[2]


def test_text_for_several_rows_is_refused(decoder):
    decoder.prefill([PROMPT, PROMPT], MEDIA)
    with pytest.raises(ValueError, match="select"):
        decoder.generate([], 3)


def test_more_than_the_cache_holds_is_refused(decoder):
    with pytest.raises(ValueError, match="exceed"):
        decoder.prefill([np.zeros(65, np.int64)])
