"""Folders in the likeness of the published sets, and one's own clips prepared from them."""

from __future__ import annotations

import json
import os
import wave
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from model.clip import Clip
from model.errors import ConfigError, DataError
from training.config import load_recipe
from training.data import prepare as preparation
from training.data.clips import (
    LabelledClip,
    check_spelling,
    person_of,
    split_clips,
    stated_splits,
)
from training.data.layouts import Layout, detect_layout, read_layout
from training.data.own_clips import Measured, SplitClip, prepare_clips, without_copies
from training.data.prepare import PrepareRecipe, prepare
from training.data.store import read_set


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def facts(clips: list[LabelledClip]) -> list[tuple[str, str, str | None, str | None]]:
    return [(clip.path.name, clip.emotion, clip.person, clip.split) for clip in clips]


def say(folder: Path, name: str, seconds: float = 0.5) -> None:
    """A wav with a tone."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    times = np.arange(int(16_000 * seconds)) / 16_000
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((np.sin(times * 2_000) * 9_000).astype("<i2").tobytes())


def test_ravdess_speech_with_its_best_copy(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "Actor_01/01-01-06-01-02-01-01.mp4",
        "Actor_01/02-01-06-01-02-01-01.mp4",
        "Actor_01/03-01-06-01-02-01-01.wav",
        "Actor_02/03-01-08-01-02-01-02.wav",
        "Actor_02/03-02-03-01-02-01-02.wav",
    )
    clips = read_layout(tmp_path)
    assert detect_layout(tmp_path) is Layout.RAVDESS
    assert facts(clips) == [
        ("01-01-06-01-02-01-01.mp4", "fear", "ravdess-01", "test"),
        ("03-01-08-01-02-01-02.wav", "surprise", "ravdess-02", "test"),
    ]
    assert [clip.sex for clip in clips] == ["male", "female"]


def test_ravdess_never_trains_under_any_layout(tmp_path: Path) -> None:
    name = "01-01-03-01-01-01-07.mp4"
    write(tmp_path / "index.csv", f"file,emotion,speaker,split\n{name},happy,me,\n")
    assert facts(read_layout(tmp_path)) == [(name, "happy", "ravdess-07", "test")]
    write(tmp_path / "index.csv", f"file,emotion,speaker,split\n{name},happy,me,train\n")
    with pytest.raises(DataError, match="only ever tests"):
        read_layout(tmp_path)


def test_ravdess_of_the_data_folder(data_root: Path) -> None:
    clips = read_layout(data_root / "clips_ravdess_actor01")
    assert len(clips) == 52
    assert {(clip.person, clip.split) for clip in clips} == {("ravdess-01", "test")}
    assert {clip.emotion for clip in clips} >= {"angry", "fear", "neutral", "surprise"}


def test_crema_d_prefers_video(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "AudioWAV/1001_DFA_ANG_XX.wav",
        "VideoFlash/1001_DFA_ANG_XX.flv",
        "AudioWAV/1002_IEO_FEA_HI.wav",
    )
    assert detect_layout(tmp_path) is Layout.CREMA_D
    assert facts(read_layout(tmp_path)) == [
        ("1001_DFA_ANG_XX.flv", "angry", "cremad-1001", None),
        ("1002_IEO_FEA_HI.wav", "fear", "cremad-1002", None),
    ]


def dfew(folder: Path) -> None:
    touch(folder, "Clip/original/1.mp4", "Clip/original/2.mp4", "Clip/clip_224x224_avi/00001.avi")
    lists = folder / "EmoLabel_DataSplit"
    for fold in "15":
        for split, line in (("train", "1,7"), ("test", "2,1")):
            path = lists / f"{split}(single-labeled)" / f"set_{fold}.csv"
            write(path, f"video_name,label\n{line}\n")


def test_dfew_split_lists(tmp_path: Path) -> None:
    dfew(tmp_path)
    assert detect_layout(tmp_path) is Layout.DFEW
    assert sorted(facts(read_layout(tmp_path))) == [
        ("1.mp4", "fear", None, "train"),
        ("2.mp4", "happy", None, "test"),
    ]
    with pytest.raises(DataError, match=r"set_2\.csv"):
        read_layout(tmp_path, fold=2)


def test_dfew_annotation_without_splits(tmp_path: Path) -> None:
    touch(tmp_path, "clips/00010.mp4")
    write(tmp_path / "annotation.csv", "order,1happy,annotation\n10,9,1\n11,4,0\n")
    assert facts(read_layout(tmp_path)) == [("00010.mp4", "happy", None, None)]


def test_mafw_lists_and_table(tmp_path: Path) -> None:
    touch(tmp_path, "data/clips/00025.mp4", "data/clips/00026.mp4")
    write(tmp_path / "Labels/single.txt", "00025.mp4 contempt\n00026.mp4 4\n")
    assert detect_layout(tmp_path) is Layout.MAFW
    assert facts(read_layout(tmp_path)) == [
        ("00025.mp4", "contempt", None, None),
        ("00026.mp4", "happy", None, None),
    ]
    lists = tmp_path / "Train & Test Set"
    write(lists / "single/no_caption/set_5/train.txt", "00025.mp4 helplessness\n")
    write(lists / "single/no_caption/set_5/test.txt", "00026.mp4 anger\n")
    write(lists / "compound/no_caption/set_5/test.txt", "00026.mp4 anger_disgust\n")
    assert facts(read_layout(tmp_path)) == [
        ("00025.mp4", "helplessness", None, "train"),
        ("00026.mp4", "angry", None, "test"),
    ]


def test_mer2023_tables(tmp_path: Path) -> None:
    touch(tmp_path, "train/sample_00000001.avi", "test1/sample_00000002.mp4")
    write(tmp_path / "train-label.csv", "name,discrete,valence\nsample_00000001,worried,-1.5\n")
    write(tmp_path / "test1-label.csv", "name,discrete,valence\nsample_00000002,happy,2\n")
    assert detect_layout(tmp_path) is Layout.MER2023
    assert sorted(facts(read_layout(tmp_path))) == [
        ("sample_00000001.avi", "anxiety", None, "train"),
        ("sample_00000002.mp4", "happy", None, "test"),
    ]


def conversation(video: str, answer: str) -> dict[str, object]:
    turns = [
        {"from": "human", "value": "<video>\n<audio>\nWhat?"},
        {"from": "gpt", "value": answer},
    ]
    return {"video": video, "conversations": turns}


def test_conversations_with_and_without_a_rationale(tmp_path: Path) -> None:
    touch(tmp_path, "MER24/a.mp4", "elsewhere/b.mp4")
    tagged = "<think>A frown.\n</think>\n<answer>\nanxious</answer>"
    entries = [conversation("MER24/a.mp4", tagged), conversation("DFEW/b.mp4", "Happiness")]
    write(tmp_path / "sft_train.json", json.dumps(entries))
    assert detect_layout(tmp_path) is Layout.CONVERSATIONS
    assert facts(read_layout(tmp_path)) == [
        ("a.mp4", "anxiety", None, "train"),
        ("b.mp4", "happy", None, "train"),
    ]


def test_index_with_and_without_its_optional_columns(tmp_path: Path) -> None:
    write(
        tmp_path / "index.csv",
        "\ufefffile, emotion ,Speaker,split\na.wav,Joy,anna ,dev\nb.wav,sad\n",
    )
    assert detect_layout(tmp_path) is Layout.INDEX
    assert facts(read_layout(tmp_path)) == [
        ("a.wav", "happy", "anna", "dev"),
        ("b.wav", "sad", None, None),
    ]
    write(tmp_path / "index.csv", "file,emotion\na.wav,angry\n")
    assert facts(read_layout(tmp_path)) == [("a.wav", "angry", None, None)]


TWO_SPEAKERS = "file,emotion,speaker\na,sad,anna\na,sad,ben\n"
TWO_SPLITS = "file,emotion,split\na,sad,train\na,sad,test\n"


@pytest.mark.parametrize(
    ("layout", "files", "table", "text", "told"),
    [
        ("ravdess", ["01-01-09-01-01-01-01.mp4"], "", "", "unknown emotion code `09`"),
        ("ravdess", ["04-01-01-01-01-01-01.mp4"], "", "", "unknown modality code `04`"),
        ("ravdess", ["holiday.mp4"], "", "", "not a RAVDESS name"),
        ("ravdess", [], "", "", "no clip of the layout ravdess"),
        ("crema-d", ["1001_DFA_JOY_XX.flv"], "", "", "unknown emotion code `JOY`"),
        ("dfew", ["1.mp4"], "set.csv", "video_name,label\n1,8\n", "label `8` of clip 1"),
        ("dfew", [], "set.csv", "video_name,label\n1,2\n3,4\n", "2 of the 2 clips"),
        ("dfew", ["1.mp4"], "", "", "neither train and test lists"),
        ("mafw", ["1.mp4"], "", "", "neither lists"),
        ("mafw", ["1.mp4"], "single.txt", "1.mp4 a b\n", "should read `clip.mp4 emotion`"),
        ("mafw", ["1.mp4"], "single.txt", "1.mp4 hungry\n", "`hungry` of 1.mp4"),
        ("mer2023", ["a.mp4"], "", "", "no csv with the columns name and discrete"),
        ("mer2023", ["a.mp4"], "x.csv", "name,discrete\na,hungry\n", "`hungry` of a"),
        ("conversations", [], "", "", "no json"),
        ("conversations", [], "x.json", "{", "cannot be read as JSON"),
        ("index", ["a.mp4"], "", "", "list the clips in it"),
        ("index", [], "index.csv", "name,label\na,b\n", "columns file and emotion"),
        ("index", [], "index.csv", "file,emotion\na.mp4,\n", "`` of a.mp4"),
        ("index", [], "index.csv", "file,emotion,split\na,sad,val\n", "split `val` of a"),
        ("index", [], "index.csv", "file,emotion\n,sad\n", "names no file for sad"),
        ("index", [], "index.csv", "file,emotion\na,sad\na,joy\n", "a is sad in one line and ha"),
        ("index", [], "index.csv", "file,emotion\na,sad\n./a,joy\n", "a is sad in one line and"),
        ("index", [], "index.csv", TWO_SPEAKERS, "a is of anna in one line and of ben in anothe"),
        ("index", [], "index.csv", TWO_SPLITS, "a is in train in one line and in test in anothe"),
        ("mer2023", ["a.mp4"], "x.csv", "name,discrete\na,sad\na,happy\n", "a.mp4 is sad in one"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    tmp_path: Path, layout: str, files: list[str], table: str, text: str, told: str
) -> None:
    touch(tmp_path, *files)
    if table:
        write(tmp_path / table, text)
    with pytest.raises(DataError) as error:
        read_layout(tmp_path, Layout(layout))
    message = str(error.value)
    assert told in message
    assert message.startswith(str(tmp_path))
    assert "\n" not in message


def test_a_clip_that_is_listed_twice_is_one_clip(tmp_path: Path) -> None:
    """Else it would be its own baseline, be counted twice, and be in two folds."""
    rows = "a.wav,sad,,\nb.wav,joy,,\n./a.wav,sad,anna,\na.wav,sadness,,dev\n"
    write(tmp_path / "index.csv", "file,emotion,speaker,split\n" + rows)
    assert facts(read_layout(tmp_path)) == [
        ("a.wav", "sad", "anna", "dev"),
        ("b.wav", "happy", None, None),
    ]


def test_a_table_written_on_windows_is_read_elsewhere(tmp_path: Path) -> None:
    """Its paths have backslashes; where a file's name has one, it is meant."""
    touch(tmp_path, "anna/1.wav")
    write(tmp_path / "index.csv", "file,emotion\r\nanna\\1.wav,sad\r\nanna/1.wav,sad\r\n")
    assert [clip.path for clip in read_layout(tmp_path)] == [tmp_path / "anna" / "1.wav"]
    if os.sep == "/":
        touch(tmp_path, "anna\\1.wav")
        assert len(read_layout(tmp_path)) == 2


