"""Recipes of reinforcement: what cannot work is refused in a sentence before anything is loaded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

pytest.importorskip("trl")

from rich.console import Console
from transformers import TrainerState

from model.errors import ConfigError
from training.reinforcement import grpo
from training.reinforcement.curves import RewardCurves
from training.reinforcement.grpo import OBJECTIVES, GrpoRecipe, train
from training.release import Stage

from ..tiny_sft import FOLDS, network, tiny_network, tiny_stage
from ..toy_banks import EMOTIONS

# The libraries' warnings about each other are not what is tested here.
pytestmark = pytest.mark.filterwarnings("default")


def recipe(**options: Any) -> GrpoRecipe:
    return GrpoRecipe(stage="stage", prepared="prepared", output="output", **options)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"objectives": {"acuracy": 1.0}}, "acuracy"),
        ({"objectives": {"agreement": 1.0}, "beta": 0.0}, "beta"),
        ({"objectives": {"consistency": 1.0}, "beta": 0.0}, "beta"),
        ({"anchored": 1.0, "beta": 0.0}, "beta"),
        ({"prompts": 1, "generations": 6, "micro_batch": 4}, "micro_batch"),
        ({"use_vllm": True}, "vLLM"),
        ({"scale": "none", "aggregation": "normalize_then_sum"}, "scale=none: .* leave it out"),
        ({"scale": "batch", "aggregation": "normalize_then_sum"}, "scale=batch: .* leave it out"),
    ],
)
def test_what_cannot_work_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        recipe(**options)


def test_a_stage_without_a_cold_start_is_refused(tmp_path: Path) -> None:
    Stage(["happy", "sad"], [1]).save(tmp_path)
    with pytest.raises(ConfigError, match="training sft"):
        train(GrpoRecipe(str(tmp_path), "prepared", str(tmp_path / "out")), Console(quiet=True))


@pytest.mark.parametrize(("loss", "limit"), [("cispo", 5.0), ("dapo", None)])
def test_tokens_weigh_up_to_the_limit_that_the_loss_asks_for(
    loss: str, limit: float | None, tmp_path: Path
) -> None:
    """Below 1, CISPO's would cut the weight of every token that was sampled just now."""
    places = str(tiny_stage(tmp_path / "stage")), "prepared", str(tmp_path / "out")
    Stage(list(EMOTIONS), [1], lora_rank=2).save(tmp_path / "stage")
    with (
        mock.patch.object(grpo, "load_trained", return_value=network()),
        mock.patch.object(grpo, "OmniGrpoTrainer", side_effect=KeyboardInterrupt) as trainer,
        tiny_network(),
        pytest.raises(KeyboardInterrupt),
    ):
        train(GrpoRecipe(*places, loss=loss, folds=FOLDS, threads=1), Console(quiet=True))
    assert trainer.call_args.kwargs["args"].epsilon_high == limit


def test_curves_show_each_objective_and_the_time_left() -> None:
    console = Console(record=True, width=300, quiet=False, file=io.StringIO())
    curves = RewardCurves(console)
    state = TrainerState(global_step=1, max_steps=3, is_world_process_zero=True)
    curves.on_train_begin(None, state, None)
    for step, value in ((1, 0.1), (2, 0.9)):
        state.global_step = step
        logs = {"reward": value, "kl": 0.5} | {f"rewards/{name}/mean": value for name in OBJECTIVES}
        curves.on_log(None, state, None, logs)
    state.global_step = 3
    unpaid = {"reward": 0.0, "rewards/accuracy/mean": None, "rewards/form/mean": float("nan")}
    curves.on_log(None, state, None, unpaid)
    *_, last, none = console.export_text().splitlines()
    assert "accuracy –  form –" in none
    assert last.startswith("2/3")
    assert "min left" in last
    assert "KL 0.5" in last
    assert all(f"{name} 0.90 ▁█" in last for name in OBJECTIVES)
