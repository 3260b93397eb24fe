"""What the language model is trained on: batches of one fold, through trunks that never saw it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

from safetensors.torch import save_file  # noqa: E402

from model.errors import ConfigError  # noqa: E402
from model.layout import MODALITIES  # noqa: E402
from model.network.projector import Trunk  # noqa: E402
from tests.model.network.tiny_omni import tiny_omni  # noqa: E402
from tests.training.toy_banks import EMOTIONS, NORMS, toy_bank  # noqa: E402
from tests.training.toy_trunks import believing  # noqa: E402
from training.data.bank import measure_statistics  # noqa: E402
from training.data.folds import fingerprint  # noqa: E402
from training.encoders import fold_windows  # noqa: E402
from training.encoders.fold_windows import (  # noqa: E402
    FoldBeliefs,
    FoldTrunks,
    FoldWindows,
    set_trunks,
    training_banks,
)
from training.release import (  # noqa: E402
    FOLDS_FILE,
    TRUNKS_FILE,
    Stage,
)


@pytest.fixture
def windows(tmp_path: Path) -> FoldWindows:
    banks = {
        "face": toy_bank("face", (None,), 24),
        "voice": toy_bank("voice", ("ana", "ben", "ana.1", "ben.1"), 12),
    }
    measure_statistics(list(banks.values())).save(tmp_path / "statistics.safetensors")
    NORMS.save(tmp_path / "norms.json")
    save_file(believing(banks, {"face": "sad", "voice": "happy"}), tmp_path / FOLDS_FILE)
    mix = {"congruent": 0.5, "face": 0.25, "voice": 0.25}
    return FoldWindows(banks, tmp_path, EMOTIONS, mix, 24, 4, 2, (2.0, 1.0, 2.0), seed=0)


def test_a_window_knows_how_much_face_and_voice_weigh_for_its_folds_trunks(
    windows: FoldWindows,
) -> None:
    firmness = []
    for index in range(24):
        window = windows(index, random.Random(index))
        weights = window.evidence.weights
        assert set(weights) == set(EMOTIONS)
        if "face" in window.media:
            assert weights["sad"]["face"] > 0 > weights["happy"]["face"]
            firmness.append((index // 4 % 2, weights["sad"]["face"]))
        else:
            assert weights["sad"]["face"] == 0
        if "voice" in window.media:
            assert weights["happy"]["voice"] > 0 > weights["sad"]["voice"]
    first, second = ([weight for f, weight in firmness if f == fold] for fold in (0, 1))
    assert min(first) > max(second)


def test_folds_take_turns_and_share_nobody(windows: FoldWindows) -> None:
    people = [
        {person.partition(".")[0] for person in banks["voice"].people} for banks in windows.banks
    ]
    assert sorted(map(sorted, people)) == [["ana"], ["ben"]]
    for index in range(24):
        window, pair = windows(index, random.Random(index)), windows.pair(index)
        assert window.emotion == pair.emotion
        if pair.voice is not None:
            voice = windows.banks[index // 4 % 2]["voice"]
            assert voice.emotions[pair.voice] == pair.emotion
        assert set(window.media) == {m for m in MODALITIES if pair.row(m) is not None}


def trunk_states(model, value: float) -> dict[str, torch.Tensor]:
    """Trunks of the model's own shape, filled with a number."""
    return {
        f"{modality}.{name}": torch.full_like(tensor, value)
        for modality in MODALITIES
        for name, tensor in model.model.projectors[modality].trunk.state_dict().items()
    }


def filled_with(model) -> set[float]:
    trunks = [module for module in model.modules() if isinstance(module, Trunk)]
    assert len(trunks) == len(MODALITIES)
    return {float(p.detach().unique()) for trunk in trunks for p in trunk.parameters()}


def test_each_step_is_read_by_trunks_of_the_other_folds(tmp_path: Path) -> None:
    model, other = tiny_omni()[0], tiny_omni()[0]
    folds = {f"{fold}.{name}": tensor for fold in (0, 1)
             for name, tensor in trunk_states(model, float(fold)).items()}  # fmt: skip
    save_file(folds, tmp_path / FOLDS_FILE)
    save_file(trunk_states(model, 7.0), tmp_path / TRUNKS_FILE)
    callback = FoldTrunks(tmp_path, 2, [model, other])
    for step in range(4):
        state = type("State", (), {"global_step": step})()
        callback.on_step_begin(None, state, None)
        assert filled_with(model) == filled_with(other) == {float(step % 2)}
    callback.on_train_end(None, None, None)
    assert filled_with(model) == filled_with(other) == {7.0}


def test_trunks_of_another_shape_are_refused() -> None:
    model = tiny_omni()[0]
    with pytest.raises(RuntimeError, match="enter"):
        set_trunks(model, {"face.enter.weight": torch.zeros(2, 2)})


def test_folds_of_other_people_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many clips as before are not enough: somebody else's name changes who is in a fold."""
    names = {"face": (None,), "voice": ("ana", "ben")}
    banks = {modality: toy_bank(modality, people) for modality, people in names.items()}
    monkeypatch.setattr(fold_windows, "load_encoder", lambda path: None)
    monkeypatch.setattr(fold_windows, "load_split", lambda *_: banks)
    folded = {modality: fingerprint(bank) for modality, bank in banks.items()}
    stage = Stage(list(EMOTIONS), [1], folded=folded)
    assert training_banks(tmp_path, tmp_path, stage).keys() == banks.keys()
    banks["voice"] = toy_bank("voice", ("ana", "cem"))
    with pytest.raises(ConfigError, match="other training clips"):
        training_banks(tmp_path, tmp_path, stage)


def test_another_number_of_folds_than_the_trunks_have_is_refused(tmp_path: Path) -> None:
    """Too few would be read by trunks that have seen the clips."""
    banks = {"face": toy_bank("face", (None,)), "voice": toy_bank("voice", ("ana", "ben", "cem"))}
    save_file(believing(banks, {"face": "sad", "voice": "happy"}), tmp_path / FOLDS_FILE)
    for count in (1, 3):
        with pytest.raises(ConfigError, match=f"folds=2, not {count}; take folds=2"):
            FoldBeliefs(tmp_path, count, EMOTIONS)


def test_a_stage_without_trunks_is_told(tmp_path: Path) -> None:
    for names in ((), (FOLDS_FILE,)):
        for name in names:
            save_file({"0.face.a": torch.zeros(1), "1.face.a": torch.zeros(1)}, tmp_path / name)
        with pytest.raises(ConfigError, match=r"missing or damaged; run .* trunks`"):
            FoldTrunks(tmp_path, 2, [])