def test_lines_of_a_spreadsheet_that_hold_blanks_alone_are_none(tmp_path: Path) -> None:
    write(tmp_path / "index.csv", "file,emotion\na.wav,sad\n , \n,\n\n")
    assert facts(read_layout(tmp_path)) == [("a.wav", "sad", None, None)]


def test_a_table_of_semicolons_is_read_as_spreadsheets_write_it(tmp_path: Path) -> None:
    write(tmp_path / "index.csv", '\ufefffile;emotion;speaker\n"a, b.wav";Joy;anna\n')
    assert facts(read_layout(tmp_path)) == [("a, b.wav", "happy", "anna", None)]


@pytest.mark.parametrize(
    ("encoded", "told"),
    [
        ("file,emotion,speaker\na.wav,sad,Jürgen\n".encode("latin-1"), "save it as UTF-8 csv"),
        ("file,emotion\na.wav,sad\n".encode("utf-16"), "save it as UTF-8 csv"),
        (b"name,feeling\na.wav,sad\n", "needs a header with the columns file and emotion"),
    ],
)
def test_an_index_that_cannot_be_read_is_not_called_missing(
    tmp_path: Path, encoded: bytes, told: str
) -> None:
    (tmp_path / "index.csv").write_bytes(encoded)
    with pytest.raises(DataError, match=rf"index\.csv: .*{told}"):
        read_layout(tmp_path)


