"""Sampling draws from the network's own distribution, row by row, and leaves the weights alone."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
peft = pytest.importorskip("peft")

from model.layout import MEDIA_WORDS  # noqa: E402
from training.reinforcement.sampling import (  # noqa: E402
    Sampling,
    merged,
    sample,
    store_by_columns,
)

from ...model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402

pytestmark = pytest.mark.filterwarnings("default")

LONGEST = 8
WINDOWS = [tiny_window(("voice",), 1), tiny_window(("face", "voice"), 2)]
"""Prompts of different lengths: one is padded."""


@pytest.fixture
def tiny():
    return tiny_omni()


@pytest.fixture
def adapted(tiny):
    """The network under an adapter that says something."""
    model = peft.get_peft_model(tiny[0], peft.LoraConfig(
        r=2, target_modules=r".*language_model\.layers\.\d+\..*\.(q|v)_proj"))  # fmt: skip
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "lora_B" in name:
                value.normal_(0, 0.3)
    return model.eval()


def media_ids(processor) -> tuple[int, ...]:
    return tuple(processor.tokenizer.convert_tokens_to_ids(list(MEDIA_WORDS)))


def how(processor, **options) -> Sampling:
    return Sampling(LONGEST, **{"ends": (2,), "forbidden": media_ids(processor), **options})


def test_the_coldest_draw_is_what_greedy_generation_writes(tiny) -> None:
    model, processor = tiny
    batch = processor(WINDOWS)
    options = how(processor, temperature=1e-6)
    written = sample(model, batch, [0, 0, 1], options)
    greedy = model.generate(
        **batch, max_new_tokens=LONGEST, do_sample=False, suppress_tokens=list(options.forbidden),
    )[:, batch["input_ids"].shape[1] :]  # fmt: skip
    for row, prompt in enumerate((0, 0, 1)):
        assert written[row] == greedy[prompt].tolist()[: len(written[row])]


def test_draws_have_the_frequencies_that_the_network_gives(tiny) -> None:
    """First tokens of 4,000 completions, within four standard errors of their probabilities."""
    model, processor = tiny
    batch, count = processor([tiny_window()]), 4000
    torch.manual_seed(3)
    options = how(processor, temperature=0.7)
    first = sample(model, batch, [0] * count, Sampling(1, (2,), options.forbidden, 0.7))
    with torch.no_grad():
        logits = model(**batch).logits[0, -1] / 0.7
    logits[list(options.forbidden)] = -torch.inf
    expected = logits.softmax(0)
    drawn = torch.bincount(torch.tensor(first).flatten(), minlength=len(expected)) / count
    error = (expected * (1 - expected) / count).sqrt()
    assert bool(((drawn - expected).abs() <= 4 * error + 1 / count).all())
    assert not drawn[list(options.forbidden)].any()


def test_a_row_that_ends_leaves_the_others_as_they_are(tiny) -> None:
    """The same draws, with and without an id that ends some of the rows early."""
    model, processor = tiny
    batch, rows = processor(WINDOWS), [0] * 6 + [1] * 6
    torch.manual_seed(5)
    endless = sample(model, batch, rows, how(processor, ends=()))
    end = endless[3][2]
    torch.manual_seed(5)
    ended = sample(model, batch, rows, how(processor, ends=(end,)))
    assert {len(ids) < LONGEST for ids in ended} == {True, False}
    for whole, ids in zip(endless, ended, strict=True):
        assert ids == whole[: whole.index(end) + 1 if end in whole else LONGEST]


def test_merged_says_the_same_and_gives_the_weights_back(adapted, tiny) -> None:
    processor = tiny[1]
    batch = processor(WINDOWS)
    before = {name: value.clone() for name, value in adapted.state_dict().items()}
    with torch.no_grad():
        apart = adapted(**batch).logits
        with merged(adapted):
            torch.testing.assert_close(adapted(**batch).logits, apart, atol=1e-5, rtol=1e-4)
            assert any(
                not torch.equal(value, before[name]) for name, value in adapted.state_dict().items()
            )
        torch.testing.assert_close(adapted(**batch).logits, apart, atol=0, rtol=0)
    for name, value in adapted.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_merged_gives_the_weights_back_after_a_failure(adapted) -> None:
    before = {name: value.clone() for name, value in adapted.state_dict().items()}
    with pytest.raises(KeyboardInterrupt), merged(adapted):
        raise KeyboardInterrupt
    for name, value in adapted.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_storing_by_columns_changes_no_value(adapted, tiny) -> None:
    batch = tiny[1](WINDOWS)
    before = {name: value.clone() for name, value in adapted.state_dict().items()}
    with torch.no_grad():
        logits = adapted(**batch).logits
        store_by_columns(adapted)
        torch.testing.assert_close(adapted(**batch).logits, logits, atol=1e-5, rtol=1e-4)
    base = adapted.base_model.model
    assert base.lm_head.weight is base.get_input_embeddings().weight
    assert base.model.language_model.layers[0].mlp.up_proj.weight.stride() == (1, 96)
    for name, value in adapted.state_dict().items():
        assert torch.equal(value, before[name]), name
