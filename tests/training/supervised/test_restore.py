"""A network answers again as another does, and nothing but its projectors has learned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from rich.console import Console  # noqa: E402

from model.errors import ConfigError  # noqa: E402
from tests.model.network.tiny_omni import CLASSES, tiny_omni  # noqa: E402
from tests.training.reinforcement.tiny_grpo import window_of  # noqa: E402
from training.encoders.trunks import named  # noqa: E402
from training.release import Stage  # noqa: E402
from training.supervised.answers import Answers, Teacher  # noqa: E402
from training.supervised.restore import Learner, RestoreRecipe, restore  # noqa: E402

FOLDS = 2
# The libraries' warnings about each other are not what is tested here.
pytestmark = pytest.mark.filterwarnings("default")


def moved_network():
    """A network whose language model has gone on, in a direction that moves all answers."""
    model, _ = tiny_omni()
    torch.manual_seed(3)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "language_model.layers" in name:
                value.add_(0.1 * value.std() * torch.randn_like(value))
    return model


def learner_of(model) -> Learner:
    older, processor = tiny_omni()
    answers = Answers(processor, CLASSES)
    folds = {}
    for fold in range(FOLDS):
        other = tiny_omni(seed=7 + fold)[0]
        for modality, projector in other.model.projectors.items():
            folds |= named(projector.trunk, f"{fold}.{modality}")
    return Learner(model, Teacher(older, answers), answers, processor, folds)


def batches(first: int, count: int):
    return [[window_of(4 * (first + at) + row) for row in range(4)] for at in range(count)]


def figure(told: str, behind: str) -> float:
    """The first number behind some words, or behind the emotion that follows them."""
    return float(re.findall(r"[-+]?\d+\.\d+", told.partition(behind)[2])[0])


def test_answers_come_back_on_windows_that_were_not_learned() -> None:
    learner = learner_of(moved_network())
    asked = batches(100, 4)
    before = learner.told(asked)
    learner.learn(batches(0, 40), 1e-2)
    after = learner.told(asked)
    assert figure(after, "divergence ") < 0.75 * figure(before, "divergence ")
    assert abs(figure(after, "; ")) < 0.5 * abs(figure(before, "; "))


def test_nothing_but_projectors_learns_and_no_trunk_of_them() -> None:
    model = moved_network()
    before = {name: value.clone() for name, value in model.named_parameters()}
    learner = learner_of(model)
    learner.learn(batches(0, 2), 1e-2)
    changed = {n for n, value in model.named_parameters() if not torch.equal(value, before[n])}
    trunks = {name for name in changed if ".trunk." in name}
    assert changed - trunks <= set(learner.learning)
    assert changed - trunks
    assert not any("language_model" in name for name in changed)
    learned = {name for name, value in model.named_parameters() if value.requires_grad}
    assert learned == set(learner.learning)  # trunks are put in, fold by fold, and do not learn


def test_where_nothing_has_moved_there_is_nothing_to_restore() -> None:
    told = learner_of(tiny_omni()[0]).told(batches(0, 2))
    assert told.startswith("same answer in 1.000 of 8 windows, divergence 0.00000")


def recipe_in(folder: Path, output: str = "out") -> RestoreRecipe:
    for name, classes in (("stage", ["happy", "sad"]), ("older", ["angry", "sad"])):
        (folder / name).mkdir()
        Stage(classes, [1], lora_rank=2, lora_alpha=4).save(folder / name)
    return RestoreRecipe(
        str(folder / "stage"), str(folder / "older"), "prepared", str(folder / output)
    )


def test_a_stage_of_other_emotions_cannot_be_answered_like(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"older: answers with other emotions than .*stage;"):
        restore(recipe_in(tmp_path), Console(quiet=True))


def test_the_stage_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="another folder than the stage"):
        restore(recipe_in(tmp_path, "stage"), Console(quiet=True))
