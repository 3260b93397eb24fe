"""What an evaluation cannot ask about is said before anything is loaded."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from rich.console import Console

from model.errors import ConfigError, DataError
from model.layout import MODALITIES
from model.release_info import DECIDING
from model.runtime.responder import Answer
from model.weights.download import sha256_of
from tests.training.toy_banks import EMOTIONS, NORMS, toy_bank, toy_banks
from training.data.bank import measure_statistics
from training.data.pairs import Pair
from training.data.store import Row, record_of, write_set
from training.evaluation import evaluate as evaluation
from training.evaluation.answering import Task
from training.evaluation.evaluate import EvaluateRecipe, Setting, benchmark, evaluate
from training.evaluation.predictions import load_predictions
from training.release import Stage

BANKS = toy_banks()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stage whose dev split is the toy banks."""
    Stage(["happy", "sad"], [1]).save(tmp_path)
    measure_statistics(list(BANKS.values())).save(tmp_path / "statistics.safetensors")
    NORMS.save(tmp_path / "norms.json")
    monkeypatch.setattr(evaluation, "load_encoder", lambda path: None)
    monkeypatch.setattr(evaluation, "load_split", lambda *_: BANKS)
    return tmp_path


def setting(folder: Path, dataset: str = "dev", **options: Any) -> Setting:
    return Setting(EvaluateRecipe(str(folder), dataset, "out", str(folder), **options))


def test_a_split_is_asked_about_at_the_stages_levels(folder: Path) -> None:
    found = setting(folder, pairs=7)
    assert found.levels == (1,)
    assert len(found.task().pairs) == 7


def test_a_folder_without_a_stage_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no stage of training lies here"):
        setting(tmp_path)


@pytest.mark.parametrize("name", ["faces_fer2013", "clips_mine_face"])
def test_a_set_of_faces_is_told(folder: Path, name: str) -> None:
    (folder / name).mkdir()
    with pytest.raises(DataError, match=f"{name}: is a set of faces; name a set of voices"):
        setting(folder, name).task()


def test_clips_of_other_emotions_alone_are_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(evaluation.LABEL_SETS, "dfew", ("fear",))
    with pytest.raises(DataError, match="dev: no clip with an emotion among fear"):
        setting(folder).task()


def learned(folder: Path, **people: list[str]) -> None:
    stage = Stage.load(folder)
    stage.learned = people
    stage.save(folder)


def test_people_who_were_learned_are_not_asked_about(folder: Path) -> None:
    learned(folder, voice=["ana"])
    task = setting(folder, modality="voice").task()
    assert len(task.pairs) == 12
    assert set(task.people) == {"ben"}


def test_a_face_that_was_not_learned_may_be_asked_about(folder: Path) -> None:
    learned(folder, voice=["ana", "ben"])
    assert len(setting(folder, modality="face").task().pairs) == 24
    with pytest.raises(DataError, match=r"has learned every voice of the dev split since"):
        setting(folder).task()


def test_clips_of_nobody_are_told_apart_by_their_split(folder: Path) -> None:
    learned(folder, face=["nobody of test"])
    assert len(setting(folder, modality="face").task().pairs) == 24
    learned(folder, face=["nobody of dev"])
    with pytest.raises(DataError, match=r"every face of the dev split"):
        setting(folder, modality="face").task()


def prepare(folder: Path, people: dict[str, str]) -> None:
    """Two voices of each of these people, in the split given for each."""

    def row(item: tuple[str, str]) -> Row:
        facts = {"clip": item[0], "emotion": "sad", "split": people[item[1]], "person": item[1],
                 "source": "toy"}  # fmt: skip
        width = len(BANKS["voice"].steps[0, 0]) // 2
        return facts, {
            "segments": np.zeros((2, 8, width), np.float16),
            "mean": np.zeros((2, width), np.float16),
            "std": np.zeros((2, width), np.float16),
        }

    items = [(f"{person}-{number}", person) for person in people for number in (1, 2)]
    write_set(folder, items, row, folder.name, record_of([]))


def test_of_a_prepared_set_only_strangers_are_asked_about(folder: Path) -> None:
    prepare(folder / "voices_mine", {"ana": "train", "ben": "dev", "cem": "test", "dan": "test"})
    learned(folder, voice=["ben", "cem"])
    stage = Stage.load(folder)
    stage.levels = [0, 1]
    stage.save(folder)
    assert setting(folder, "voices_mine").task().clips == ["dan-1", "dan-2"]
    learned(folder, voice=["ben", "cem", "dan"])
    with pytest.raises(
        DataError, match="voices_mine: all its voices are of the training split, or"
    ):
        setting(folder, "voices_mine").task()


