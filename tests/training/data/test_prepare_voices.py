"""Voices are prepared as they are, as virtual speakers' and as the live window cuts them."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from rich.console import Console

from model.clip import SAMPLE_RATE_HZ
from model.errors import DataError
from model.perception.voice import VoiceTrack
from tests.model.perception.synthetic_voice import syllables
from training.data import prepare as preparation
from training.data.excerpts import LENGTH_S
from training.data.load import load_split
from training.data.prepare import PrepareRecipe, prepare
from training.data.store import read_set

SOUND = syllables(12)
"""3 s, silence around it included."""


def flac() -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, SOUND, SAMPLE_RATE_HZ, format="FLAC")
    return buffer.getvalue()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    rows = [
        {
            "clip": f"{speaker}-{n}", "speaker": speaker, "emotion": "happy", "sex": "f",
            "language": "pl", "source": "nemo", "seconds": 3.0, "split": "", "audio": flac(),
        }
        for speaker in ("nemo-AAA", "nemo-SM0", "nemo-KD0")
        for n in range(2)
    ]  # fmt: skip
    pd.DataFrame(rows).to_parquet(tmp_path / "voices_nemo.parquet")
    return tmp_path


@pytest.fixture(autouse=True)
def _no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The speech encoder is a download; what is asked here does not need it."""

    def encode(encoder: object, voice: VoiceTrack) -> dict[str, np.ndarray]:
        heard = np.full((4, 512), voice.log_mel.shape[1], np.float16)
        return {"segments": np.repeat(heard[:, None], 8, 1), "mean": heard, "std": heard}

    def encoder(levels: Sequence[int], threads: int) -> object:
        return object()

    monkeypatch.setattr(preparation, "speech_encoder", encoder)
    monkeypatch.setattr(preparation, "speech_tensors", encode)


def test_training_voices_have_a_virtual_speaker_and_the_others_excerpts(
    root: Path, tmp_path: Path
) -> None:
    output = tmp_path / "prepared"
    prepare(PrepareRecipe(str(output), ("voices_nemo",)), root, Console(file=io.StringIO()))
    assert sorted(p.name for p in output.iterdir()) == [
        "voices_nemo", "voices_nemo.1", "voices_nemo.excerpts",
    ]  # fmt: skip
    whole, virtual, cut = (read_set(path) for path in sorted(output.iterdir()))
    assert set(virtual.index.person) == {"nemo-AAA.1"}
    assert set(virtual.index.split) == {"train"}
    keys, held = ["clip", "person", "split"], whole.index[whole.index.split != "train"]
    assert cut.index[keys].values.tolist() == held[keys].values.tolist()
    assert set(cut.index.split) == {"dev", "test"}
    assert cut.index.seconds.between(LENGTH_S[0] - 0.01, LENGTH_S[1]).all()
    assert cut.index.seconds.nunique() == len(cut.index)
    np.testing.assert_allclose(whole.index.seconds, 3.0)


@pytest.mark.parametrize("change", [{"limit": 3}, {"seed": 1}, {"levels": (0, 1)}])
def test_a_run_with_other_options_needs_a_folder_of_its_own(
    root: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    recipe, quiet = PrepareRecipe(str(tmp_path / "p"), ("voices_nemo",)), Console(quiet=True)
    prepare(recipe, root, quiet)
    prepare(recipe, root, quiet)
    with pytest.raises(DataError, match=r"voices_nemo: was begun with .*; remove that folder"):
        prepare(dataclasses.replace(recipe, **change), root, quiet)


def test_excerpts_can_be_left_out(root: Path, tmp_path: Path) -> None:
    recipe = PrepareRecipe(str(tmp_path / "p"), ("voices_nemo",), copies=0, excerpts=False)
    prepare(recipe, root, Console(file=io.StringIO()))
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["voices_nemo"]


def test_virtual_speakers_are_trained_on_and_excerpts_are_not(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "p"
    prepare(PrepareRecipe(str(output), ("voices_nemo",)), root, Console(file=io.StringIO()))
    copytree(output / "voices_nemo", output / "clips_toy_face")
    monkeypatch.setattr(
        "training.data.load.face_bank", lambda prepared, encoder, kept: prepared.index
    )
    monkeypatch.setattr(
        "training.data.load._pictures",
        lambda prepared: [c.encode() for c in prepared.index["clip"]],
    )
    monkeypatch.setattr("training.data.load.concatenate", lambda banks: banks)
    counts = {
        split: sum(len(bank) for bank in load_split(output, split, None, (1, 2))["voice"])
        for split in ("train", "dev", "test")
    }
    assert counts == {"train": 4, "dev": 2, "test": 2}
