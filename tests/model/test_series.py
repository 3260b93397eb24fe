from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.cues import CUES, cue_values
from model.media import read_windows
from model.perception.face_landmarker import FaceLandmarker
from model.perception.face_names import BLENDSHAPE_NAMES
from model.runtime.tracking import Tracks, WindowTracker
from model.series import FACE_COLUMNS, VOICE_COLUMNS, face_rows, voice_rows

SAMPLE = Path(__file__).parents[1] / "samples" / "happy.mp4"


@pytest.fixture(scope="module")
def tracks(bundle_folder: Path) -> Tracks:
    """The sample's only window."""
    landmarker = FaceLandmarker(bundle_folder / "face_landmarker.task")
    (found,) = WindowTracker(landmarker).tracks(read_windows(SAMPLE))
    return found


def test_a_facial_cue_is_the_mean_of_its_column(tracks: Tracks) -> None:
    assert tracks.face is not None
    rows = list(face_rows(tracks.face, person=2))
    assert len(rows) == len(tracks.face.times_s)
    assert {row["person"] for row in rows} == {2}
    values = cue_values(tracks.face, None)
    for name, value in values.items():
        unit = CUES[name].action_unit
        column = [row[f"{unit}_{name}" if unit else "head_pitch_deg"] for row in rows]
        assert np.mean(column) == pytest.approx(value, abs=1e-4)


def test_every_row_has_every_column_in_order(tracks: Tracks) -> None:
    assert tracks.face is not None
    assert tracks.voice is not None
    assert all(tuple(row) == FACE_COLUMNS for row in face_rows(tracks.face, 1))
    assert all(tuple(row) == VOICE_COLUMNS for row in voice_rows(tracks.voice))
    assert FACE_COLUMNS[-len(BLENDSHAPE_NAMES) :] == tuple(BLENDSHAPE_NAMES)


def test_vocal_cues_can_be_worked_out_from_the_rows(tracks: Tracks) -> None:
    assert tracks.voice is not None
    rows = list(voice_rows(tracks.voice))
    values = cue_values(None, tracks.voice)
    spoken = [row for row in rows if row["speech"]]
    assert np.mean([row["loudness_dbfs"] for row in spoken]) == pytest.approx(
        values["loudness"], abs=1e-3
    )
    f0_hz = np.array([row["f0_hz"] for row in spoken if row["f0_hz"] is not None], float)
    assert 12 * np.log2(np.median(f0_hz) / 55) == pytest.approx(values["pitch"], abs=1e-3)
    syllables = sum(int(row["syllable"] or 0) for row in rows)
    assert syllables / (len(spoken) / 100) == pytest.approx(values["speaking_rate"], abs=1e-6)


def test_what_is_no_number_is_left_empty(tracks: Tracks) -> None:
    assert tracks.voice is not None
    rows = list(voice_rows(tracks.voice))
    silent = [row for row in rows if not row["speech"]]
    assert silent
    assert all(row["f0_hz"] is None for row in silent)
    assert all(row["loudness_dbfs"] is not None for row in rows)
