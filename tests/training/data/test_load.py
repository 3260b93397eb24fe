"""Splits of what is prepared, be it the public sets or one's own clips alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from model.errors import ConfigError, DataError  # noqa: E402
from model.network.face_encoder import FaceEncoder  # noqa: E402
from training.data import load  # noqa: E402
from training.data.load import encode_faces, encoded_once, holds_faces, load_split, voice_bank  # noqa: E402
from training.data.store import Row, read_set, record_of, write_set  # noqa: E402

LEVELS = (0, 1)


def prepare(folder: Path, name: str, splits: tuple[str, ...] = ("train", "dev")) -> None:
    """A set of one clip a split."""

    def row(split: str) -> Row:
        facts = {
            "clip": f"{name}-{split}", "emotion": "sad", "split": split, "person": "ana",
            "source": "toy",
        }  # fmt: skip
        return facts, {
            "segments": np.zeros((3, 8, 4), np.float16),
            "mean": np.zeros((3, 4), np.float16),
            "std": np.zeros((3, 4), np.float16),
            "crops": np.full((1, 2, 2), splits.index(split), np.uint8),
        }

    write_set(folder / name, list(splits), row, name, record_of([]))


@pytest.fixture
def _faces_as_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked here is which sets are read, not how faces are encoded."""

    def bank(prepared: Any, encoder: object, kept: Path) -> Any:
        found = voice_bank(prepared, LEVELS)
        found.modality = "face"
        return found

    monkeypatch.setattr(load, "face_bank", bank)


def test_faces_are_encoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    encoder = FaceEncoder((4, 6), 1).eval()
    crops = np.random.default_rng(0).integers(0, 256, (3, 48, 48), np.uint8)
    kept = tmp_path / "encoded-train.safetensors"
    first = encoded_once(encoder, crops, kept)
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]

    calls: list[int] = []

    def counted(encoder: FaceEncoder, crops: np.ndarray) -> dict[str, np.ndarray]:
        calls.append(len(crops))
        return encode_faces(encoder, crops)

    monkeypatch.setattr(load, "encode_faces", counted)
    again = encoded_once(encoder, crops, kept)
    assert not calls
    for name, value in first.items():
        np.testing.assert_array_equal(again[name], value)

    encoded_once(encoder, crops[:2], kept)  # other faces
    with torch.no_grad():
        encoder.classifier.bias += 1  # another encoder
    changed = encoded_once(encoder, crops[:2], kept)
    assert calls == [2, 2]
    np.testing.assert_allclose(changed["scores"], first["scores"][:2] + 1, atol=1e-5)
    kept.write_bytes(b"damaged")
    encoded_once(encoder, crops[:2], kept)
    assert calls == [2, 2, 2]


def test_faces_are_encoded_where_nothing_can_be_kept(tmp_path: Path) -> None:
    crops = np.zeros((1, 48, 48), np.uint8)
    found = encoded_once(FaceEncoder((4, 6), 1).eval(), crops, tmp_path / "missing" / "file")
    assert found["embeddings"].shape == (1, 6)


@pytest.mark.usefixtures("_faces_as_voices")
def test_ones_own_clips_alone_will_do(tmp_path: Path) -> None:
    prepare(tmp_path, "clips_mine_face")
    prepare(tmp_path, "clips_mine_voice")
    banks = load_split(tmp_path, "train", None, LEVELS)
    assert {modality: bank.clips for modality, bank in banks.items()} == {
        "face": ["clips_mine_face-train"],
        "voice": ["clips_mine_voice-train"],
    }


