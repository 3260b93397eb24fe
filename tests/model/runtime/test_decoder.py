"""The decode loop: every way of reading the same tokens gives the same logits."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from model.errors import ConfigError
from model.export.decoder_graph import write_decoder
from model.runtime import decoder as module
from model.runtime.decoder import LONG_RUN, Decoder
from model.runtime.scoring import Continuations, log_softmax
from model.runtime.session import available_providers
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


def random_weights(shape: LlamaShape = SHAPE) -> dict[str, object]:
    rng, width, inner = np.random.default_rng(0), shape.hidden_size, shape.intermediate_size
    half = width // 2  # the width of two key/value heads of four
    linears = {
        "self_attn.q_proj": (width, width), "self_attn.k_proj": (half, width),
        "self_attn.v_proj": (half, width), "self_attn.o_proj": (width, width),
        "mlp.gate_proj": (inner, width), "mlp.up_proj": (inner, width),
        "mlp.down_proj": (width, inner),
    }  # fmt: skip
    shapes = {"model.embed_tokens": (shape.vocab_size, width), "model.norm": (width,)}
    for index in range(shape.layers):
        layer = f"model.layers.{index}"
        shapes |= {f"{layer}.{name}": size for name, size in linears.items()}
        shapes |= {f"{layer}.input_layernorm": (width,)}
        shapes |= {f"{layer}.post_attention_layernorm": (width,)}
    return {
        f"{name}.weight": np.ones(size, np.float32)
        if len(size) == 1
        else quantise(rng.normal(0, 0.2, size).astype(np.float32))
        for name, size in shapes.items()
    }


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Decoder:
    path = tmp_path_factory.mktemp("decoder") / "d.onnx"
    write_decoder(path, SHAPE, random_weights(), accuracy_level=1)
    decoder = Decoder(path, threads=1, max_tokens=64)
    decoder.read([decoder.grow([0])])  # branches need a filled cache
    return decoder


@pytest.fixture
def decoder(loaded: Decoder) -> Iterator[Decoder]:
    with loaded.aside():
        yield loaded


def alone(decoder: Decoder, ids, media=MEDIA) -> np.ndarray:
    """Logits (vocab,) after one text, read at once and forgotten."""
    with decoder.aside():
        return decoder.read([decoder.grow(ids)], media)[0]


def write(decoder: Decoder, stop_ids, most, *args, **options) -> list[int]:
    """A text behind the prompt."""
    with decoder.aside():
        end = decoder.grow(PROMPT)
        return decoder.generate(
            end, decoder.read([end], MEDIA)[0], stop_ids, most, *args, **options
        )


def test_reading_in_parts_equals_reading_at_once(decoder):
    whole = alone(decoder, PROMPT)
    end = decoder.grow(PROMPT[:7])
    decoder.read([end], MEDIA)
    end = decoder.grow(PROMPT[7:12], end)
    decoder.read([end], MEDIA)
    for token in PROMPT[12:]:
        end = decoder.grow([token], end)
        logits = decoder.read([end])
    np.testing.assert_allclose(logits[0], whole, **CLOSE)
    assert decoder.size == 1 + len(PROMPT)


def test_logits_of_every_wanted_token_are_told(decoder):
    end = decoder.grow(PROMPT)
    wanted = [end, end - 3, end - 8]
    for logits, node in zip(decoder.read(wanted, MEDIA), wanted, strict=True):
        expected = alone(decoder, PROMPT[: len(PROMPT) - (end - node)])
        np.testing.assert_allclose(logits, expected, **CLOSE)


def test_branches_do_not_see_each_other(decoder):
    """Neither those read in one run nor those read later, whatever they grow from."""
    stem = decoder.grow(PROMPT[:9])
    one, two = decoder.grow([3, 1, 4], stem), decoder.grow([1, 5], stem)
    other, twig = decoder.grow([9, 2, 6]), decoder.grow([8], one - 1)
    logits = decoder.read([one, two, other, twig], MEDIA)
    later = decoder.grow([7, 7], two)
    logits = [*logits, *decoder.read([later])]
    stem_ids = PROMPT[:9].tolist()
    texts = [[*stem_ids, 3, 1, 4], [*stem_ids, 1, 5], [9, 2, 6], [*stem_ids, 3, 1, 8]]
    for text, got in zip([*texts, [*stem_ids, 1, 5, 7, 7]], logits, strict=True):
        np.testing.assert_allclose(got, alone(decoder, text), **CLOSE)


def test_what_is_cut_off_is_forgotten(decoder):
    end = decoder.grow(PROMPT)
    decoder.read([end], MEDIA)
    size = decoder.size
    decoder.read([decoder.grow([3, 1, 4, 1, 5], end)])
    decoder.cut(size)
    again = decoder.read([decoder.grow([9, 2, 6], end)])[0]
    np.testing.assert_allclose(again, alone(decoder, [*PROMPT, 9, 2, 6]), **CLOSE)


def test_something_else_may_be_asked_while_a_text_is_written(decoder):
    undisturbed = write(decoder, [], 6)
    asked = []

    def interrupt(token: int) -> None:
        asked.append(alone(decoder, PROMPT[:5][::-1]))

    assert write(decoder, [], 6, interrupt) == undisturbed
    np.testing.assert_allclose(asked, [alone(decoder, PROMPT[:5][::-1])] * 6, **CLOSE)


def test_scores_are_the_log_probabilities_of_the_continuations(decoder):
    rows = [PROMPT, PROMPT[8:15]]
    continuations = [[5], [7, 9], [7, 9, 11], [7, 12], [30, 31, 32, 33]]
    trees = [Continuations(decoder, decoder.grow(row), continuations) for row in rows]
    scores = [
        tree.score(part)
        for tree, part in zip(
            trees,
            np.split(decoder.read([n for tree in trees for n in tree.nodes], MEDIA), 2),
            strict=True,
        )
    ]
    for i, row in enumerate(rows):
        for j, tokens in enumerate(continuations):
            logits = [alone(decoder, [*row, *tokens[:n]]) for n in range(len(tokens))]
            expected = sum(log_softmax(x)[t] for x, t in zip(logits, tokens, strict=True))
            assert scores[i][j] == pytest.approx(expected, abs=1e-3)


def test_first_tokens_of_all_kinds_share_one_unit_of_probability(decoder):
    tree = Continuations(decoder, decoder.grow(PROMPT), [[t] for t in range(SHAPE.vocab_size)])
    scores = tree.score(decoder.read(tree.nodes, MEDIA))
    assert np.exp(scores).sum() == pytest.approx(1.0)


def test_greedy_text_takes_the_most_probable_token_each_time(decoder):
    told: list[int] = []
    text = write(decoder, [], 6, told.append)
    assert text == told
    for place, token in enumerate(text):
        assert token == alone(decoder, [*PROMPT, *text[:place]]).argmax()


def test_text_ends_at_a_stop_token_at_a_wish_and_at_the_end_of_the_cache(decoder):
    text = write(decoder, [], 6)
    assert write(decoder, [text[2]], 6) == text[: text.index(text[2])]
    assert write(decoder, [], 6, lambda token: token == text[0]) == text[:1]
    assert len(write(decoder, [], 10_000)) == 64 - 1 - len(PROMPT)


def oracle(text: list[int], wrong_at: int):
    """Guesses of a text, the one at `wrong_at` wrong."""
    guesses = [token if place != wrong_at else token - 1 for place, token in enumerate(text)]
    return lambda tokens: guesses[len(tokens) : len(tokens) + 4]


@pytest.mark.parametrize("wrong_at", [0, 1, 3, 4, 9, 99])
def test_guesses_change_no_token(decoder, wrong_at):
    text = write(decoder, [], 12)
    told: list[int] = []
    options = {"guess": oracle([*text, 5, 5, 5, 5], wrong_at)}
    assert write(decoder, [], 12, told.append, **options) == text == told
    assert write(decoder, [text[5]], 12, **options) == text[: text.index(text[5])]
    stop = text[7]
    assert write(decoder, [], 12, lambda t: t == stop, **options) == text[: text.index(stop) + 1]


def test_right_guesses_save_runs(decoder, monkeypatch):
    text, runs = write(decoder, [], 12), []
    read = Decoder.read
    monkeypatch.setattr(Decoder, "read", lambda *a: (runs.append(len(a[1])), read(*a))[1])
    assert write(decoder, [], 12, guess=oracle(text, 99)) == text
    assert runs == [1, 5, 5, 2]


def test_guesses_and_interruptions_go_together(decoder):
    text = write(decoder, [], 12)

    def interrupt(token: int) -> None:
        alone(decoder, PROMPT[:5][::-1])

    assert write(decoder, [], 12, interrupt, guess=oracle(text, 4)) == text


def test_guesses_stop_where_the_cache_is_full(decoder):
    assert len(write(decoder, [], 10_000, guess=lambda tokens: [1] * 7)) == 63 - len(PROMPT)


def test_the_first_text_stands_alone(loaded, tmp_path):
    path = tmp_path / "d.onnx"
    write_decoder(path, SHAPE, random_weights(), accuracy_level=1)
    decoder = Decoder(path, threads=1, max_tokens=64)
    ends = [decoder.grow(PROMPT[:5]), decoder.grow(PROMPT[:3])]
    with pytest.raises(ValueError, match="one text first"):
        decoder.read(ends)


def test_a_twin_has_a_cache_of_its_own(decoder):
    twin = decoder.twin()
    assert twin.size == 0
    twin.read([twin.grow([0])])
    whole = alone(decoder, PROMPT)
    with decoder.aside():
        decoder.read([decoder.grow(PROMPT[::-1])], MEDIA)
        np.testing.assert_array_equal(alone(twin, PROMPT), whole)


def test_sampling_follows_its_seed(decoder):
    texts = [write(decoder, [], 12, temperature=1.5, seed=seed) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_more_than_the_cache_holds_is_refused(decoder):
    with pytest.raises(ValueError, match="exceed"):
        decoder.grow(np.zeros(64, np.int64))


def test_a_long_run_is_read_in_float32_into_the_same_cache(tmp_path) -> None:
    """What int8 activations cost a short run, a long one is spared; both go on from each other."""
    weights = random_weights()
    texts = np.random.default_rng(9).integers(0, SHAPE.vocab_size, (6, LONG_RUN + 8))
    said = {}
    for name, level in (("float32", 1), ("int8", 4)):
        write_decoder(tmp_path / f"{name}.onnx", SHAPE, weights, accuracy_level=level)
        decoder = Decoder(tmp_path / f"{name}.onnx", threads=1, max_tokens=64)
        said[name] = np.array([_long_then_short(decoder, tokens) for tokens in texts])
    long, short = np.abs(said["int8"] - said["float32"]).mean((0, 2))
    # Not quite the same: the first token was a short run.
    assert 0 < 1.5 * long < short < 0.1


def _long_then_short(decoder: Decoder, tokens: np.ndarray) -> list[np.ndarray]:
    """What follows `LONG_RUN` of `tokens`, read at once, and what follows the rest of them."""
    with decoder.aside():
        decoder.read([start := decoder.grow([0])])
        (long,) = decoder.read([end := decoder.grow(tokens[:LONG_RUN], start)])
        (short,) = decoder.read([decoder.grow(tokens[LONG_RUN:], end)])
    return [long, short]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux what is in memory")
def test_room_in_the_cache_takes_memory_only_where_it_is_written() -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE

    size, before = 64_000_000, resident()
    room = module._untouched((1, 2, size // 256, 32), np.float32)
    empty = resident() - before
    room += 1
    assert empty < 0.1 * size < 0.9 * size < resident() - before
    assert room.shape == (1, 2, size // 256, 32)
    assert (room == 1).all()


@pytest.fixture
def cuda_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a GPU, what is written for CUDA is computed by the processor's kernels."""
    if "CUDAExecutionProvider" not in available_providers():
        monkeypatch.setitem(module._PROVIDERS, "cuda", module._PROVIDERS["cpu"])


