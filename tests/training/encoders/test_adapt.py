"""A published model learns from somebody's own clips: its trunks alone, and only for the better."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from rich.console import Console  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

from model.errors import ConfigError, DataError  # noqa: E402
from model.network.projector import Trunk  # noqa: E402
from tests.training.toy_banks import EMOTIONS, NORMS, toy_bank  # noqa: E402
from tests.training.toy_release import toy_release  # noqa: E402
from training.encoders import adapt as module  # noqa: E402
from training.encoders.adapt import AdaptRecipe, adapt  # noqa: E402
from training.encoders.shipped_trunks import trunk_states  # noqa: E402
from training.encoders.trunks import summaries, trunk_uar, within  # noqa: E402
from training.release import Stage  # noqa: E402

CLASSES = sorted(EMOTIONS)
QUIET = Console(quiet=True)


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release that knows nothing, and own voices: no faces, and none of dev."""
    folder = toy_release(tmp_path / "release", hidden=16)
    give(monkeypatch, {"train": {"voice": toy_bank("voice", ("ana",), 24, 0)}})
    return folder


def give(monkeypatch: pytest.MonkeyPatch, banks: dict[str, Any]) -> None:
    monkeypatch.setattr(module, "load_encoder", lambda path: None)

    def found(folder: Path, split: str, encoder: Any, levels: Any, modalities: Any) -> Any:
        return {m: bank for m, bank in banks.get(split, {}).items() if m in modalities}

    monkeypatch.setattr(module, "found_banks", found)


def recipe(release: Path, **options: Any) -> AdaptRecipe:
    options = {"output": str(release.parent / "out"), "learning_rate": 1e-3} | options
    return AdaptRecipe("prepared", stage=str(release), threads=1, **options)


def heard(folder: Path, bank: Any) -> float:
    """UAR of the stage's voice trunk."""
    trunk = Trunk.from_state(trunk_states(load_file(folder / "adapter.safetensors"))["voice"])
    statistics = module.Statistics.load(folder / "statistics.safetensors")
    rows = summaries(bank, ["none"] * len(bank), statistics, NORMS, None)
    return trunk_uar(trunk, torch.from_numpy(rows), bank, CLASSES)


def test_other_clips_of_the_same_kind_are_told_apart_better(release: Path) -> None:
    others = toy_bank("voice", ("ana",), 40, 5)
    assert heard(release, others) < 0.5
    taught = adapt(recipe(release, learning_rate=1e-2, dropout=0.1, epochs=20), QUIET)
    assert heard(taught, others) > 0.75


def test_what_the_clips_do_not_show_stays(release: Path) -> None:
    folder = adapt(recipe(release), QUIET)
    before, after = (load_file(f / "adapter.safetensors") for f in (release, folder))
    assert before.keys() == after.keys()
    for name, tensor in after.items():
        learns = ".voice.trunk." in name and not name.endswith(".adjustment")
        assert torch.equal(tensor, before[name]) != learns, name
        assert tensor.dtype == torch.float16
    for name in ("statistics.safetensors", "norms.json", "face_encoder.safetensors"):
        assert (folder / name).read_bytes() == (release / name).read_bytes()


def test_trunks_go_as_far_as_they_are_told(release: Path) -> None:
    """Half of the way lies between what they were and what they have learned."""
    ends = [release, adapt(recipe(release), QUIET)]
    half = adapt(recipe(release, interpolation=0.5, output=str(release.parent / "half")), QUIET)
    before, after, between = (load_file(f / "adapter.safetensors") for f in (*ends, half))
    for name, tensor in between.items():
        mean = (before[name].float() + after[name].float()) / 2
        torch.testing.assert_close(tensor.float(), mean, atol=1e-3, rtol=1e-3)
    assert Stage.load(half).history[-1] == "adapted: 24 voices of train, 0.5 of the way"


def test_a_trunk_learns_the_same_whatever_its_adjustment(release: Path) -> None:
    """What it leans to behind an own mean is taken off afterwards, and not learned back."""
    plain = load_file(adapt(recipe(release), QUIET) / "adapter.safetensors")
    tensors = load_file(release / "adapter.safetensors")
    name = "model.projectors.voice.trunk.adjustment"
    tensors[name] = torch.full_like(tensors[name], 3.0).tril()
    save_file(tensors, release / "adapter.safetensors")
    adjusted = load_file(
        adapt(recipe(release, output=str(release.parent / "two")), QUIET) / "adapter.safetensors"
    )
    assert torch.equal(adjusted.pop(name), tensors[name])
    assert all(torch.equal(tensor, plain[part]) for part, tensor in adjusted.items())


def test_only_the_modalities_asked_for_learn(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, {"train": {m: toy_bank(m, ("ana",), 24, 0) for m in ("face", "voice")}})
    folder = adapt(recipe(release, modalities=("voice",)), QUIET)
    before, after = (load_file(f / "adapter.safetensors") for f in (release, folder))
    changed = [name for name in after if not torch.equal(after[name], before[name])]
    assert changed
    assert all(".voice.trunk." in name for name in changed)