def test_whoever_is_named_is_one_person(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    banks = BANKS | {"face": toy_bank("face", ("ana", None), 3)}
    monkeypatch.setattr(evaluation, "load_split", lambda *_: banks)
    people = setting(folder, modality="face").task().people
    assert people == ("ana", "ana", "ana", "face-3", "face-4", "face-5")


def test_the_floor_hears_whom_the_stage_has_heard(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {"train": ("dan", "eve"), "dev": ("ana",), "test": ("ben", "cem")}
    banks = {
        split: {"face": BANKS["face"], "voice": toy_bank("voice", names)}
        for split, names in people.items()
    }
    monkeypatch.setattr(evaluation, "load_split", lambda prepared, split, *_: dict(banks[split]))

    def found(prepared: Path, split: str, encoder: Any, levels: Any, modalities: Any) -> Any:
        return {m: bank for m, bank in banks[split].items() if m in modalities}

    monkeypatch.setattr(evaluation, "found_banks", found)
    assert setting(folder).heard() == banks["train"]
    learned(folder, voice=["ana", "cem"])
    heard = setting(folder).heard()
    assert set(heard["voice"].people) == {"dan", "eve", "ana", "cem"}
    assert len(heard["voice"]) == 4 * 12
    assert len(heard["face"]) == 24
    banks["dev"] = {}  # of own clips, say: who was learned may be prepared elsewhere
    assert set(setting(folder).heard()["voice"].people) == {"dan", "eve", "cem"}


def test_without_training_clips_the_floor_is_what_lacks_them(tmp_path: Path) -> None:
    asked = object.__new__(Setting)
    asked.recipe, asked.encoder, asked.levels = EvaluateRecipe("s", "own", "out", "p"), None, (1,)  # type: ignore[assignment]
    with pytest.raises(DataError, match=r"p: no face of the train .*prepared=….*floor=false"):
        asked.heard()


def some_without_a_face() -> Task:
    """Three clips with face and voice, and one with a voice alone."""
    banks = {m: toy_bank(m, ("ana",), 4) for m in MODALITIES}
    pairs = [Pair(row if row < 3 else None, row, EMOTIONS[row], "congruent") for row in range(4)]
    return Task("own", banks, tuple(pairs), ("ana",) * 4, EMOTIONS,
                measure_statistics(list(banks.values())), NORMS)  # fmt: skip


def test_a_clip_without_a_face_takes_no_modality_from_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Sure:
        def respond(self, media: Any, labels: Any, direct: bool, contribution: bool) -> Answer:
            return Answer({frozenset(media): np.log([0.7, 0.1, 0.1, 0.1])}, "", labels[0])

    class Stub:
        def __init__(self, recipe: EvaluateRecipe) -> None:
            self.task, self.responder = some_without_a_face, Sure

    monkeypatch.setattr(evaluation, "Setting", Stub)
    recipe = EvaluateRecipe("s", "own", str(tmp_path), floor=False, protocols=("none",))
    report = evaluate(recipe, Console(quiet=True))
    assert [(one.modality, one.n) for one in report.results] == [
        ("face", 3), ("voice", 4), ("both", 3),
    ]  # fmt: skip
    (told,) = report.left_out
    assert told.startswith("own: of 4 clips 3 show a face, 4 hold a voice and 3 both; each")
    found = load_predictions(tmp_path)
    assert len(found["bundle", "both", "none"].clips) == 3


def own_clips(folder: Path, monkeypatch: pytest.MonkeyPatch, modality: str) -> Setting:
    """A folder of clips, asked about by one modality alone."""
    monkeypatch.setattr(Setting, "bundle", lambda *_: None)
    monkeypatch.setattr(evaluation, "Perceiver", lambda bundle: None)
    monkeypatch.setattr(evaluation, "folder_task", lambda *_: some_without_a_face())
    return setting(folder, "own", modality=modality, bundle="b")


def test_whoever_asks_about_voices_has_them_explained_without_faces(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What evaluates rationales takes of each clip all there is."""
    task = own_clips(folder, monkeypatch, "voice").task()
    assert task.richest == "voice"
    assert {*task.banks} == {"voice"}
    assert task.clips == [f"voice-{row}" for row in range(4)]
    assert task.left_out == ()


def test_clips_without_the_modality_that_is_asked_about_are_left_out_and_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = own_clips(folder, monkeypatch, "face").task()
    assert task.people == ("ana",) * 3
    assert task.left_out == ("own: 1 of 4 clips show no face, and are left out.",)
    voices = own_clips(folder, monkeypatch, "face")
    monkeypatch.setattr(evaluation, "folder_task", lambda *_: some_without_a_face().alone("voice"))
    with pytest.raises(DataError, match="own: no clip has what modality=face asks for"):
        voices.task()


def test_of_voices_alone_nobody_needs_faces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither to be asked, nor for the floor beside them."""

    def load(prepared: Path, split: str, encoder: Any, levels: Any, wanted: Any) -> Any:
        if "face" in wanted:
            raise DataError(f"{prepared}: no face of the {split} split is prepared.")
        return {m: BANKS[m] for m in wanted}

    monkeypatch.setattr(evaluation, "load_split", load)
    asked = setting(folder, modality="voice")
    assert {*asked.task().banks} == {"voice"}
    assert {*asked.heard(["voice"])} == {"voice"}


def test_clips_that_all_have_the_same_need_no_word() -> None:
    task = some_without_a_face()
    assert evaluation._uneven(task.showing("both")) == ()


def test_a_bundle_of_another_stage_does_not_answer_for_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a stage has learned on since, and nobody has exported it anew."""
    for name in DECIDING:
        (folder / name).touch()
    own = {name: sha256_of(folder / name) for name in DECIDING}
    made_of = dict[str, str]()
    bundle = SimpleNamespace(made_of=made_of)
    monkeypatch.setattr(evaluation, "Bundle", SimpleNamespace(load=lambda path: bundle))
    assert setting(folder).bundle("b") is bundle  # of before that was kept
    made_of.update(own)
    assert setting(folder).bundle("b") is bundle
    (folder / "adapter.safetensors").write_bytes(b"learned on")
    with pytest.raises(ConfigError, match=rf"b: was not made of {folder} .* -m model export"):
        setting(folder).bundle("b")


def test_a_bundle_has_to_be_named(folder: Path) -> None:
    with pytest.raises(ConfigError, match="bundle=FOLDER; or ask with backend=torch"):
        setting(folder).responder()


def test_not_one_rationale_is_nothing_to_check() -> None:
    with pytest.raises(ConfigError, match="rationales=0"):
        benchmark(EvaluateRecipe("nowhere", "dev", "out"), Console(quiet=True))