@pytest.mark.usefixtures("cuda_here")
def test_attention_in_float16_reads_branches_and_writes_alike(decoder, tmp_path) -> None:
    write_decoder(tmp_path / "d.onnx", SHAPE, random_weights(), accuracy_level=1)
    half = Decoder(tmp_path / "d.onnx", threads=1, max_tokens=64, device="cuda")
    half.read([half.grow([0])])
    said = []
    for one in (decoder, half):
        ends = [one.grow(PROMPT)]
        ends += [one.grow(branch, ends[0]) for branch in ([5, 6, 7], [8])]
        logits = one.read(ends, MEDIA)
        one.cut(ends[0] + 1)
        said.append((logits, one.generate(ends[0], logits[0], [], 12)))
    off = np.abs(said[1][0] - said[0][0]).max()
    assert 0 < off < 0.01
    assert said[1][1] == said[0][1]


def test_a_device_that_is_not_there_is_named(tmp_path) -> None:
    if "CUDAExecutionProvider" in available_providers():
        pytest.skip("this installation of onnxruntime has CUDA")
    write_decoder(tmp_path / "d.onnx", SHAPE, random_weights())
    with (
        pytest.warns(UserWarning, match="CUDAExecutionProvider"),
        pytest.raises(ConfigError, match="R1_OMNI_DECODER=cuda: onnxruntime found no GPU"),
    ):
        Decoder(tmp_path / "d.onnx", device="cuda")
