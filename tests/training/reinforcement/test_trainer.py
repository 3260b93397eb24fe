"""The contract with TRL: the completions are scored on the very tensors they were written from."""

from __future__ import annotations

import dataclasses
import inspect
import random
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from trl.trainer.utils import use_adapter  # noqa: E402

from model.network.modeling import MEDIA_INPUTS, OmniForConditionalGeneration  # noqa: E402
from training.data.pairs import Window  # noqa: E402
from training.reinforcement.grpo import _agreement  # noqa: E402
from training.release import Stage  # noqa: E402
from training.supervised.answers import Answers  # noqa: E402

from ...model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402
from .test_rewards import MEASURED  # noqa: E402
from .tiny_grpo import (  # noqa: E402
    CLASSES,
    PROMPTS,
    G,
    adapter_of,
    grpo,
    many_vowels,
    window_of,
)

# peft 0.21 and trl 1.16 still use names that transformers 5.23 deprecates; nothing of ours does.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def forwards(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every forward pass with media in it, in order."""
    seen: list[dict[str, Any]] = []
    original = OmniForConditionalGeneration.forward

    def spy(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("face_present") is not None:
            kept = {n: kwargs[n].clone() for n in MEDIA_INPUTS if kwargs.get(n) is not None}
            seen.append({"grad": torch.is_grad_enabled(), "ids": kwargs["input_ids"], **kept})
        return original(self, *args, **kwargs)

    spy.__signature__ = inspect.signature(original)  # generate asks which arguments there are
    monkeypatch.setattr(OmniForConditionalGeneration, "forward", spy)
    return seen


def rows_of(passes: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What each row was shown: its media, in an order of their own."""
    rows = []
    for one in passes:
        for row in range(len(one["ids"])):
            rows.append(tuple(round(float(one[n][row].float().sum()), 3) for n in MEDIA_INPUTS))
    return sorted(rows)


def test_generation_reference_and_loss_see_the_same_tensors(tmp_path: Path, forwards) -> None:
    grpo(tmp_path, steps=1).train()
    prompts, *scored = forwards
    assert not prompts["grad"]
    reference = [one for one in scored if not one["grad"]]
    loss = [one for one in scored if one["grad"]]
    # A prompt is read once for all of its completions, by each of the three.
    read = rows_of([prompts])
    assert len(set(read)) == len(read) == PROMPTS
    assert read == rows_of(reference) == rows_of(loss)


def test_each_completion_is_scored_under_its_own_prompt(tmp_path: Path, forwards) -> None:
    """Prompt and media must not part when TRL shuffles the rows: the model would refuse them."""
    grpo(tmp_path, steps=2).train()
    place = tiny_omni()[0].config.placeholder_ids["voice"]
    for one in forwards:
        for row, ids in enumerate(one["ids"]):
            assert bool(one["voice_present"][row]) == bool((ids == place).any())


def test_nothing_is_drawn_that_rewards_do_not_see(tmp_path: Path) -> None:
    trainer = grpo(tmp_path)
    how, tokenizer = trainer._sampling, trainer._omni.tokenizer
    hidden = {
        i for i in range(len(tokenizer)) if not tokenizer.decode([i], skip_special_tokens=True)
    }
    assert hidden == {*how.forbidden, *how.ends}
    assert not set(how.forbidden).intersection(how.ends)


def test_a_completion_is_told_what_weighs(tmp_path: Path) -> None:
    """The word is that of the answer that both modalities together favour."""
    weights = {"sad": {"face": 0.1, "voice": 2.0}, "happy": {"face": 1.5, "voice": -2.0}}

    def window_with(index: int) -> Window:
        evidence = dataclasses.replace(MEASURED, weights=weights)
        return Window(tiny_window(("face", "voice"), index), evidence, "happy")

    trainer = grpo(tmp_path, windows=window_with)
    trainer.model.train()
    batch = trainer._generate_and_score_completions(
        [{"index": 1, "prompt": "", "emotion": "sad"}] * G
    )
    lead = tiny_omni()[1].think(" voice")
    assert (batch["prompt_ids"][:, -len(lead) :] == torch.tensor(lead)).all()


def loss_of(folder: Path, shuffled: bool) -> float:
    trainer = grpo(folder, steps=1, micro=2 * G, beta=0.0)
    rows = [{"index": i, "prompt": "", "emotion": "sad"} for i in (0, 3) for _ in range(G)]
    trainer.model.train()
    batch = trainer._generate_and_score_completions(rows)
    batch["advantages"] = torch.linspace(-1, 1, len(rows))
    batch["old_per_token_logps"] = torch.full(batch["completion_ids"].shape, -4.0)
    if shuffled:
        for name in MEDIA_INPUTS:
            batch[name] = batch[name].roll(G, 0)
    trainer.current_gradient_accumulation_steps = 1
    return float(trainer._compute_loss(trainer.model, batch).detach())


def test_media_of_other_prompts_change_the_loss(tmp_path: Path) -> None:
    right, again = loss_of(tmp_path / "a", False), loss_of(tmp_path / "b", False)
    assert right == pytest.approx(again, abs=1e-6)
    assert abs(loss_of(tmp_path / "c", True) - right) > 1e-4


def test_padding_that_all_rows_have_changes_nothing(tmp_path: Path) -> None:
    trainer, kept, extra = grpo(tmp_path, micro=2 * G), 5, 3
    batch = tiny_omni()[1]([window_of(0).media, window_of(1).media])
    trainer._media = {name: batch[name] for name in MEDIA_INPUTS}
    ids = torch.cat([batch["input_ids"], torch.randint(20, 120, (2, kept))], 1)
    mask = torch.cat([batch["attention_mask"], torch.ones(2, kept, dtype=torch.long)], 1)
    score = trainer._get_per_token_logps_and_entropies
    said, entropies, _ = score(trainer.model, ids, mask, kept, compute_entropy=True)
    wide = (extra, extra)
    padded = [torch.nn.functional.pad(one, wide) for one in (ids, mask)]
    again, wider, _ = score(trainer.model, *padded, kept + extra, compute_entropy=True)
    torch.testing.assert_close(again[:, :kept], said, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(wider[:, :kept], entropies, atol=1e-5, rtol=1e-4)
    assert not again[:, kept:].any()


def test_the_reference_is_the_network_before_training(tmp_path: Path) -> None:
    trainer = grpo(tmp_path, steps=2)
    before = {n: p.clone() for n, p in trainer.model.named_parameters() if ".ref" in n}
    assert before
    trainer.train()
    history = [entry for entry in trainer.state.log_history if "kl" in entry]
    assert history[0]["kl"] == pytest.approx(0.0, abs=1e-6)
    assert history[1]["kl"] > 1e-6
    after = dict(trainer.model.named_parameters())
    assert all(torch.equal(value, after[name]) for name, value in before.items())
    changed = [n for n, p in after.items() if ".default" in n and "lora" in n
               and not torch.equal(p, after[n.replace(".default", ".ref")])]  # fmt: skip
    assert changed


def test_direct_answers_are_held_to_the_reference(tmp_path: Path) -> None:
    """What becomes of them is in nobody's advantage: the divergence is added to the loss."""
    trainer, weight = grpo(tmp_path, micro=2 * G, anchored=10.0), 10.0
    rows = [{"index": i, "prompt": "", "emotion": "sad"} for i in (3, 0) for _ in range(G)]
    trainer.model.train()
    batch = trainer._generate_and_score_completions(rows)
    trainer.current_gradient_accumulation_steps = 2
    trainer._compute_loss(trainer.model, batch)
    with torch.no_grad():
        for name, value in trainer.model.named_parameters():
            if "lora_B.default" in name:
                value.add_(0.3)
    held = trainer._compute_loss(trainer.model, batch)
    trainer._anchored = 0.0
    free = trainer._compute_loss(trainer.model, batch)
    processor = tiny_omni()[1]
    answers = Answers(processor, CLASSES)
    media = processor.media_tensors([window_of(i).media for i in (3, 0)])
    said = answers.direct(trainer.model, media)
    with use_adapter(trainer.model, "ref"):
        before = answers.direct(trainer.model, media)
    moved = torch.nn.functional.kl_div(said, before, reduction="batchmean", log_target=True)
    assert moved > 1e-3
    torch.testing.assert_close(held - free, weight * moved / 2, atol=1e-5, rtol=1e-3)
    assert trainer._metrics["train"]["direct_kl"] == pytest.approx([0.0, float(moved)], abs=1e-5)
    assert (held - free).requires_grad


def test_completions_are_paid_with_the_direct_answer_of_the_reference_at_hand(
    tmp_path: Path,
) -> None:
    trainer = grpo(tmp_path, steps=2, anchored=1e-9)
    told: list[dict[int, str]] = []

    def spy(completions: list[str], **columns: Any) -> list[float]:
        told.append(dict(zip(columns["index"], columns["direct_answer"], strict=True)))
        return many_vowels(completions)

    trainer.reward_funcs = [spy]
    model, processor = trainer.model, tiny_omni()[1]
    media = {index: processor.media_tensors([window_of(index).media]) for index in range(4)}
    with torch.no_grad(), use_adapter(model.eval(), "ref"):
        said = {i: Answers(processor, CLASSES).direct(model, one) for i, one in media.items()}
    trainer.train()
    expected = {index: CLASSES[int(one.argmax())] for index, one in said.items()}
    assert told == [{i: expected[i] for i in step} for step in ((0, 1), (2, 3))]


def test_the_reader_of_agreement_is_not_moved_by_training(tmp_path: Path) -> None:
    """It pays for the answer that the reference reads; the policy is active again afterwards."""
    trainer = grpo(tmp_path, steps=2)
    reward = _agreement(trainer.model, tiny_omni()[1], Stage(["angry", "happy"], [1]))
    rationales = "The voice is loud.", "One sees the smile.", "Zz zz zz zz.", "Qq xx vv kk."
    texts = [f"<think>{text}</think><answer>{label}</answer>" for label in ("angry", "happy")
             for text in rationales]  # fmt: skip
    before = reward(completions=texts)
    assert sum(before) == len(texts) / 2
    trainer.train()
    assert reward(completions=texts) == before
    assert trainer.model.active_adapter == "default"
    assert all(p.requires_grad for n, p in trainer.model.named_parameters() if ".default" in n)


def test_rewards_get_the_whole_turn_and_the_window(tmp_path: Path) -> None:
    got: list[dict[str, Any]] = []

    def spy(completions: list[str], **columns: Any) -> list[float]:
        got.append({"completions": completions, **columns})
        return [float(len(text) % 3) for text in completions]

    trainer = grpo(tmp_path, steps=1)
    trainer.reward_funcs = [spy]
    trainer.train()
    (call,) = got
    assert all(text.startswith("<think>") for text in call["completions"])
    for row, index in enumerate(call["index"]):
        window = window_of(index)
        assert call["emotion"][row] == window.emotion
        assert call["present"][row] == set(window.media)
        assert call["evidence"][row].modalities == window.evidence.modalities


def test_the_words_of_a_false_claim_get_an_advantage_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two completions, told apart by one claim: only its words are credited differently."""
    texts = [f"The voice is {word}. The brows are lowered.</think><answer>angry</answer>"
             for word in ("loud", "quiet")]  # fmt: skip
    processor = tiny_omni()[1]
    written = [processor.ids(texts[row % 2]) for row in range(G)]

    def window_with(index: int) -> Window:
        return Window(tiny_window(("voice",), index), MEASURED, "angry")

    outputs = {}
    for credit in (0.0, 2.0):
        trainer = grpo(tmp_path / str(credit), windows=window_with, claim_credit=credit)
        trainer.reward_funcs = [lambda completions, **columns: [1.0] * len(completions)]
        monkeypatch.setattr(trainer, "_generate_single_turn", lambda *a, **k: (written, None))
        trainer.model.train()
        rows = [{"index": 1, "prompt": "", "emotion": "angry"}] * G
        outputs[credit] = trainer._generate_and_score_completions(rows)
    assert outputs[0.0]["advantages"].tolist() == [0.0] * G  # all were paid the same
    for row in range(G):
        own = outputs[2.0]["advantages"][row, : len(written[row])].tolist()
        tokens = [processor.tokenizer.decode([i]) for i in written[row]]
        text = "".join(t for t, a in zip(tokens, own, strict=True) if a)
        word = ("loud", "quiet")[row % 2]
        assert text.replace(" ", "") == f"voiceis{word}browsarelowered"
        # Of the eight claims six are true: the mean is 1/2.
        first, *_, last = [advantage for advantage in own if advantage]
        assert first == pytest.approx(2.0 * (0.5 if word == "loud" else -1.5))
        assert last == pytest.approx(2.0 * 0.5)


def test_the_words_of_a_claim_gain_nothing_from_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All say the same true thing; one is paid more for another reason: not for those words."""
    processor = tiny_omni()[1]
    text = "The voice is loud, so anger it is.</think><answer>angry</answer>"
    written = [processor.ids(text)] * G
    trainer = grpo(
        tmp_path, claim_credit=1.0,
        windows=lambda index: Window(tiny_window(("voice",), index), MEASURED, "angry"),
    )  # fmt: skip
    trainer.reward_funcs = [lambda completions, **columns: [1.0, *[0.0] * (G - 1)]]
    monkeypatch.setattr(trainer, "_generate_single_turn", lambda *a, **k: (written, None))
    trainer.model.train()
    rows = [{"index": 1, "prompt": "", "emotion": "angry"}] * G
    paid = trainer._generate_and_score_completions(rows)["advantages"][0]
    tokens = [processor.tokenizer.decode([i]) for i in written[0]]
    apart = "".join(t for t, a in zip(tokens, paid.tolist(), strict=False) if not a)
    assert apart.replace(" ", "") == "voiceisloud"
    assert len(set(paid[paid != 0].tolist())) == 1


@pytest.mark.parametrize("credit", [0.0, 1.0])
def test_resuming_gives_what_an_uninterrupted_run_gives(tmp_path: Path, credit: float) -> None:
    whole = grpo(tmp_path / "whole", steps=3, claim_credit=credit)
    whole.train()
    random.seed(123)
    torch.manual_seed(123)
    resumed = grpo(tmp_path / "again", steps=3, claim_credit=credit)
    resumed.train(resume_from_checkpoint=str(tmp_path / "whole" / "checkpoint-2"))
    expected = adapter_of(whole)
    for name, value in adapter_of(resumed).items():
        torch.testing.assert_close(value, expected[name], atol=1e-6, rtol=1e-5, msg=name)