def test_unknown_folders_are_told(tmp_path: Path) -> None:
    touch(tmp_path, "holiday.mp4")
    with pytest.raises(DataError, match=r"index\.csv"):
        detect_layout(tmp_path)
    with pytest.raises(DataError, match="no such folder"):
        read_layout(tmp_path / "nowhere")


def clips_of(people: list[str | None], split: str | None = None) -> list[LabelledClip]:
    return [
        LabelledClip(Path(f"{i}.mp4"), "sad", person, split)  # type: ignore[arg-type]
        for i, person in enumerate(people)
    ]


def test_a_person_is_in_one_split_only() -> None:
    people = [f"person {i % 400}" for i in range(1200)]
    splits = split_clips(clips_of(list(people)), {})
    assert len(set(zip(people, splits, strict=True))) == 400
    shares = [splits.count(split) / 1200 for split in ("train", "dev", "test")]  # type: ignore[arg-type]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.05)
    assert split_clips(clips_of([None] * 9), {}) == split_clips(clips_of([None] * 9), {})


def test_what_the_set_says_wins_and_may_not_disagree() -> None:
    anna = [*clips_of(["anna"], "test"), *clips_of(["anna", "anna"])]
    stated = stated_splits(anna)
    assert stated == {"anna": "test"}
    assert split_clips(anna, stated) == ["test"] * 3
    with pytest.raises(DataError, match="anna is in test and in train"):
        stated_splits([*anna, *clips_of(["anna"], "train")])