def test_a_modality_that_is_not_asked_for_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faces would be encoded for nothing."""
    prepare(tmp_path, "clips_mine_voice")
    (tmp_path / "clips_mine_face").mkdir()  # which could not be read
    banks = load.found_banks(tmp_path, "train", None, LEVELS, ("voice",))
    assert list(banks) == ["voice"]
    with pytest.raises(DataError):
        load.found_banks(tmp_path, "train", None, LEVELS)


@pytest.mark.usefixtures("_faces_as_voices")
def test_pictures_that_were_learned_are_not_asked_about(tmp_path: Path) -> None:
    """Whichever set has them in its training split."""
    prepare(tmp_path, "faces_fer2013", ("train", "test", "dev"))
    prepare(tmp_path, "faces_muxspace", ("dev", "train", "test"))  # its dev is the other's train
    prepare(tmp_path, "voices_tess", ("train", "test", "dev"))
    clips = {split: load_split(tmp_path, split, None, LEVELS) for split in ("train", "dev", "test")}
    assert clips["train"]["face"].clips == ["faces_fer2013-train", "faces_muxspace-train"]
    assert clips["dev"]["face"].clips == ["faces_fer2013-dev"]
    assert clips["test"]["face"].clips == ["faces_muxspace-test"]
    assert clips["test"]["voice"].clips == ["voices_tess-test"]


@pytest.mark.usefixtures("_faces_as_voices")
def test_public_sets_that_are_prepared_come_first(tmp_path: Path) -> None:
    for name in ("clips_mine_voice", "voices_urdu", "voices_tess", "faces_muxspace"):
        prepare(tmp_path, name)
    prepare(tmp_path, "voices_tess.excerpts")
    prepare(tmp_path, "voices_tess.1", ("train",))
    banks = load_split(tmp_path, "train", None, LEVELS)
    assert banks["voice"].clips == [
        f"{name}-train"
        for name in ("voices_tess", "voices_urdu", "clips_mine_voice", "voices_tess.1")
    ]


@pytest.mark.usefixtures("_faces_as_voices")
@pytest.mark.parametrize("there", [(), ("clips_mine_face",), ("clips_mine_voice",)])
def test_a_modality_without_a_set_is_told(tmp_path: Path, there: tuple[str, ...]) -> None:
    for name in there:
        prepare(tmp_path, name)
    with pytest.raises(DataError, match=r"no (face|voice) of the train split is prepared") as error:
        load_split(tmp_path, "train", None, LEVELS)
    assert str(tmp_path) in str(error.value)
    assert "python -m training prepare" in str(error.value)


@pytest.mark.usefixtures("_faces_as_voices")
def test_a_split_without_a_clip_is_told(tmp_path: Path) -> None:
    prepare(tmp_path, "clips_mine_face")
    prepare(tmp_path, "clips_mine_voice", ("train", "test"))
    with pytest.raises(
        DataError, match=r"no voice of the dev split .*index\.csv .*state dev there"
    ):
        load_split(tmp_path, "dev", None, LEVELS)


def test_levels_that_were_not_kept_are_told(tmp_path: Path) -> None:
    prepare(tmp_path, "voices_tess")
    with pytest.raises(ConfigError, match=r"voices_tess: holds the first 3 levels .* level 3"):
        voice_bank(read_set(tmp_path / "voices_tess"), (1, 3))


@pytest.mark.parametrize(
    ("name", "faces"),
    [
        ("faces_fer2013", True), ("clips_mine_face", True), ("voices_tess", False),
        ("clips_face_voice", False), ("voices_ravdess.excerpts", False),
    ],
)  # fmt: skip
def test_a_set_of_faces_is_known_by_its_name(name: str, faces: bool) -> None:
    assert holds_faces(name) is faces


def test_a_bank_of_faces_knows_which_pictures_are_the_same(tmp_path: Path) -> None:
    crops = np.random.default_rng(0).integers(0, 256, (2, 1, 48, 48), np.uint8)

    def row(name: str) -> Row:
        facts = {"clip": name, "emotion": "sad", "split": "train", "source": "toy", "person": None}
        return facts, {
            "crops": crops[int(name[-1])],
            "blendshapes": np.zeros((1, 52), np.float32),
            "pose_deg": np.zeros((1, 3), np.float32),
        }

    names = ["first 0", "second 1", "first again 0"]
    write_set(tmp_path / "faces", names, row, "faces", record_of([]))
    bank = load.face_bank(read_set(tmp_path / "faces"), FaceEncoder((4, 6), 1), tmp_path / "kept")
    both = load.concatenate([bank, bank.select(np.array([1]))])
    assert both.pictures is not None
    one, other, again, last = both.pictures
    assert (again, last) == (one, other)
    assert one != other
