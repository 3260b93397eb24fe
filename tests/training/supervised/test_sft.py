"""An adapter is read back into a network of its own shape, and into no other."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from peft import PeftModel, get_peft_model  # noqa: E402
from rich.console import Console  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

from model.errors import ConfigError  # noqa: E402
from tests.model.network.tiny_omni import tiny_omni  # noqa: E402
from tests.training.tiny_sft import FOLDS, network, sft_recipe, tiny_network, tiny_stage  # noqa: E402
from training.reinforcement import grpo  # noqa: E402
from training.release import Stage  # noqa: E402
from training.supervised import sft  # noqa: E402
from training.supervised.sft import (  # noqa: E402
    ADAPTER_FILE,
    SftRecipe,
    adapter_tensors,
    load_adapter,
    lora_config,
    train,
)

# The libraries' warnings about each other are not what is tested here.
pytestmark = pytest.mark.filterwarnings("default")


def adapted(rank: int) -> PeftModel:
    return get_peft_model(tiny_omni()[0], lora_config(rank, 4))


def test_an_adapter_comes_back(tmp_path: Path) -> None:
    before = adapted(2)
    with torch.no_grad():
        for name, value in before.named_parameters():
            if "lora_B" in name:
                value.fill_(0.5)
    save_file(adapter_tensors(before), tmp_path / ADAPTER_FILE)
    after = adapted(2)
    load_adapter(after, tmp_path / ADAPTER_FILE)
    found = adapter_tensors(after)
    assert found.keys() == adapter_tensors(before).keys()
    assert all(torch.equal(value, found[name]) for name, value in adapter_tensors(before).items())


def test_an_adapter_from_before_trunks_were_adjusted_adjusts_nothing(tmp_path: Path) -> None:
    tensors = adapter_tensors(adapted(2))
    older = {name: x for name, x in tensors.items() if not name.endswith(".adjustment")}
    assert len(tensors) - len(older) == 2
    save_file(older, tmp_path / ADAPTER_FILE)
    after = adapted(2)
    load_adapter(after, tmp_path / ADAPTER_FILE)
    assert all(torch.equal(x, tensors[name]) for name, x in adapter_tensors(after).items())


def test_an_adapter_of_another_rank_is_refused(tmp_path: Path) -> None:
    save_file(adapter_tensors(adapted(2)), tmp_path / ADAPTER_FILE)
    with pytest.raises(ConfigError, match=r"adapter\.safetensors: does not fit at .* lora_rank="):
        load_adapter(adapted(3), tmp_path / ADAPTER_FILE)


def test_a_missing_adapter_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"adapter\.safetensors: missing or damaged; train that"):
        load_adapter(adapted(2), tmp_path / ADAPTER_FILE)


def test_a_stage_that_answers_nothing_yet_cannot_teach_itself(tmp_path: Path) -> None:
    Stage(["happy", "sad"], [1]).save(tmp_path)
    recipe = SftRecipe(str(tmp_path), "prepared", str(tmp_path / "out"), teacher="stage")
    with pytest.raises(ConfigError, match=r"no cold start yet; run .* sft` first"):
        train(recipe, Console(quiet=True))


def beginning(folder: Path) -> tuple[torch.nn.Module, object]:
    """The tiny network; its projectors begin at random, as those of the real one do."""
    with torch.random.fork_rng():
        model, processor = network()
    with torch.no_grad():
        for value in model.model.projectors.parameters():
            value.normal_(0, 0.1)
    return model, processor


def equal(*folders: Path) -> bool:
    first, *others = (load_file(folder / ADAPTER_FILE) for folder in folders)
    return all(torch.equal(x, other[name]) for other in others for name, x in first.items())


def test_the_seed_decides_what_training_begins_with(tmp_path: Path) -> None:
    """Projectors, and LoRA behind a settled stage, are drawn before TRL seeds anything."""
    quiet, stage = Console(quiet=True), tiny_stage(tmp_path / "stage")
    with tiny_network(), mock.patch.object(sft, "load_base", side_effect=beginning):
        zero, again, one = (
            sft.train(sft_recipe(stage, tmp_path / f"sft-{n}", seed=seed), quiet)
            for n, seed in enumerate((0, 0, 1))
        )
        assert equal(zero, again)
        assert not equal(zero, one)
        tensors = load_file(zero / ADAPTER_FILE)
        save_file({n: x for n, x in tensors.items() if "lora_" not in n}, zero / ADAPTER_FILE)
        runs = [
            grpo.train(
                grpo.GrpoRecipe(
                    str(zero), "prepared", str(tmp_path / f"grpo-{n}"), {"form": 1.0}, steps=1,
                    prompts=1, generations=2, micro_batch=2, longest=4, folds=FOLDS, threads=1,
                ),
                quiet,
            )
            for n in range(2)
        ]  # fmt: skip
        assert equal(*runs)


def test_projectors_that_do_not_learn_are_handed_over_all_the_same() -> None:
    """LoRA alone is trained then, and the adapter still holds all that a stage is made of."""
    model = get_peft_model(tiny_omni()[0], lora_config(2, 4, projectors=False))
    learning = [name for name, value in model.named_parameters() if value.requires_grad]
    assert learning
    assert all("lora_" in name for name in learning)
    assert adapter_tensors(model).keys() == adapter_tensors(adapted(2)).keys()