def see(window: Clip) -> Measured | None:
    raise AssertionError("there is no picture in a wav")


def listen(window: Clip) -> Measured | None:
    """Hears every clip but those shorter than a second."""
    assert window.frames is None
    assert window.waveform is not None
    if window.duration_s < 1:
        return None
    return {"mean": np.full((2, 3), window.duration_s, np.float16)}, {"pitch": 12.0}


def clips_in(folder: Path) -> list[SplitClip]:
    clips = read_layout(folder)
    return list(zip(clips, split_clips(clips, stated_splits(clips)), strict=True))


def test_own_clips_become_a_prepared_set(tmp_path: Path) -> None:
    folder, output, said = tmp_path / "mine", tmp_path / "prepared", StringIO()
    for name, seconds in (("a/1.wav", 2.0), ("b/1.wav", 1.5), ("short.wav", 0.5)):
        say(folder, name, seconds)
    write(folder / "broken.wav", "this is no sound")
    rows = "a/1.wav,sad,anna,train\nb/1.wav,happy,,test\nshort.wav,sad,,\nbroken.wav,sad,,\n"
    write(folder / "index.csv", "file,emotion,speaker,split\n" + rows)
    clips, console = clips_in(folder), Console(file=said, width=500)
    prepare_clips("mine", clips, output, {"face": see, "voice": listen}, (0, 1), console)

    made = read_set(output / "clips_mine_voice")
    assert list(made.index["clip"]) == ["a/1.wav", "b/1.wav"]
    assert list(made.index.person) == ["anna", person_of(clips[1][0])]
    assert person_of(clips[1][0]).startswith("stranger ")
    assert list(made.index.split) == ["train", "test"]
    assert made.tensors["mean"][:, 0, 0].tolist() == [2.0, 1.5]
    assert made.cue_values()[0] == {"pitch": 12.0}
    assert not (output / "clips_mine_face").exists()
    lines = said.getvalue().splitlines()
    assert [line for line in lines if "broken.wav" in line] == [lines[0]]
    assert lines[1:] == [
        "clips_mine_face: none of 4 clips has a face; no set written",
        "clips_mine_voice: 2 of 4 clips (1 train, 0 dev, 1 test)",
        "mine: clips that could not be read: 1",
    ]

    prepare_clips("mine", clips, output, {"voice": listen}, (0, 1), console)
    assert said.getvalue().splitlines()[4:] == [lines[2]]  # nothing was read, nothing is told
    say(folder, "broken.wav", 1.0)
    with pytest.raises(DataError, match=r"_voice: was begun with other files than lie there now"):
        prepare_clips("mine", clips, output, {"voice": listen}, (0, 1), console)
    write(folder / "broken.wav", "this is no sound")

    write(folder / "index.csv", "file,emotion,speaker,split\n" + rows.replace("happy", "angry"))
    with pytest.raises(DataError, match=r"other clips, labels or splits .* remove that folder"):
        prepare_clips("mine", clips_in(folder), output, {"voice": listen}, (0, 1), console)
    with pytest.raises(DataError, match=r"levels=\[0, 1\], not with levels=\[0\]"):
        prepare_clips("mine", clips, output, {"voice": listen}, (0,), console)


