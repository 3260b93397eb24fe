"""An interrupted run is gone on with; a checkpoint of another one is not taken."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from rich.console import Console  # noqa: E402

from model.errors import ConfigError  # noqa: E402
from model.release_info import OPTIONAL_FILES  # noqa: E402
from tests.training.tiny_sft import sft_recipe, tiny_network, tiny_stage  # noqa: E402
from training.reinforcement import grpo  # noqa: E402
from training.running.sittings import LEARNED_FROM, RECORD_FILE, goes_on  # noqa: E402
from training.supervised import sft  # noqa: E402

# The libraries' warnings about each other are not what is tested here.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return tiny_stage(tmp_path / "stage")


def begun(stage: Path, output: Path) -> None:
    """As a run that was interrupted behind its first checkpoint leaves the folder."""
    assert not goes_on("sft", sft_recipe(stage, output), stage, output)
    checkpoint(output, 1)


def checkpoint(output: Path, step: int) -> str:
    """A whole one: what was being saved when a run was killed has no state yet."""
    folder = output / f"checkpoint-{step}"
    folder.mkdir()
    (folder / "trainer_state.json").touch()
    return str(folder)


class Killed(BaseException):
    """Power is lost, or somebody sends SIGKILL."""


def test_the_same_run_goes_on_and_so_it_does_with_other_threads(
    stage: Path, tmp_path: Path
) -> None:
    begun(stage, tmp_path / "out")
    for options in ({}, {"threads": 3, "save_steps": 7}):
        recipe = sft_recipe(stage, tmp_path / "out", **options)
        assert goes_on("sft", recipe, stage, tmp_path / "out")


def test_a_run_of_another_recipe_is_told(stage: Path, tmp_path: Path) -> None:
    begun(stage, tmp_path / "out")
    recipe = sft_recipe(stage, tmp_path / "out", seed=3, protocol_weights=(1.0, 0.0, 0.0))
    says = r"with protocol_weights=\[2.0, 1.0, 2.0\], not \[1.0, 0.0, 0.0\], seed=0, not 3; choose"
    with pytest.raises(ConfigError, match=says):
        goes_on("sft", recipe, stage, tmp_path / "out")


@pytest.mark.parametrize("name", LEARNED_FROM)
def test_a_stage_that_was_written_anew_is_told(stage: Path, tmp_path: Path, name: str) -> None:
    begun(stage, tmp_path / "out")
    (stage / name).write_bytes(b"anew")
    with pytest.raises(ConfigError, match=rf"of a run with another {name}; choose another output="):
        goes_on("sft", sft_recipe(stage, tmp_path / "out"), stage, tmp_path / "out")


def test_a_checkpoint_of_who_knows_which_run_is_told(stage: Path, tmp_path: Path) -> None:
    """As folders of before there were records are: it may be of another stage."""
    begun(stage, tmp_path / "out")
    record = tmp_path / "out" / RECORD_FILE
    for _ in range(2):
        record.write_text("{", encoding="utf-8")
        with pytest.raises(ConfigError, match=rf"no readable {RECORD_FILE} that tells what"):
            goes_on("sft", sft_recipe(stage, tmp_path / "out"), stage, tmp_path / "out")
        record.unlink()


def test_a_record_without_a_newer_option_goes_on(stage: Path, tmp_path: Path) -> None:
    begun(stage, tmp_path / "out")
    record = tmp_path / "out" / RECORD_FILE
    lines = record.read_text(encoding="utf-8").splitlines()
    record.write_text("\n".join(x for x in lines if "bfloat16" not in x), encoding="utf-8")
    recipe = sft_recipe(stage, tmp_path / "out", bfloat16=True)
    assert goes_on("sft", recipe, stage, tmp_path / "out")


def test_other_processes_than_the_run_was_begun_with_are_told(
    stage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(stage, tmp_path / "out")
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ConfigError, match="processes=1, not 2"):
        goes_on("sft", sft_recipe(stage, tmp_path / "out"), stage, tmp_path / "out")


def test_a_stage_is_not_written_over(stage: Path) -> None:
    with pytest.raises(ConfigError, match="sft: the output should be another folder"):
        sft.train(sft_recipe(stage, stage), Console(quiet=True))
    assert not (stage / RECORD_FILE).exists()


def test_a_finished_run_is_not_handed_over_beside_new_trunks(stage: Path, tmp_path: Path) -> None:
    """And nothing of a stage that lay there before stays beside what was trained."""
    output, quiet = tmp_path / "out", Console(quiet=True)
    output.mkdir()
    for name in OPTIONAL_FILES:
        (output / name).write_bytes(b"of another stage")
    with tiny_network():
        sft.train(sft_recipe(stage, output), quiet)
        adapter = (output / "adapter.safetensors").read_bytes()
        assert not any((output / name).exists() for name in OPTIONAL_FILES)
        sft.train(sft_recipe(stage, output), quiet)
        assert (output / "adapter.safetensors").read_bytes() == adapter
        trunks = (output / "trunks.safetensors").read_bytes()
        (stage / "trunks.safetensors").write_bytes((stage / "folds.safetensors").read_bytes())
        with pytest.raises(ConfigError, match=r"another trunks\.safetensors"):
            sft.train(sft_recipe(stage, output), quiet)
    assert (output / "trunks.safetensors").read_bytes() == trunks


def test_a_checkpoint_that_was_being_saved_is_not_gone_on_from(stage: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    recipe = sft_recipe(stage, output)
    assert goes_on("sft", recipe, stage, output) is None
    (output / "checkpoint-9").mkdir()
    assert goes_on("sft", recipe, stage, output) is None
    checkpoint(output, 8)
    last = checkpoint(output, 10)
    (output / "checkpoint-20").mkdir()
    (output / "checkpoint-of-mine").mkdir()
    assert goes_on("sft", recipe, stage, output) == last


def test_a_run_that_is_killed_while_it_saves_ends_as_if_it_had_not_been(
    stage: Path, tmp_path: Path
) -> None:
    quiet, folders = Console(quiet=True), (tmp_path / "whole", tmp_path / "killed")
    save = sft.ColdStartTrainer._save_rng_state

    def killed(self: sft.ColdStartTrainer, output_dir: str) -> None:
        if self.state.global_step == 2:
            raise Killed
        save(self, output_dir)

    whole, stopped = (sft_recipe(stage, f, samples=12, save_steps=1) for f in folders)
    with tiny_network():
        sft.train(whole, quiet)
        with (
            mock.patch.object(sft.ColdStartTrainer, "_save_rng_state", killed),
            pytest.raises(Killed),
        ):
            sft.train(stopped, quiet)
        sft.train(stopped, quiet)
    one, other = ((folder / "adapter.safetensors").read_bytes() for folder in folders)
    assert one == other


def test_reinforcement_goes_on_from_its_own_stage_only(stage: Path, tmp_path: Path) -> None:
    quiet, outputs = Console(quiet=True), (tmp_path / "cold", tmp_path / "colder")

    def recipe(source: Path) -> grpo.GrpoRecipe:
        return grpo.GrpoRecipe(
            str(source), "prepared", str(tmp_path / "paid"), steps=1, generations=2,
            micro_batch=2, longest=4, folds=2, threads=1,
        )  # fmt: skip

    with tiny_network():
        for seed, output in enumerate(outputs):
            sft.train(sft_recipe(stage, output, seed=seed), quiet)
        grpo.train(recipe(outputs[0]), quiet)
        with pytest.raises(ConfigError, match=r"with another adapter\.safetensors; choose"):
            grpo.train(recipe(outputs[1]), quiet)
        with pytest.raises(ConfigError, match="grpo: the output should be another folder"):
            grpo.train(recipe(tmp_path / "paid"), quiet)
