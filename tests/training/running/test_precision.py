"""Products in bfloat16: answers and gradients stay close to those of float32."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from peft import PeftModel, get_peft_model  # noqa: E402
from torch import Tensor  # noqa: E402

from model.layout import MODALITIES  # noqa: E402
from model.network.processing import prompt_text  # noqa: E402
from tests.model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402
from tests.training.reinforcement.tiny_grpo import grpo  # noqa: E402
from training.running.precision import multiply_in_bfloat16  # noqa: E402
from training.supervised.sft import lora_config  # noqa: E402

# The libraries' warnings about each other are not what is tested here.
pytestmark = pytest.mark.filterwarnings("default")


def adapted(mixed: bool) -> tuple[PeftModel, dict[str, Tensor]]:
    network, processor = tiny_omni()
    model = get_peft_model(network, lora_config(2, 4)).eval()
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "lora_B" in name:
                value.normal_(0, 0.1)
    if mixed:
        multiply_in_bfloat16(model)
    words = processor.ids(prompt_text(MODALITIES))
    return model, {
        **processor.left_padded([words]), **processor.media_tensors([tiny_window()])
    }  # fmt: skip


def gradients(model: PeftModel, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    said = model(**batch).logits.log_softmax(-1)
    said[0, :-1].gather(1, batch["input_ids"][0, 1:, None]).mean().backward()
    return {n: p.grad for n, p in model.named_parameters() if p.grad is not None}


def test_answers_and_gradients_are_those_of_float32_but_for_rounding() -> None:
    exact, batch = adapted(False)
    mixed, _ = adapted(True)
    with torch.no_grad():
        expected, found = exact(**batch).logits, mixed(**batch).logits
    assert found.dtype == torch.float32
    assert not torch.equal(found, expected)
    assert float((found - expected).std()) < 0.02 * float(expected.std())
    exact_slopes, slopes = gradients(exact, batch), gradients(mixed, batch)
    assert slopes.keys() == exact_slopes.keys()
    assert any("lora_A" in name for name in slopes)
    for name, slope in slopes.items():
        assert slope.dtype == torch.float32
        size = float(exact_slopes[name].norm())
        assert float((slope - exact_slopes[name]).norm()) <= 0.1 * size + 1e-6, name


def test_a_policy_in_bfloat16_begins_at_its_reference_and_learns(tmp_path: Path) -> None:
    trainer = grpo(tmp_path)
    multiply_in_bfloat16(trainer.model)
    before = {n: p.detach().clone() for n, p in trainer.model.named_parameters() if "default" in n}
    trainer.train()
    first, second, _ = trainer.state.log_history
    assert first["kl"] == pytest.approx(0, abs=1e-6)
    assert second["kl"] > first["kl"]
    after = dict(trainer.model.named_parameters())
    assert any(not torch.equal(value, after[name]) for name, value in before.items())