DRAWN = {name: split_clips(clips_of([name]), {})[0] for name in ("anna", "ben")}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Anna and Ben in two folders; the first states splits that nobody would draw for them."""
    monkeypatch.setattr(preparation, "_tracker", lambda: None)
    monkeypatch.setattr(preparation, "face_measure", lambda tracker: see)
    monkeypatch.setattr(preparation, "speech_encoder", lambda levels, threads: None)
    monkeypatch.setattr(preparation, "voice_measure", lambda encoder: listen)
    names = [f"{person}-{n}" for person in DRAWN for n in range(3)]
    for folder in ("first", "second"):
        for name in names:
            say(tmp_path / folder, f"{name}.wav", 1.5)
    table = "file,emotion,speaker,split\n"
    rows = [f"{name}.wav,sad,{name.partition('-')[0]}" for name in names]
    stated = {"anna": "test", "ben": "dev"}
    assert all(DRAWN[person] != split for person, split in stated.items())
    first = (f"{row},{stated[row.split(',')[2]] if '-0' in row else ''}\n" for row in rows)
    write(tmp_path / "first/index.csv", table + "".join(first))
    write(tmp_path / "second/index.csv", table + "".join(f"{row},\n" for row in rows))
    return {name: str(tmp_path / name) for name in ("first", "second")}


def prepared(tmp_path: Path, folders: dict[str, str], **options: int) -> set[tuple[str, str]]:
    """Who is in which split after `prepare`."""
    recipe = PrepareRecipe(str(tmp_path / "p"), (), folders=folders, **options)  # type: ignore[arg-type]
    prepare(recipe, None, Console(quiet=True))
    indexes = [read_set(path).index for path in (tmp_path / "p").iterdir()]
    return {pair for one in indexes for pair in zip(one.person, one.split, strict=True)}


@pytest.mark.parametrize("limit", [0, 1])
def test_a_split_that_one_folder_states_holds_in_all(
    tmp_path: Path, folders: dict[str, str], limit: int
) -> None:
    """Whichever folder comes first, and also if `limit` leaves out the row that states it."""
    backwards = dict(reversed(folders.items()))
    for seed in range(3):
        found = prepared(tmp_path / f"{seed}", backwards, limit=limit, seed=seed)
        assert found <= {("anna", "test"), ("ben", "dev")}
        assert found


def test_folders_may_not_contradict_each_other(tmp_path: Path, folders: dict[str, str]) -> None:
    index = tmp_path / "second" / "index.csv"
    write(index, index.read_text().replace("anna-2.wav,sad,anna,", "anna-2.wav,sad,anna,dev"))
    with pytest.raises(DataError, match=r"second.anna-2\.wav: anna is in test and in dev \(test: "):
        prepared(tmp_path, folders)
    assert not (tmp_path / "p").exists()


def test_a_folder_may_not_contradict_what_is_prepared(
    tmp_path: Path, folders: dict[str, str]
) -> None:
    prepared(tmp_path, {"first": folders["first"]})
    with pytest.raises(DataError, match=r"p.clips_first_voice: (anna|ben) is in .*; state that"):
        prepared(tmp_path, {"second": folders["second"]})
    index = tmp_path / "second" / "index.csv"
    text = index.read_text().replace("sad,anna,", "sad,anna,test")
    write(index, text.replace("sad,ben,", "sad,ben,dev"))
    assert prepared(tmp_path, {"second": folders["second"]}) == {("anna", "test"), ("ben", "dev")}
    assert (tmp_path / "p" / "clips_second_voice").is_dir()


def test_recipes_name_folders(tmp_path: Path) -> None:
    path = tmp_path / "prepare.yaml"
    write(path, "sets: []\nfolders: {mine: clips/mine}\n")
    assert load_recipe(PrepareRecipe, path).folders == {"mine": "clips/mine"}
    assert load_recipe(PrepareRecipe, path, ["folders={}", "sets=[a]"]).folders == {}
    with pytest.raises(ConfigError, match="mine"):
        load_recipe(PrepareRecipe, path, ["folders={mine: 3}"])
    bad = PrepareRecipe(folders={"../up": str(tmp_path)})
    with pytest.raises(ConfigError, match="letters, digits and underscores"):
        prepare(bad, tmp_path, Console(file=StringIO()))
    with pytest.raises(DataError, match="no such folder"):
        prepare(PrepareRecipe(folders={"mine": "nowhere"}), tmp_path, Console(file=StringIO()))


def test_nothing_to_prepare_is_told() -> None:
    with pytest.raises(ConfigError, match="sets and folders are empty: name one"):
        PrepareRecipe(sets=())


def test_a_stranger_is_the_same_wherever_the_clip_lies(tmp_path: Path) -> None:
    """And another one though their clips are called alike."""
    for name, text in (("a/1.wav", "one"), ("b/1.wav", "two"), ("c/3.wav", "one")):
        write(tmp_path / name, text)
    a, b, c, gone = (
        person_of(LabelledClip(tmp_path / name, "sad", None))
        for name in ("a/1.wav", "b/1.wav", "c/3.wav", "d/gone.wav")
    )
    assert a == c
    assert len({a, b, gone}) == 3


def test_copies_of_training_clips_are_in_no_other_split(
    tmp_path: Path, folders: dict[str, str]
) -> None:
    say(tmp_path / "own", "1.wav", 1.5)
    say(tmp_path / "own", "2.wav", 1.6)
    write(tmp_path / "own/index.csv", "file,emotion,split\n1.wav,sad,train\n2.wav,sad,test\n")
    for name in ("1.wav", "2.wav"):
        say(tmp_path / "more", name, 1.5 if name == "1.wav" else 1.7)
    write(tmp_path / "more/index.csv", "file,emotion,split\n1.wav,sad,test\n2.wav,sad,test\n")
    own = {name: str(tmp_path / name) for name in ("own", "more")}
    said = StringIO()
    recipe = PrepareRecipe(str(tmp_path / "p"), (), folders=own)
    prepare(recipe, None, Console(file=said, width=200))
    assert "more: left out, as train has them as well: 1 clips of dev and test" in said.getvalue()
    kept = read_set(tmp_path / "p" / "clips_more_voice").index
    assert list(kept["clip"]) == ["2.wav"]
    assert len(read_set(tmp_path / "p" / "clips_own_voice").index) == 2


def test_a_folder_of_copies_alone_is_left_out(tmp_path: Path, folders: dict[str, str]) -> None:
    """The other folders are prepared all the same."""
    for name, split in (("own", "train"), ("more", "test")):
        say(tmp_path / name, f"{name}.wav", 1.5)
        write(tmp_path / name / "index.csv", f"file,emotion,split\n{name}.wav,sad,{split}\n")
    own = {name: str(tmp_path / name) for name in ("more", "own")}
    prepare(PrepareRecipe(str(tmp_path / "p"), (), folders=own), None, Console(quiet=True))
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["clips_own_voice"]


def test_a_clip_may_be_named_by_its_whole_path(
    tmp_path: Path, folders: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that is named by a part of its own, too."""
    say(tmp_path / "own", "1.wav", 1.5)
    say(tmp_path / "own", "2.wav", 1.6)
    write(tmp_path / "own/index.csv", f"file,emotion\n1.wav,sad\n{tmp_path}/own/2.wav,sad\n")
    monkeypatch.chdir(tmp_path)
    prepare(PrepareRecipe("p", (), folders={"own": "own"}), None, Console(quiet=True))
    assert {*read_set(Path("p/clips_own_voice")).index["clip"]} == {"1.wav", "2.wav"}


