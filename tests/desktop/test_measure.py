from __future__ import annotations

import csv
import errno
import shutil
import wave
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from desktop import loading
from desktop import measure as module
from desktop.measure import MeasureOptions, measure_files
from desktop.terminal import MeasuringProgress
from model.bundle import Bundle
from model.clip import SAMPLE_RATE_HZ
from model.errors import StoreError
from model.media import read_clip
from model.perception.face_landmarker import FaceLandmarker
from tests.desktop.fake_engine import run

SAMPLES = Path(__file__).parents[1] / "samples"
HAPPY = SAMPLES / "happy.mp4"


@pytest.fixture(autouse=True)
def _bundle(bundle_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "load_bundle", lambda: Bundle.load(bundle_folder))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_face_and_voice_have_a_table_each(tmp_path: Path) -> None:
    result = run("measure", str(HAPPY), "--output", str(tmp_path / "new" / "folder"))
    assert result.exit_code == 0, result.stderr
    face, voice = map(Path, result.stdout.splitlines())
    assert (face.name, voice.name) == ("happy.mp4.face.csv", "happy.mp4.voice.csv")
    pictures, frames = table(face), table(voice)
    times_s = [float(row["time_s"]) for row in pictures]
    assert times_s == sorted(set(times_s))
    assert {row["person"] for row in pictures} == {"1"}
    assert max(float(row["AU12_lip_corner_puller"]) for row in pictures) > 0.3
    assert [float(row["time_s"]) for row in frames] == [n / 100 for n in range(len(frames))]
    assert {path.name for path in face.parent.iterdir()} == {face.name, voice.name}


@pytest.mark.parametrize("modality", ["face", "voice"])
def test_one_modality_alone(tmp_path: Path, modality: str) -> None:
    run("measure", "--modality", modality, str(HAPPY), "--output", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [f"happy.mp4.{modality}.csv"]


def test_of_one_modality_only_that_one_is_told_to_be_missing(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "silence.wav"), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        file.writeframes(bytes(2 * SAMPLE_RATE_HZ))
    result = run("measure", "--modality", "voice", str(tmp_path / "silence.wav"))
    assert "silence.wav: no voice was found in it" in result.stderr


def test_more_pictures_are_looked_at_if_asked(tmp_path: Path) -> None:
    counts = []
    for rate in ("5", "15"):
        run("measure", "--modality", "face", "--rate", rate, str(HAPPY),
            "--output", str(tmp_path / rate))  # fmt: skip
        counts.append(len(table(tmp_path / rate / "happy.mp4.face.csv")))
    assert counts[1] == pytest.approx(3 * counts[0], abs=3)


def test_what_is_there_stays_and_the_others_go_on(tmp_path: Path) -> None:
    kept = tmp_path / "happy.mp4.voice.csv"
    kept.write_text("mine", encoding="utf-8")
    result = run("measure", "--modality", "voice", str(HAPPY), str(SAMPLES / "sad.mp4"),
                 "--output", str(tmp_path))  # fmt: skip
    assert result.exit_code == 0
    assert "happy.mp4 was measured before; remove" in result.stderr
    assert kept.read_text(encoding="utf-8") == "mine"
    assert len(table(tmp_path / "sad.mp4.voice.csv")) > 100


def test_the_voice_is_measured_where_the_face_was(tmp_path: Path) -> None:
    for modality in ("face", "voice"):
        result = run("measure", "--modality", modality, str(HAPPY), "--output", str(tmp_path))
        assert result.stdout.splitlines() == [str(tmp_path / f"happy.mp4.{modality}.csv")]


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "HAPPY.mp4"
    shutil.copy(HAPPY, other)
    result = run("measure", str(HAPPY), str(other), "--output", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "would have the same tables" in result.stderr
    assert not (tmp_path / "out").exists()


def test_of_a_damaged_file_what_lies_in_front_is_kept(tmp_path: Path) -> None:
    waveform = read_clip(HAPPY).waveform
    assert waveform is not None
    talk = tmp_path / "talk.wav"
    with wave.open(str(talk), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        file.writeframes((np.tile(waveform, 3) * 32767).astype(np.int16).tobytes())
    talk.write_bytes(talk.read_bytes()[: talk.stat().st_size * 3 // 4])  # its card was pulled out
    result = run("measure", str(talk), "--output", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "talk.wav" in result.stderr
    last = table(Path(result.stdout.strip()))[-1]
    assert float(last["time_s"]) == 9.99  # of 10.9 seconds two windows are whole


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("measure", str(HAPPY), "--output", str(tmp_path / "file"))
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize(
    "failure",
    [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")],
    ids=["interrupted", "full"],
)
def test_half_a_table_is_none(
    tmp_path: Path, bundle_folder: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(module, "voice_rows", fail)
    landmarker = FaceLandmarker(bundle_folder / "face_landmarker.task")
    progress = MeasuringProgress(Console(file=StringIO()))
    with pytest.raises((KeyboardInterrupt, StoreError)):
        measure_files([HAPPY], tmp_path, landmarker, MeasureOptions(), progress)
    assert not list(tmp_path.iterdir())