def test_it_is_no_longer_the_published_model(release: Path) -> None:
    stage = Stage.load(adapt(recipe(release), QUIET))
    assert stage.version == "unpublished"
    assert stage.history == ["trunks", "adapted: 24 voices of train"]
    assert stage.learned == {"voice": ["ana"]}


def test_people_of_the_public_training_sets_are_not_named(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are in train wherever they are prepared; those of own clips may be asked about again."""
    bank = toy_bank("voice", ("ana", "emodb-03"), 12, 0)
    bank.sources[12:] = ["emodb"] * 12
    give(monkeypatch, {"train": {"voice": bank}})
    assert Stage.load(adapt(recipe(release), QUIET)).learned == {"voice": ["ana"]}


def test_whose_own_clips_are_rehearsed_is_named(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    banks = {split: {"voice": toy_bank("voice", (who,), 12)}
             for split, who in (("train", "ana"), ("dev", "ben"))}  # fmt: skip
    give(monkeypatch, banks)
    stage = Stage.load(adapt(recipe(release, split="dev", rehearsed=2), QUIET))
    assert stage.learned == {"voice": ["ana", "ben"]}


def test_dev_clips_are_asked_before_and_after(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    banks = {"train": toy_bank("voice", ("ana",), 24, 0), "dev": toy_bank("voice", ("ben",), 24, 1)}
    give(monkeypatch, {split: {"voice": bank} for split, bank in banks.items()})
    console = Console(record=True, width=200, file=io.StringIO())
    adapt(recipe(release), console)
    text = console.export_text()
    before = heard(release, banks["dev"])
    assert f"voice trunk: 24 clips (dev UAR none {before:.3f}, running" in text
    assert "→ none" in text


def test_the_last_step_learns_dev_and_asks_nothing_of_it(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, {"dev": {"voice": toy_bank("voice", ("ben",), 24, 1)}})
    console = Console(record=True, width=200, file=io.StringIO())
    stage = Stage.load(adapt(recipe(release, split="dev"), console))
    assert stage.history[-1] == "adapted: 24 voices of dev"
    assert stage.learned == {"voice": ["ben"]}
    assert console.export_text() == "voice trunk: 24 clips\n"


def test_whom_a_stage_has_learned_adds_up(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, {"dev": {"voice": toy_bank("voice", ("ben", None), 12, 1)}})
    first = adapt(recipe(release, split="dev"), QUIET)
    give(monkeypatch, {"dev": {"voice": toy_bank("voice", ("cem",), 12, 2)}})
    second = adapt(recipe(first, split="dev", output=str(release.parent / "two")), QUIET)
    assert Stage.load(second).learned == {"voice": ["ben", "cem", "nobody of dev"]}


def test_what_was_known_is_rehearsed_beside_the_last_step(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, learned = toy_bank("voice", ("ana",), 40, 0), toy_bank("voice", ("ben",), 24, 1)
    give(monkeypatch, {"train": {"voice": known}, "dev": {"voice": within(learned, ("sad",))}})
    console = Console(record=True, width=200, file=io.StringIO())
    options = {"split": "dev", "learning_rate": 1e-2, "dropout": 0.1, "epochs": 20}
    forgetful = heard(adapt(recipe(release, **options), QUIET), known)
    rehearsed = heard(adapt(recipe(release, rehearsed=5, **options), console), known)
    assert console.export_text() == f"voice trunk: {6 + 4 * 5} clips\n"
    assert forgetful == 0.25  # everything is sad
    assert rehearsed > 0.6


def test_training_clips_are_not_rehearsed_beside_themselves(release: Path) -> None:
    with pytest.raises(ConfigError, match="add split=dev"):
        recipe(release, rehearsed=5)


def test_clips_of_other_emotions_are_told(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = within(toy_bank("voice", ("ana",), 24, 0), ())
    give(monkeypatch, {"train": {"voice": bank}})
    with pytest.raises(DataError, match="no face or voice of the train split shows angry or"):
        adapt(recipe(release), QUIET)


def test_emotions_that_the_model_does_not_know_are_told(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`prepare` takes calm and contempt, and no model that ships knows them."""
    bank = toy_bank("voice", ("ana", "ben"), 24, 0)
    bank.emotions[:3] = ["calm", "contempt", "calm"]
    give(monkeypatch, {"train": {"voice": bank}})
    console = Console(record=True, width=200, file=io.StringIO())
    adapt(recipe(release), console)
    first = console.export_text().splitlines()[0]
    assert first.endswith("does not know: 2 of calm, 1 of contempt")


def test_the_models_own_folder_is_refused(release: Path) -> None:
    with pytest.raises(ConfigError, match="another folder"):
        adapt(recipe(release, output=str(release)), QUIET)


def test_a_model_without_a_cold_start_is_refused(release: Path) -> None:
    Stage(CLASSES, [1]).save(release)
    with pytest.raises(ConfigError, match="no cold start"):
        adapt(recipe(release), QUIET)