def test_empty_files_are_no_copies(tmp_path: Path) -> None:
    touch(tmp_path, "1.wav", "2.wav")
    clips = [LabelledClip(tmp_path / f"{n}.wav", "sad", None) for n in (1, 2)]
    given: dict[str, list[SplitClip]] = {"own": [(clips[0], "train"), (clips[1], "test")]}
    assert without_copies(given) == given


@pytest.mark.parametrize("spelt", ["Anna", "ANNA"])
def test_a_name_is_written_in_one_way_only(
    tmp_path: Path, folders: dict[str, str], spelt: str
) -> None:
    """Else one person is two, and may be learned from and asked about."""
    index = tmp_path / "second" / "index.csv"
    write(index, index.read_text().replace("anna-2.wav,sad,anna,", f"anna-2.wav,sad,{spelt},test"))
    with pytest.raises(DataError, match=rf"second.anna-\d\.wav: shows (anna|{spelt}), who is "):
        prepared(tmp_path, folders)
    assert not (tmp_path / "p").exists()


def test_a_name_is_written_as_in_what_is_prepared(tmp_path: Path, folders: dict[str, str]) -> None:
    prepared(tmp_path, {"first": folders["first"]})
    index = tmp_path / "second" / "index.csv"
    write(index, index.read_text().replace(",anna,", ",Anna,test").replace(",ben,", ",ben,dev"))
    with pytest.raises(DataError, match=r"second.anna-\d\.wav: shows Anna, who is anna elsewhere;"):
        prepared(tmp_path, {"second": folders["second"]})
    assert not (tmp_path / "p" / "clips_second_voice").exists()


def test_an_accent_is_the_same_however_a_file_keeps_it() -> None:
    """One letter, or a letter and a mark: nobody sees which."""
    check_spelling(clips_of(["René", "Rene", "René", None, "Renée"]))
    with pytest.raises(DataError, match=r"1\.mp4: shows "):
        check_spelling(clips_of(["Ren\u00e9", "Rene\u0301"]))


def test_a_clip_that_was_cut_anew_is_another_one_though_it_is_as_long(
    tmp_path: Path, folders: dict[str, str]
) -> None:
    """Labels hold for what was cut before, and so does what is measured."""
    first = {"first": folders["first"]}
    prepared(tmp_path, first)
    prepared(tmp_path, first)
    path = tmp_path / "first" / "anna-0.wav"
    data = path.read_bytes()
    path.write_bytes(data[:-2] + bytes([data[-2] ^ 1, data[-1]]))
    with pytest.raises(DataError, match="was begun with other files than lie there now"):
        prepared(tmp_path, first)
    path.write_bytes(data)  # copied back, a while later
    os.utime(path, (0, 0))
    prepared(tmp_path, first)
